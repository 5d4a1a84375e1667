"""Who was there how much: what the municipality invoices from."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from daemon.privacy.pseudonyms import FORGOTTEN, is_forgotten
from daemon.recurrence import Span


class Stay(NamedTuple):
    """A visit, in microseconds since 1970. `ended` None: still in, or gone unseen.

    Numbers and not moments, because a report of years has a hundred thousand of them.
    """

    person: str
    began: int
    ended: int | None
    is_over: bool


class Booked(NamedTuple):
    """A booking that was not cancelled. `checked_in`: when somebody came to it."""

    room: str
    member: str | None
    start: datetime
    end: datetime
    released: bool
    checked_in: datetime | None


@dataclass(slots=True)
class MonthOf:
    """One person's month. `unknown`: visits whose end nobody saw, which count no time.

    `time` is in microseconds. `entries`: how often they came in. `booked`: time of bookings that
    were not released.
    """

    days: set[tuple[str, date]] = field(default_factory=set)
    time: int = 0
    entries: int = 0
    unknown: int = 0
    booked: timedelta = timedelta()
    no_shows: int = 0


def attendance(
    stays: Iterable[tuple[Stay, date]], bookings: Iterable[Booked], month: Span
) -> Mapping[str, MonthOf]:
    """Return person -> attendance. A stay comes with its own day, a booking counts in the month."""
    found: dict[str, MonthOf] = defaultdict(MonthOf)
    for stay, day in stays:
        one = found[_line(stay.person)]
        one.days.add((stay.person, day))
        one.entries += 1
        if stay.ended is not None:
            one.time += stay.ended - stay.began
        elif stay.is_over:
            one.unknown += 1
    for booking in bookings:
        if booking.member is None:
            continue
        one = found[_line(booking.member)]
        if booking.released:
            one.no_shows += 1
        else:
            one.booked += max(
                timedelta(), min(booking.end, month.end) - max(booking.start, month.start)
            )
    return found


def _line(person: str) -> str:
    """Return whose line it is: all who are forgotten share one, so that sums stay."""
    return FORGOTTEN if is_forgotten(person) else person
