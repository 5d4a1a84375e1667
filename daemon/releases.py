"""What leaves the house once the book is closed, and how far that got."""

from collections import deque
from collections.abc import Sequence
from datetime import datetime

from daemon.levels import Doors
from daemon.shift import BY_HIMSELF, Shift
from daemon.store.book import Book
from daemon.taps import Deed
from devices.contract import Command, Wires

_REMEMBERED = 1000
"""Entries whose unlock we have sent; more cannot have been within a command's life."""


class Releases:
    """Carries deeds out, each unlock once, also when its answer is given again after a crash.

    A doorman killed between commit and send leaves a granted tap without its unlock, but also
    without its acknowledgement: both leave together. So a message of his that the broker hands over
    once more, the very same one, takes its unlock along until that expires. A broker that has
    forgotten what he had is no witness; there the mark `left` tells up to which entry all unlocks
    have left, and one that may go twice does so under the same command id. So does the unlock of
    another doorman's tap, asked about again soon after he has gone.
    """

    def __init__(self, wires: Wires, doors: Doors, shift: Shift = BY_HIMSELF) -> None:
        self._wires = wires
        self._doors = doors
        self._shift = shift
        self._opened: deque[int] = deque(maxlen=_REMEMBERED)
        self._first = 0
        self._before = 0
        self._sent = 0
        self.left = 0

    def begin(self, book: Book) -> None:
        """Read how far the last doorman got."""
        self.left = self._before = self._sent = book.head.released
        self._first = book.head.seq + 1

    def open_doors(self, deeds: Sequence[Deed], now: datetime) -> None:
        """Release the locks, and acknowledge in the order in which all came."""
        for deed in deeds:
            if deed.command is not None and self._is_owed(deed, deed.command, now):
                self._opened.append(deed.seq)
                self._wires.release(deed.command)
                self._doors.grant(deed.command.door, deed.seq, now, waits=deed.waits)
        for deed in deeds:
            if deed.receipt is not None:
                self._wires.acknowledge(deed.receipt)
            self._sent = max(self._sent, deed.seq)

    def answer(self, deeds: Sequence[Deed]) -> None:
        """Answer the readers."""
        for deed in deeds:
            if deed.feedback is not None:
                self._wires.answer(deed.feedback)
        self.send()

    def send(self) -> None:
        """Let all of it leave together."""
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
        if deed.seq in self._opened or now >= command.expires:
            return False
        if deed.seq >= self._first:
            return self._shift.may_have_died(command.issued, now)
        return deed.handed_again if self._wires.is_kept() else deed.seq > self._before
