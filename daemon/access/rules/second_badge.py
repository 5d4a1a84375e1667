"""A door of two badges opens for two people who may both enter, one soon after the other."""

from datetime import datetime

from daemon.access.facts import Facts
from daemon.access.verdict import Reason, Refused
from daemon.access.words import Text

_REFUSED = Refused(Reason.SECOND_BADGE_NEEDED)
_ONE = Text("qui basta un badge", "one badge is enough here")
_SECOND = Text("un'altra persona ha appena mostrato il suo badge", "somebody else has just tapped")
_FIRST = Text("serve il badge di un'altra persona", "somebody else's badge is needed as well")


def judge(facts: Facts, _at: datetime) -> Refused | None:
    """Refuse the first of two; the reader asks for the second. Not who leaves."""
    asked = facts.place.two_badges and facts.is_new_arrival
    return _REFUSED if asked and facts.first is None else None


def tell(facts: Facts, _at: datetime) -> Text:
    """Say whether a second badge is needed, and whether it has come."""
    if not facts.place.two_badges:
        return _ONE
    return _FIRST if facts.first is None else _SECOND
