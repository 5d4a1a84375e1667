"""A doorman among others: which signals are his to serve, and what the others have done meanwhile.

Alone, all is his. Of several on one site each serves the taps that the broker gives him, and one,
on duty, all that must be done once: doors' levels, orders, schedules, the end of the day.
Everybody follows doors and taps, so that anybody can be on duty next.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from daemon.access.verdict import Verdict
from daemon.levels import Doors
from daemon.lookout import Judged
from daemon.store import duty
from daemon.store.book import Ask, Book, Head
from daemon.store.desk import Desk
from daemon.store.prepared import Row
from devices.clock import moment
from devices.contract import (
    Gone,
    Level,
    Nonsense,
    Nothing,
    Nudge,
    Remote,
    Signal,
    Tap,
    Trouble,
    Wires,
)

Judging = Callable[[Book, Tap, Verdict], None]
_LEFT_BEHIND = timedelta(seconds=6)
"""How long a tap may be asked about again whose unlock may have died with its doorman."""


class Shift(Protocol):
    """Who else is there."""

    @property
    def is_shared(self) -> bool:
        """Tell whether there may be others."""

    def mine(self, signals: Sequence[Signal]) -> Sequence[Signal]:
        """Return the signals that are to be served here; the others are acknowledged."""

    def news(self) -> Sequence[Ask]:
        """Return what `catch_up` asks, so that it can be asked when the book is opened."""

    def catch_up(self, book: Book) -> None:
        """Take in, first of all in an open book, what others have written since the last."""

    def keep(self) -> None:
        """Stand by what was taken in and written: the book is closed."""

    def may_have_died(self, at: datetime, now: datetime) -> bool:
        """Tell whether another's unlock of `at` may never have left: somebody has gone since."""

    def judging(self, judged: Judging) -> Judging:
        """Return who is told of what was judged here: `judged`, unless the book tells it."""

    def begin(self) -> None:
        """Begin to hear of news."""

    def end(self, limit: float) -> None:
        """Stop hearing of news, within `limit` seconds."""

    def is_told(self) -> bool:
        """Tell whether others have written something since this was asked last."""

    def tell(self) -> None:
        """Let others know that something was written here, if it was."""


class _Alone:
    """Nobody else is there."""

    is_shared = False

    def mine(self, signals: Sequence[Signal]) -> Sequence[Signal]:
        return signals

    def news(self) -> Sequence[Ask]:
        return ()

    def catch_up(self, book: Book) -> None:
        pass

    def keep(self) -> None:
        pass

    def may_have_died(self, at: datetime, now: datetime) -> bool:  # noqa: ARG002 - as the others
        return False

    def judging(self, judged: Judging) -> Judging:
        return judged

    def begin(self) -> None:
        pass

    def end(self, limit: float) -> None:
        pass

    def is_told(self) -> bool:
        return False

    def tell(self) -> None:
        pass


BY_HIMSELF: Shift = _Alone()


class Shared:
    """One of several doormen of a site. Used by one thread, but for `hear`."""

    is_shared = True

    def __init__(self, desk: Desk, doors: Doors, wires: Wires, wake: Callable[[], None]) -> None:
        self._listener = desk.listener(self.hear)
        self._desk = desk
        self._doors = doors
        self._wires = wires
        self._wake = wake
        self._head: Head | None = None
        self._seen: int | None = None
        self._told = 0
        self._left_at: datetime | None = None
        self._is_told = False

    def mine(self, signals: Sequence[Signal]) -> Sequence[Signal]:
        """Return what is to be served here: on duty, all of it."""
        return [signal for signal in signals if self._is_mine(signal)]

    def _is_mine(self, signal: Signal) -> bool:
        if isinstance(signal, Gone):
            self._left_at = signal.received
            self._wires.be_present()
        elif self._desk.on_duty or not _is_for_one(signal):
            return True
        elif isinstance(signal, Level):
            self._doors.follow(signal)
        if signal.receipt is not None:
            self._wires.acknowledge(signal.receipt)
        return False

    def news(self) -> Sequence[Ask]:
        """Ask for what others have granted, refused and pressed."""
        return () if self._seen is None else (duty.news(self._seen),)

    def catch_up(self, book: Book) -> None:
        """Let the doors know what others have granted, and on duty, what they have refused."""
        if self._seen is not None and book.head.seq > self._seen:
            for row in duty.by_others(book, self._seen):
                self._take(book, row)
        self._head = book.head

    def _take(self, book: Book, row: Row) -> None:
        seq, kind, door, reader, at, received, granted, reason, late, detail = row
        if not self._doors.knows(door):
            return  # of a door that is no more
        said = {} if detail is None else json.loads(detail)
        if granted and not late and reason != "repeat" and "opened" not in said:
            waits = bool(said.get("waits"))
            self._doors.grant(door, seq, moment(received), waits=waits)
        if kind == "tap" and self._desk.on_duty:
            refused = None if granted else reason
            dated = None if late or at == received else moment(at)
            told = Judged(door, reader, dated, moment(received), refused)
            self._doors.lookout.take(book, told)

    def keep(self) -> None:
        """Know the journal up to where the book left it."""
        if self._head is not None:
            self._seen = self._head.seq

    def may_have_died(self, at: datetime, now: datetime) -> bool:
        """Tell whether a doorman has gone since `at`, and not long ago."""
        left = self._left_at
        return left is not None and at <= left and now - left < _LEFT_BEHIND

    def judging(self, judged: Judging) -> Judging:
        """Return what tells `judged` on duty; else whoever is reads it in the journal."""

        def told(book: Book, tap: Tap, verdict: Verdict) -> None:
            if self._desk.on_duty:
                judged(book, tap, verdict)

        return told

    def begin(self) -> None:
        """Begin to listen."""
        self._listener.start()

    def end(self, limit: float) -> None:
        """Stop listening."""
        self._listener.stop(limit)

    def hear(self) -> None:
        """Take in that there is news; other threads call this."""
        self._is_told = True
        self._wake()

    def is_told(self) -> bool:
        """Tell whether there was news."""
        told, self._is_told = self._is_told, False
        return told

    def tell(self) -> None:
        """Tell of what was written here."""
        if self._seen is not None and self._seen > self._told:
            self._desk.peek(duty.TELL)
            self._told = self._seen


def _is_for_one(signal: Signal) -> bool:
    """Tell whether every doorman hears this, and one is to serve it."""
    if isinstance(signal, Nonsense):  # taps, exits and commands go to one, doors' levels to all
        return signal.about == "door" and signal.code != "retained"
    return isinstance(signal, Level | Trouble | Nudge | Remote | Nothing)
