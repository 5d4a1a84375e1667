"""A table of hours: rooms side by side on one day, or the days of a week for one room. Pure.

The rows follow the wall of the site. In the night in which an hour comes twice it has two rows,
which on other days of the same week are no time at all, as is the hour that is left out in spring.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from daemon.store.booking_views import Booking

_FIRST, _LAST = timedelta(hours=8), timedelta(hours=20)
"""The hours that are always shown; what is booked beyond them is shown as well."""
_HOUR, _QUARTER, _DAY = timedelta(hours=1), timedelta(minutes=15), timedelta(days=1)
_NONE = timedelta()


@dataclass(frozen=True, slots=True)
class Lane:
    """A column: one room on one day."""

    room: str
    day: date
    booked: Sequence[Booking]


@dataclass(frozen=True, slots=True)
class Cell:
    """What a lane has from a row on, for so many rows. `none`: the wall never shows that hour."""

    kind: Literal["booked", "free", "none"]
    lane: Lane
    rows: int = 1
    booking: Booking | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A piece of time: `clock` it begins at, `again` if that hour comes for the second time."""

    clock: str
    again: bool
    minutes: int
    is_now: bool
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class _Wall:
    """What the wall shows on these days: the hour that one of them has twice, if one has."""

    zone: ZoneInfo
    repeats: timedelta | None
    length: timedelta
    on: date | None

    def place(self, at: datetime, day: date) -> timedelta:
        """Return where a moment lies on the wall of a day, at its ends what lies beyond."""
        local = at.astimezone(self.zone)
        if local.date() != day:
            return _NONE if local.date() < day else _DAY + self.length
        wall = datetime.combine(day, local.time()) - datetime.combine(day, time.min)
        later = self.repeats is not None and wall >= self.repeats + self.length
        return wall + (self.length if local.fold or later else _NONE)

    def shows(self, place: timedelta) -> tuple[timedelta, bool]:
        """Return the time of day at a place, and whether it comes for the second time."""
        if self.repeats is None or place < self.repeats + self.length:
            return place, False
        return place - self.length, place < self.repeats + 2 * self.length

    def comes(self, place: timedelta, day: date) -> bool:
        """Tell whether the wall of a day ever shows this."""
        clock, again = self.shows(place)
        if again:
            return day == self.on
        wall = datetime.combine(day, time.min) + clock
        return not _is_left_out(wall, self.zone)


def rows_of(lanes: Sequence[Lane], zone: ZoneInfo, now: datetime) -> Sequence[Row]:
    """Return the table, row by row; what is booked in one lane must not overlap."""
    wall = _wall([lane.day for lane in lanes], zone)
    spans = [[_span(wall, lane, each) for each in lane.booked] for lane in lanes]
    marks = _marks(wall, lanes, [place for lane in spans for span in lane for place in span])
    here = wall.place(now, now.astimezone(zone).date())
    has_now = any(lane.day == now.astimezone(zone).date() for lane in lanes)
    columns = [
        list(_cells(wall, lane, taken, marks)) for lane, taken in zip(lanes, spans, strict=True)
    ]
    found = []
    for number, (begin, end) in enumerate(pairwise(marks)):
        clock, again = wall.shows(begin)
        cells = [cell for column in columns if (cell := column[number]) is not None]
        is_now = has_now and begin <= here < end
        minutes = (end - begin) // timedelta(minutes=1)
        found.append(Row(_written(clock), again, minutes, is_now, cells))
    return found


def _wall(days: Sequence[date], zone: ZoneInfo) -> _Wall:
    for day in sorted(set(days)):
        twice = [
            wall - datetime.combine(day, time.min)
            for wall in _quarters(day)
            if _change(wall, zone) < _NONE
        ]
        if twice:
            return _Wall(zone, twice[0], twice[-1] + _QUARTER - twice[0], day)
    return _Wall(zone, None, _NONE, None)


def _marks(wall: _Wall, lanes: Sequence[Lane], edges: Sequence[timedelta]) -> Sequence[timedelta]:
    """Return where rows begin, and where the last one ends."""
    first = min([_FIRST + wall.length, *edges]) // _HOUR * _HOUR
    last = max([_LAST + wall.length, *(-(-edge // _HOUR) * _HOUR for edge in edges)])
    last = min(last, _DAY + wall.length)
    hours = {first + number * _HOUR for number in range((last - first) // _HOUR + 1)}
    found = {mark for mark in hours | {*edges, *_turns(wall, lanes)} if first <= mark <= last}
    return sorted(found)


def _turns(wall: _Wall, lanes: Sequence[Lane]) -> Iterator[timedelta]:
    """Yield the places at which the clocks are changed."""
    if wall.repeats is not None:
        yield from (wall.repeats + number * wall.length for number in range(3))
    for day in {lane.day for lane in lanes}:
        midnight = datetime.combine(day, time.min)
        gap = [each - midnight for each in _quarters(day) if _is_left_out(each, wall.zone)]
        if gap:
            yield from (gap[0], gap[-1] + _QUARTER)


def _span(wall: _Wall, lane: Lane, booking: Booking) -> tuple[timedelta, timedelta]:
    return wall.place(booking.start, lane.day), wall.place(booking.end, lane.day)


def _cells(
    wall: _Wall,
    lane: Lane,
    spans: Sequence[tuple[timedelta, timedelta]],
    marks: Sequence[timedelta],
) -> Iterator[Cell | None]:
    """Yield a cell for each row, None where the one above goes on."""
    begins = {
        span[0]: (booking, span[1])
        for booking, span in zip(lane.booked, spans, strict=True)
        if span[0] < span[1]
    }
    until = _NONE
    for mark in marks[:-1]:
        if mark in begins:
            booking, until = begins[mark]
            yield Cell("booked", lane, sum(mark <= each < until for each in marks[:-1]), booking)
        elif mark < until:
            yield None
        else:
            yield Cell("free" if wall.comes(mark, lane.day) else "none", lane)


def _quarters(day: date) -> Iterator[datetime]:
    midnight = datetime.combine(day, time.min)
    return (midnight + number * _QUARTER for number in range(_DAY // _QUARTER))


def _change(wall: datetime, zone: ZoneInfo) -> timedelta:
    """Return by how much the clocks are changed at this time: back is negative."""
    before, after = (wall.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return (after or _NONE) - (before or _NONE)


def _is_left_out(wall: datetime, zone: ZoneInfo) -> bool:
    return _change(wall, zone) > _NONE


def _written(clock: timedelta) -> str:
    minutes = clock // timedelta(minutes=1)
    return f"{minutes // 60:02}:{minutes % 60:02}"
