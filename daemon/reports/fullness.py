"""How full the house was, by weekday and hour and day by day: what becomes heat map and curve.

Counted in slots of half an hour, so a zone that is off by a quarter of an hour shifts by that.
A visit whose end nobody saw counts for the slot in which it began, and no longer.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import accumulate

from daemon.access.facts import SiteCalendar
from daemon.recurrence import Span
from daemon.reports.attendance import Stay
from devices.clock import micros

_SECONDS = 1800
_SLOT = _SECONDS * 1_000_000


@dataclass(frozen=True, slots=True)
class Cell:
    """A weekday's hour, 0 is Monday: how many there were on average, and at the most."""

    weekday: int
    hour: int
    average: float
    peak: int


@dataclass(slots=True)
class DayCount:
    """A day of the site's own: who came, how many at once, how long all together, in µs."""

    people: set[str] = field(default_factory=set)
    peak: int = 0
    time: int = 0


def heat_map(stays: Iterable[Stay], span: Span, calendar: SiteCalendar) -> Sequence[Cell]:
    """Return all 168 cells of a week; holidays count neither above nor below the line."""
    slots = _Slots(span)
    slots.fill(stays)
    cells = [[_Sum() for _ in range(24)] for _ in range(7)]
    holidays: dict[date, bool] = {}
    for slot, load, peak in slots.told():
        local = datetime.fromtimestamp(slot * _SECONDS, calendar.zone)
        day = local.date()
        if day not in holidays:
            holidays[day] = calendar.holidays.name(day) is not None
        if not holidays[day]:
            cells[local.weekday()][local.hour].add(load, peak)
    return [
        Cell(day, hour, cells[day][hour].average, cells[day][hour].peak)
        for day in range(7)
        for hour in range(24)
    ]


@dataclass(slots=True)
class _Sum:
    """What a cell is made of: slots, people in them, the most at once."""

    count: int = 0
    load: float = 0.0
    peak: int = 0

    @property
    def average(self) -> float:
        return round(self.load / self.count, 2) if self.count else 0.0

    def add(self, load: float, peak: int) -> None:
        self.count += 1
        self.load += load
        self.peak = max(self.peak, peak)


class _Slots:
    """Half hours of a span, numbered from 1970 on, and who is there in each.

    In lists of whole numbers: five years are 90,000 slots and some 60,000 visits, and a tuple for
    each would keep the collector of garbage busier than us.
    """

    def __init__(self, span: Span) -> None:
        self._start, self._end = micros(span.start), micros(span.end)
        self._first = self._start // _SLOT
        count = -(-self._end // _SLOT) - self._first
        self._parts = [0] * count
        self._steps = [0] * (count + 1)
        self._peaks = [0] * count

    def fill(self, stays: Iterable[Stay]) -> None:
        """Count everybody in; whose end nobody saw is there for the moment they came."""
        turns: list[int] = []
        for stay in stays:
            start = max(stay.began, self._start)
            end = start if stay.ended is None else min(stay.ended, self._end)
            if start >= self._end or end < start:
                continue
            self._add(start, end)
            turns += _turns(start, end)
        turns.sort()
        self._climb(turns)

    def told(self) -> Iterator[tuple[int, float, int]]:
        """Yield each slot, its people on average, and its people at once."""
        whole = 0
        for at, part in enumerate(self._parts):
            whole += self._steps[at]
            yield self._first + at, whole + part / _SLOT, self._peaks[at]

    def _add(self, start: int, end: int) -> None:
        first = start // _SLOT - self._first
        last = min(end // _SLOT - self._first, len(self._parts) - 1)
        if first == last:
            self._parts[first] += end - start
            return
        self._parts[first] += (self._first + first + 1) * _SLOT - start
        self._parts[last] += end - (self._first + last) * _SLOT
        self._steps[first + 1] += 1
        self._steps[last] -= 1

    def _climb(self, turns: Sequence[int]) -> None:
        """Note the most people at once; who stays on is there in the slots between."""
        peaks, now, reached = self._peaks, 0, 0
        for turn in turns:
            slot, beyond = divmod((turn >> 1) - self._first * _SLOT, _SLOT)
            if now:
                for between in range(reached, min(slot + (beyond > 0), len(peaks))):
                    peaks[between] = max(peaks[between], now)
            now += _step(turn)
            reached = slot
            if _step(turn) > 0:  # of those who leave on the stroke none is there afterwards
                peaks[slot] = max(peaks[slot], now)


def _turns(start: int, end: int) -> tuple[int, int]:
    """Return a coming and a going as numbers that sort by time, who goes before who comes."""
    return 2 * start + 1, 2 * max(end, start + 1)


def _step(turn: int) -> int:
    return 1 if turn & 1 else -1


def day_by_day(stays: Iterable[tuple[Stay, date]]) -> Mapping[date, DayCount]:
    """Return the own days on which somebody came."""
    found: dict[date, DayCount] = defaultdict(DayCount)
    turns: dict[date, list[int]] = defaultdict(list)
    for stay, day in stays:
        found[day].people.add(stay.person)
        end = stay.began if stay.ended is None else stay.ended
        found[day].time += end - stay.began
        turns[day] += _turns(stay.began, end)
    for day, each in turns.items():
        found[day].peak = max(accumulate(map(_step, sorted(each))))
    return found
