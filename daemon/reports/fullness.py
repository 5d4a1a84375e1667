"""How full the house was, by weekday and hour and day by day: what becomes heat map and curve.

Counted in slots of half an hour, so a zone that is off by a quarter of an hour shifts by that.
A visit whose end nobody saw counts for the slot in which it began, and no longer.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from daemon.access.facts import SiteCalendar
from daemon.recurrence import Span
from daemon.reports.attendance import Stay
from devices.clock import EPOCH

_SLOT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Cell:
    """A weekday's hour, 0 is Monday: how many there were on average, and at the most."""

    weekday: int
    hour: int
    average: float
    peak: int


@dataclass(slots=True)
class DayCount:
    """A day of the site's own: who came, how many at once, how long all together."""

    people: set[str] = field(default_factory=set)
    peak: int = 0
    time: timedelta = timedelta()


def heat_map(stays: Iterable[Stay], span: Span, calendar: SiteCalendar) -> Sequence[Cell]:
    """Return all 168 cells of a week; holidays count neither above nor below the line."""
    presence, peaks = _slots(stays, span)
    load: dict[tuple[int, int], float] = defaultdict(float)
    peak: dict[tuple[int, int], int] = defaultdict(int)
    count: dict[tuple[int, int], int] = defaultdict(int)
    holidays: dict[date, bool] = {}
    for slot in range(_slot_of(span.start), _slot_of(span.end - timedelta.resolution) + 1):
        local = (EPOCH + slot * _SLOT).astimezone(calendar.zone)
        day = local.date()
        if day not in holidays:
            holidays[day] = calendar.holidays.name(day) is not None
        if holidays[day]:
            continue
        key = local.weekday(), local.hour
        count[key] += 1
        load[key] += presence.get(slot, 0.0)
        peak[key] = max(peak[key], peaks.get(slot, 0))
    return [
        Cell(day, hour, round(load[day, hour] / max(1, count[day, hour]), 2), peak[day, hour])
        for day in range(7)
        for hour in range(24)
    ]


def day_by_day(stays: Iterable[tuple[Stay, date]]) -> Mapping[date, DayCount]:
    """Return the own days on which somebody came."""
    found: dict[date, DayCount] = defaultdict(DayCount)
    turns: dict[date, list[tuple[datetime, int]]] = defaultdict(list)
    for stay, day in stays:
        found[day].people.add(stay.person)
        end = stay.began if stay.ended is None else stay.ended
        found[day].time += end - stay.began
        turns[day] += [(stay.began, 1), (max(end, stay.began + timedelta.resolution), -1)]
    for day, changes in turns.items():
        found[day].peak = _peak(changes)
    return found


def _peak(changes: list[tuple[datetime, int]]) -> int:
    now = most = 0
    for _, change in sorted(changes):
        now += change
        most = max(most, now)
    return most


def _slots(stays: Iterable[Stay], span: Span) -> tuple[Mapping[int, float], Mapping[int, int]]:
    """Return slot -> people on average, and slot -> people at once; costs what the stays fill."""
    presence: dict[int, float] = defaultdict(float)
    changes: list[tuple[datetime, int]] = []
    for stay in stays:
        start = max(stay.began, span.start)
        end = min(stay.began if stay.ended is None else stay.ended, span.end)
        if stay.began >= span.end or (end < start):
            continue
        _fill(presence, start, end)
        changes += [(start, 1), (max(end, start + timedelta.resolution), -1)]
    return presence, _peaks(changes)


def _fill(presence: dict[int, float], start: datetime, end: datetime) -> None:
    first, last = _slot_of(start), _slot_of(end)
    if first == last:
        presence[first] += (end - start) / _SLOT
        return
    presence[first] += (EPOCH + (first + 1) * _SLOT - start) / _SLOT
    presence[last] += (end - EPOCH - last * _SLOT) / _SLOT
    for slot in range(first + 1, last):
        presence[slot] += 1.0


def _peaks(changes: list[tuple[datetime, int]]) -> Mapping[int, int]:
    """Return the most people at once in each slot; who stays on is there in the slots between."""
    peaks: dict[int, int] = {}
    now, reached = 0, 0
    for at, change in sorted(changes):
        slot = _slot_of(at)
        if now:
            for between in range(reached, slot + (at > EPOCH + slot * _SLOT)):
                peaks[between] = max(peaks.get(between, 0), now)
        now += change
        reached = slot
        if change > 0:
            peaks[slot] = max(peaks.get(slot, 0), now)
    return peaks


def _slot_of(at: datetime) -> int:
    return (at - EPOCH) // _SLOT
