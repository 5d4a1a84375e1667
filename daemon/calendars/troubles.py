"""Why a feed was not fetched. Each says so in a sentence that shows no secret.

Unfetched
├── Refused      we do not go there: until the address or the configuration is changed
├── NotServed    the server says no: until somebody does something there
├── TooLarge     more than we take
└── Unreachable  no whole answer: later there may be one
"""


class Unfetched(Exception):
    """There is no new copy of the feed, and nothing may be changed."""


class Refused(Unfetched):
    """We do not go there, or not that way."""


class NotServed(Unfetched):
    """The server answered, and not with a calendar."""


class TooLarge(Unfetched):
    """The answer is larger than we take."""


class Unreachable(Unfetched):
    """There was no whole answer in time."""
