"""Rooms: booked against used, and how much of the opening hours that was."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.recurrence import Span
from daemon.reports.attendance import Booked
from daemon.reports.spans import overlap


@dataclass(slots=True)
class RoomUse:
    """One room's month. `no_shows` of `over`: bookings nobody came to, of those that are past.

    `booked`: time that was reserved and not released; `used`: from the first tap to the end;
    `within`: how much of `booked` lies within the opening hours.
    """

    bookings: int = 0
    over: int = 0
    no_shows: int = 0
    booked: timedelta = timedelta()
    used: timedelta = timedelta()
    within: timedelta = timedelta()


def room_use(
    bookings: Iterable[Booked], month: Span, openings: Sequence[Span], now: datetime
) -> RoomUse:
    """Return what became of one room's bookings; time outside the month is left out."""
    use = RoomUse()
    for booking in bookings:
        use.bookings += 1
        use.over += booking.end <= now or booking.released
        use.no_shows += booking.released
        span = _within(booking.start, booking.end, month)
        if booking.released or span is None:
            continue
        use.booked += span.end - span.start
        use.within += overlap(span, openings)
        used = booking.checked_in and _within(
            max(booking.start, booking.checked_in), min(booking.end, now), month
        )
        if used:
            use.used += used.end - used.start
    return use


def _within(start: datetime, end: datetime, month: Span) -> Span | None:
    start, end = max(start, month.start), min(end, month.end)
    return Span(start, end) if start < end else None
