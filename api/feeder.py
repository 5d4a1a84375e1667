"""Reads the feeds that are due, in a thread of its own, as long as the API is up.

Several processes may do so at once: whoever takes a feed puts off when it is due again.
"""

import logging
import threading

from api.calendars import feed_post
from api.parts import Parts
from daemon import feeds
from daemon.store.people import Act, Actor

log = logging.getLogger(__name__)

_PAUSE = 20.0
_BY = Actor("feeds")


class Feeder:
    """The thread. `stop` returns at once; a fetch under way is left to its own time limit."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._run, name="feeder", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End before the next feed."""
        self._enough.set()

    def _run(self) -> None:
        while not self._enough.wait(_PAUSE):
            try:
                self.look()
            except Exception:
                log.exception("the feeds could not be looked after; going on")

    def look(self) -> None:
        """Read what is due."""
        parts = self._parts
        feeds.sync_due(Act(parts.store, parts.site, _BY, parts.clock()), feed_post(parts))
