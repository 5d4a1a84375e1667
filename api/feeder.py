"""Reads the feeds that are due, in a thread of its own, as long as the API is up.

Several processes may do so at once: whoever takes a feed puts off when it is due again.
"""

from api.calendars import feed_post
from api.parts import Parts
from api.rounds import Rounds
from daemon import feeds
from daemon.store.people import Act, Actor

_BY = Actor("feeds")


class Feeder(Rounds):
    """Every twenty seconds; a fetch under way has its own time limit."""

    name, pause = "feeder", 20.0
    trouble = "the feeds could not be looked after; going on"

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._parts = parts

    def look(self) -> None:
        """Read what is due."""
        parts = self._parts
        feeds.sync_due(Act(parts.store, parts.site, _BY, parts.clock()), feed_post(parts))
