"""Tells the world: every journal entry once it is written, and how many people are in.

Doors come first: the announcer works in quiet moments, from the book, so nothing piles up in memory
and nothing is skipped over a restart. What listeners get may come twice; `seq` tells.
"""

import re
from collections.abc import Callable

from daemon.store.desk import Desk
from daemon.store.entries import ENTRIES, entry_shown
from devices.contract import Wires
from devices.strict_json import compact

AT_ONCE = 50
A_FEW = 20
_OCCUPANCY_PAUSE = 0.2
_MOMENT = re.compile(r'"at":"[^"]*",')  # that time has passed is no news


class Announcer:
    """Publishes `journal` and `occupancy`, and `doors` where somebody wants it.

    `occupancy` gives the public resource as JSON, `doors` what every door is.
    """

    def __init__(
        self,
        desk: Desk,
        wires: Wires,
        occupancy: Callable[[], str],
        steady: Callable[[], float],
        doors: Callable[[], str] | None = None,
    ) -> None:
        self._desk = desk
        self._wires = wires
        self._occupancy = occupancy
        self._steady = steady
        self._again_at = 0.0
        self._doors = doors
        self._last_news = self._last_doors = ""
        self._counted = -1
        self.announced = 0
        self.written = 0

    def has_more(self) -> bool:
        """Tell whether entries wait to be announced."""
        return self.announced < self.written and self._wires.is_up()

    def entries(self, *, quiet: bool) -> None:
        """Publish the next entries: some fifty, or while taps keep coming fewer."""
        if not self.has_more():
            return
        most = AT_ONCE if quiet else min(2 * AT_ONCE, max(A_FEW, self._backlog() // 8))
        for row in self._desk.peek(ENTRIES, after=self.announced, most=most):
            self._wires.announce("journal", compact(entry_shown(row)), keep=False)
            self.announced = row[0]
        self._wires.flush()

    def _backlog(self) -> int:
        return self.written - self.announced

    def occupancy(self, *, afresh: bool = False) -> None:
        """Publish the occupancy if something was written that may have changed it."""
        if not self._wires.is_up() or (self._counted == self.written and not afresh):
            return
        if self._steady() < self._again_at and not afresh:
            return
        self._again_at = self._steady() + _OCCUPANCY_PAUSE
        written, said = self.written, self._occupancy()
        news = _MOMENT.sub("", said)
        if news != self._last_news or afresh:
            self._wires.announce("occupancy", said, keep=True)
            self._wires.flush()
            self._last_news = news
        self._tell_doors(afresh=afresh)
        self._counted = written

    def _tell_doors(self, *, afresh: bool) -> None:
        said = None if self._doors is None else self._doors()
        if said is not None and (said != self._last_doors or afresh):
            self._wires.announce("doors", said, keep=True)
            self._wires.flush()
            self._last_doors = said
