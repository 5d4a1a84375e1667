"""Looks out for what staff should hear of: silent or tampered devices, refusals, wrong clocks.

Keeps the rules' states between signals; the rules are in `alarms/`. What was taken in while a book
was open counts only once that is closed (`keep`), and not if it is thrown away (`undo`).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Generic, NamedTuple, TypeVar

from daemon.access.verdict import Reason, Refused, Verdict
from daemon.alarms import drift, flood, refusals, silence
from daemon.alarms.drift import Drift
from daemon.alarms.flood import Flood
from daemon.alarms.refusals import Burst
from daemon.alarms.silence import Silence
from daemon.house import House
from daemon.store import journal
from daemon.store.book import Book
from daemon.store.journal import Detail, Entry, Kind
from daemon.troubles import take_trouble
from devices import moments
from devices.contract import Level, Tap, Trouble

_NO_TRY = frozenset({Reason.LATE, Reason.REPLAY, Reason.PIN_NEEDED, Reason.SECOND_BADGE_NEEDED})
"""Refusals that say nothing of who stands there: the message came late or twice, or is half."""
_AGAIN = timedelta(minutes=5)
"""A device that says the same trouble again sooner has told it already."""

Device = tuple[str, str | None]
_Key = TypeVar("_Key")
_State = TypeVar("_State")


class Judged(NamedTuple):
    """A tap that was decided. `at`: the reader's clock, if it says something; `refused`: why."""

    door: str
    reader: str
    at: datetime | None
    received: datetime
    refused: str | None


class _States(Generic[_Key, _State]):
    """States by key, with a way back to the last `keep`; a state None is none."""

    def __init__(self) -> None:
        self._now: dict[_Key, _State] = {}
        self._before: dict[_Key, _State | None] = {}

    def __iter__(self) -> Iterator[_Key]:
        return iter(list(self._now))

    def of(self, key: _Key) -> _State | None:
        return self._now.get(key)

    def put(self, key: _Key, state: _State | None) -> None:
        self._before.setdefault(key, self._now.get(key))
        self._set(key, state)

    def _set(self, key: _Key, state: _State | None) -> None:
        if state is None:
            self._now.pop(key, None)
        else:
            self._now[key] = state

    def keep(self) -> None:
        self._before.clear()

    def undo(self) -> None:
        for key, state in self._before.items():
            self._set(key, state)
        self._before.clear()


