"""Who is in, written right after the door opened: the journal alone stands between tap and unlock.

A single tap's visit rows are put off until its unlock has left, and before its feedback does. They
follow from the journal, so that commit need not wait for the disk: what a crash takes is made up
for from the entries behind the mark `settled` (SiteRow).
"""

import logging
from collections.abc import Sequence

from daemon.house import House
from daemon.presence import Move, Movement
from daemon.releases import Releases
from daemon.store import visits
from daemon.store.book import Afterwards, Book
from daemon.store.desk import Desk
from daemon.store.entries import ENTRIES, entry_shown
from daemon.store.trouble import Unavailable
from devices import moments
from devices.clock import Clock

log = logging.getLogger(__name__)

_AT_ONCE = 1000


class Settling:
    """What is still to be written of the last tap."""

    def __init__(self, house: House, desk: Desk, clock: Clock) -> None:
        self._house = house
        self._desk = desk
        self._clock = clock
        self._owed: Afterwards | None = None
        self._is_behind = False

    def begin(self, book: Book) -> None:
        """Make up for what the last doorman left unsettled."""
        for movement in _unsettled(book):
            visits.move_again(book, self._house, movement, self._clock())
        book.head.settled, book.head.moved = book.head.seq, True
        self._is_behind = False

    def catch_up(self) -> None:
        """Make up for what could not be written after an earlier tap, or was never come to."""
        owed, self._owed = self._owed, None
        if self._is_behind or (owed is not None and owed.rows):
            with self._desk.open() as book:
                self.begin(book)

    def put_off(self, book: Book) -> None:
        """Leave who is in for later; only the last book's may be owed."""
        self._owed = book.put_off()

    def note(self, book: Book) -> None:
        """Mark that visits tell all that the journal says."""
        if not self._is_behind and (self._owed is None or not self._owed.rows):
            book.head.settled = book.head.seq

    def settle(self, releases: Releases) -> None:
        """Write what is owed, and how far releases got.

        What cannot be written as it was meant is folded anew from the journal, before the next tap.
        """
        owed, self._owed = self._owed, None
        if owed is None or not (owed.rows or owed.owes):
            return
        try:
            with self._desk.open(lasting=False) as book:  # which has written the answer already
                if owed.rows:
                    self._write(book, owed)
                releases.note(book)
        except Unavailable as problem:
            log.warning("presence could not be written after a tap (%s); folding it anew", problem)
            self._is_behind = True
        except Exception:
            log.exception("presence could not be written after a tap; folding it anew")
            self._is_behind = True

    def _write(self, book: Book, owed: Afterwards) -> None:
        if book.head.seq == owed.seq:
            book.take_up(owed.rows)
            self._mark(book)
        else:  # somebody wrote in between; what they wrote may be about the same person
            self._fold(book, owed.moves)

    def _fold(self, book: Book, moves: Sequence[Movement]) -> None:
        for movement in moves:
            visits.move_again(book, self._house, movement, self._clock())
        self._mark(book)

    def _mark(self, book: Book) -> None:
        book.head.settled, book.head.moved = book.head.seq, True


def _unsettled(book: Book) -> Sequence[Movement]:
    """Return the movements of taps behind the mark, as the journal tells them."""
    movements = []
    after = book.head.settled
    while rows := book.all(ENTRIES, after=after, most=_AT_ONCE):
        for entry in map(entry_shown, rows):
            after = entry["seq"]
            detail = entry["detail"] or {}
            if entry["kind"] == "tap" and "move" in detail and not detail.get("waits"):
                movements.append(
                    Movement(
                        moments.parse(entry["at"]),
                        entry["seq"],
                        entry["member"] or "",
                        Move(str(detail["move"])),
                        str(detail["room"]),
                    )
                )
    return movements
