"""A room's day as a strip: where each booking lies, and where now is. In thousandths of the strip.

Pure: bookings and a local moment in, figures out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.store.booking_views import Booking

WIDTH = 1000
_FIRST, _LAST, _STEP = 6, 24, 3
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Piece:
    """One booking on the strip."""

    left: int
    width: int
    status: str


@dataclass(frozen=True, slots=True)
class Strip:
    """The strip: its pieces, the hours marked on it, now (None if it lies beyond the ends)."""

    pieces: Sequence[Piece]
    hours: Sequence[tuple[int, int]]
    now: int | None


def strip_of(booked: Sequence[Booking], now: datetime) -> Strip:
    """Return the strip of the day of `now`, wide enough for all that is booked on it."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    spans = [(_hours(each.start, midnight), _hours(each.end, midnight)) for each in booked]
    first = min([_FIRST, *(max(0, int(begin // _STEP) * _STEP) for begin, _ in spans)])

    def place(hour: float) -> int:
        return round(WIDTH * (min(max(hour, first), _LAST) - first) / (_LAST - first))

    pieces = [
        Piece(place(begin), place(end) - place(begin), each.status)
        for each, (begin, end) in zip(booked, spans, strict=True)
    ]
    marks = [(hour, place(hour)) for hour in range(first, _LAST + 1, _STEP)]
    at = _hours(now, midnight)
    return Strip(pieces, marks, place(at) if at >= first else None)


def _hours(at: datetime, midnight: datetime) -> float:
    return (at - midnight) / _HOUR