class Lookout:
    """One house's eyes; asked by the doorman's thread alone."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._limits = house.alarms
        self._silent: _States[Device, Silence] = _States()
        self._bursts: _States[Device, Burst] = _States()
        self._clocks: _States[Device, Drift] = _States()
        self._troubles: _States[tuple[Device, str], datetime] = _States()
        self._floods: _States[Device, Flood] = _States()
        self._all = (self._silent, self._bursts, self._clocks, self._troubles, self._floods)

    def keep(self) -> None:
        """Stand by what was taken in since the last call: the book is closed."""
        for states in self._all:
            states.keep()

    def undo(self) -> None:
        """Forget what was taken in since the last `keep`: the book was thrown away."""
        for states in self._all:
            states.undo()

    def judged(self, book: Book, tap: Tap, verdict: Verdict) -> None:
        """Take in a tap that was decided now."""
        refused = verdict.reason if isinstance(verdict, Refused) else None
        at = None if tap.waited else tap.at
        self.take(book, Judged(tap.door, tap.reader, at, tap.received, refused))

    def take(self, book: Book, tap: Judged) -> None:
        """Take in a tap that was decided, here or by another doorman."""
        if tap.refused is not None and tap.refused not in _NO_TRY:
            self._refused(book, tap)
        if tap.at is not None:
            self._dated(book, tap, tap.at)

    def _refused(self, book: Book, tap: Judged) -> None:
        limit, key = self._limits.refusals, (tap.door, tap.reader)
        if limit is None:
            return
        burst = self._bursts.of(key) or Burst()
        burst, many = refusals.refused(burst, tap.received, limit, self._limits.burst)
        self._bursts.put(key, burst)
        if many:
            detail: Detail = {"reader": tap.reader, "refusals": limit}
            _alarm(book, "repeated-refusals", tap.door, tap.received, detail)

    def _dated(self, book: Book, tap: Judged, at: datetime) -> None:
        limit, key = self._limits.drift, (tap.door, tap.reader)
        if limit is None:
            return
        clock = self._clocks.of(key)
        if clock is None:
            if abs(tap.received - at) <= limit:
                return
            clock = Drift()
        day = self._house.days.around(tap.received)[0]
        clock, wrong = drift.heard(clock, at, tap.received, limit, day)
        self._clocks.put(key, clock)
        if wrong:
            off = round((at - tap.received).total_seconds())
            detail: Detail = {"reader": tap.reader, "seconds": off}
            _alarm(book, "clock-drift", tap.door, tap.received, detail)

    def flooded(self, book: Book, tap: Tap) -> bool:
        """Take in an unknown badge at a resting reader; tell whether it is only to be counted."""
        key = (tap.door, tap.reader)
        before = self._floods.of(key)
        now = flood.refused(before, tap.received)
        self._floods.put(key, now)
        if now.counted and (before is None or not before.counted):
            _alarm(book, "reader-flood", tap.door, tap.received, {"reader": tap.reader})
        return now.counted

    def trouble(self, book: Book, trouble: Trouble) -> None:
        """Write down what a device reports to be wrong with it, unless it has just said so."""
        key = ((trouble.door, trouble.device), trouble.code)
        before = self._troubles.of(key)
        if before is not None and abs(trouble.received - before) < _AGAIN:
            return
        self._troubles.put(key, trouble.received)
        take_trouble(book, trouble)

    def level(self, book: Book, level: Level) -> None:
        """Take in that a device says of itself whether it is there."""
        told = self.follow(level)
        if told is not None:
            at, detail = level.received, _silent((level.door, level.device), told)
            back = Entry(Kind.DOOR, at, at, door=level.door, reason="device-back", detail=detail)
            journal.append(book, back)

    def follow(self, level: Level) -> Silence | None:
        """Take it in; return the silence that it ended, if staff were told of that."""
        key = (level.door, level.device)
        before = self._silent.of(key)
        if level.online is False:
            self._silent.put(key, silence.offline(before, level.received))
        elif level.online and before is not None:
            self._silent.put(key, None)
            return before if before.told else None
        return None

    def has_due(self, now: datetime) -> bool:
        """Tell whether `tick` would find something."""
        return any(True for _ in self._too_silent(now)) or self.has_sums(now)

    def tick(self, book: Book, now: datetime) -> None:
        """Alarm staff of every device that has been silent for too long."""
        for key, state in self._too_silent(now):
            self._silent.put(key, silence.told(state))
            _alarm(book, "device-silent", key[0], now, _silent(key, state))
        self.tell_sums(book, now)

    def has_sums(self, now: datetime, *, last: bool = False) -> bool:
        """Tell whether `tell_sums` would find something."""
        return any(True for _ in self._summed(now, last=last))

    def tell_sums(self, book: Book, now: datetime, *, last: bool = False) -> None:
        """Write down how many badges were only counted; the `last` time, due or not."""
        for key, state in self._summed(now, last=last):
            self._floods.put(key, flood.told(state, now))
            if state.count:
                _write_sum(book, key, state, now)

    def _summed(self, now: datetime, *, last: bool) -> Iterator[tuple[Device, Flood]]:
        for key in self._floods:
            state = self._floods.of(key)
            if state is not None and (flood.is_due(state, now) or (last and state.counted)):
                yield key, state

    def _too_silent(self, now: datetime) -> Iterator[tuple[Device, Silence]]:
        limit = self._limits.silence
        for key in self._silent if limit is not None else ():
            state = self._silent.of(key)
            if limit is not None and state is not None and silence.is_due(state, now, limit):
                yield key, state


def _silent(key: Device, state: Silence) -> Detail:
    since = {"since": moments.shown(state.since)}
    return since if key[1] is None else {"device": key[1], **since}


def _write_sum(book: Book, key: Device, state: Flood, now: datetime) -> None:
    detail = {"taps": state.count, "since": moments.shown(state.since)}
    (door, reader), reason = key, Reason.THROTTLED.value
    entry = Entry(
        Kind.TAP, now, now, door=door, reader=reader, granted=False, reason=reason, detail=detail
    )
    journal.append(book, entry)


def _alarm(book: Book, reason: str, door: str, at: datetime, detail: Detail) -> None:
    entry = Entry(Kind.ALARM, at, at, door=door, reason=reason, detail=detail or None)
    journal.append(book, entry)
