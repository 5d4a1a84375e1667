"""What leaves the house once the book is closed, and how far that got."""

from collections.abc import Sequence
from datetime import datetime

from daemon.levels import Doors
from daemon.store.book import Book
from daemon.taps import Deed
from devices.contract import Command, Wires


class Releases:
    """Carries deeds out, each unlock once, also when its answer is given again after a crash.

    A doorman killed between commit and send leaves a granted tap without its unlock. The mark
    `left` says up to which entry all unlocks have left; an answer above it that is asked for again
    takes its unlock along, under the same command id, as long as that has not expired.
    """

    def __init__(self, wires: Wires, doors: Doors) -> None:
        self._wires = wires
        self._doors = doors
        self._first = 0
        self._before = 0
        self._given: set[int] = set()
        self._sent = 0
        self.left = 0

    def begin(self, book: Book) -> None:
        """Read how far the last doorman got."""
        self.left = self._before = self._sent = book.head.released
        self._first = book.head.seq + 1

    def open_doors(self, deeds: Sequence[Deed], now: datetime) -> None:
        """Release the locks."""
        for deed in deeds:
            if deed.command is not None and self._is_owed(deed, deed.command, now):
                self._wires.release(deed.command)
                self._doors.grant(deed.command.door, deed.seq, now, waits=deed.waits)

    def answer(self, deeds: Sequence[Deed]) -> None:
        """Answer the readers and acknowledge, in the order in which all came."""
        for deed in deeds:
            if deed.feedback is not None:
                self._wires.answer(deed.feedback)
        for deed in deeds:
            if deed.receipt is not None:
                self._wires.acknowledge(deed.receipt)
            self._sent = max(self._sent, deed.seq)
        self._wires.flush()
        if self._wires.settled():
            self.left = self._sent

    def note(self, book: Book) -> None:
        """Write down how far we got."""
        if self.left > book.head.released:
            book.head.released, book.head.moved = self.left, True

    def _is_owed(self, deed: Deed, command: Command, now: datetime) -> bool:
        if not deed.again:
            return True
        owed = self._before < deed.seq < self._first and deed.seq not in self._given
        self._given.add(deed.seq)
        return owed and now < command.expires
