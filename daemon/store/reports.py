"""The reports of staff, read for one span of the site's own days; names are added at the end.

Each costs the visits and bookings of its span, by index, and nothing of what lies outside it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon.access.facts import SiteCalendar
from daemon.config import Settings
from daemon.hours import day_bounds, local_day, month_bounds
from daemon.recurrence import Span
from daemon.reports.attendance import Booked, MonthOf, Stay, attendance
from daemon.reports.fullness import Cell, day_by_day, heat_map
from daemon.reports.rooms import RoomUse, room_use
from daemon.reports.spans import days_between, hours, openings
from daemon.store.held import pass_of
from daemon.store.tables import BookingRow, MemberRow, VisitRow
from daemon.store.tables.rooms import LONGEST
from devices.clock import micros, moment

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PersonMonth:
    """A member's month. `name` and `plan` None: no member any more.

    `entries`: how often they came in; `hours` of visits whose end was seen, and `unknown_ends` of
    the others. `booked_hours` of bookings in the month that were not released.
    """

    member: str
    name: str | None
    plan: str | None
    days: int
    hours: float
    entries: int
    unknown_ends: int
    booked_hours: float
    no_shows: int


@dataclass(frozen=True, slots=True)
class RoomMonth:
    """A room's month. Shares are of the opening hours, holidays left out; None without any.

    `booked_share` counts what was booked within the opening hours. `no_show_rate`: of the bookings
    that are past.
    """

    room: str
    name: str
    bookings: int
    booked_hours: float
    used_hours: float
    no_shows: int
    no_show_rate: float | None
    open_hours: float
    booked_share: float | None


@dataclass(frozen=True, slots=True)
class DayOf:
    """A day of the site's own."""

    day: date
    people: int
    peak: int
    hours: float


Line = PersonMonth | RoomMonth | DayOf


def headings(kind: type[Line]) -> Sequence[str]:
    """Return the columns of a report that has a line of this kind for each."""
    return [each.name for each in fields(kind)]


def values(line: Line) -> Sequence[object]:
    """Return what stands in a line's columns."""
    return [getattr(line, name) for name in headings(type(line))]


@dataclass(frozen=True, slots=True)
class Fullness:
    """How full it was: the week's cells, and every day on which somebody came."""

    cells: Sequence[Cell]
    days: Sequence[DayOf]


@dataclass(frozen=True, slots=True)
class Books:
    """What a report is read from: a session, the settings, their calendar, and the moment."""

    session: Session
    settings: Settings
    calendar: SiteCalendar
    now: datetime


def attendance_report(books: Books, month: date) -> Sequence[PersonMonth]:
    """Return everybody who came or booked in the month of `month`, by name."""
    span = Span(*month_bounds(month, books.calendar))
    stays = (pair for pair in _stays(books, span) if pass_of(pair[0].person) is None)
    found = attendance(stays, _bookings(books, span), span)
    known = _members(books, list(found))
    lines = [_line(person, each, known.get(person)) for person, each in found.items()]
    return sorted(lines, key=lambda line: (line.name is None, line.name or "", line.member))


def room_report(books: Books, month: date) -> Sequence[RoomMonth]:
    """Return the bookable rooms, in the order of the settings."""
    span = Span(*month_bounds(month, books.calendar))
    first = month.replace(day=1)
    days = days_between(first, (first + 31 * _DAY).replace(day=1))
    opened = openings(days, books.settings.site.opening_hours, books.calendar)
    by_room: dict[str, list[Booked]] = defaultdict(list)
    for booking in _bookings(books, span):
        by_room[booking.room].append(booking)
    total = sum((each.end - each.start for each in opened), timedelta())
    return [
        _room(room.id, room.name, room_use(by_room[room.id], span, opened, books.now), total)
        for room in books.settings.rooms
        if room.bookable
    ]


def occupancy_report(books: Books, since: date, until: date) -> Fullness:
    """Return how full the house was from the day `since` until the end of the day `until`."""
    span = Span(day_bounds(since, books.calendar)[0], day_bounds(until, books.calendar)[1])
    stays = list(_stays(books, span))
    cells = heat_map((stay for stay, _ in stays), span, books.calendar)
    days = day_by_day(stays)
    counted = [
        DayOf(day, len(each.people), each.peak, hours(timedelta(microseconds=each.time)))
        for day, each in sorted(days.items())
    ]
    return Fullness(cells, counted)


def _line(person: str, month: MonthOf, known: tuple[str, str | None] | None) -> PersonMonth:
    name, plan = known or (None, None)
    return PersonMonth(
        person,
        name,
        plan,
        len(month.days),
        hours(timedelta(microseconds=month.time)),
        month.entries,
        month.unknown,
        hours(month.booked),
        month.no_shows,
    )


def _room(room: str, name: str, use: RoomUse, total: timedelta) -> RoomMonth:
    return RoomMonth(
        room,
        name,
        use.bookings,
        hours(use.booked),
        hours(use.used),
        use.no_shows,
        round(use.no_shows / use.over, 4) if use.over else None,
        hours(total),
        round(use.within / total, 4) if total else None,
    )


def _stays(books: Books, span: Span) -> Iterator[tuple[Stay, date]]:
    """Yield the visits that began in the span, in order, each with its own day."""
    row = VisitRow
    query = select(row.member, row.began, row.ended, row.ended_by).where(
        row.site == books.settings.site.id,
        row.began >= micros(span.start),
        row.began < micros(span.end),
    )
    day, ends = date.min, micros(span.start)
    for member, began, ended, ended_by in books.session.execute(query.order_by(row.began)):
        if began >= ends:
            day = local_day(moment(began), books.calendar)
            ends = micros(day_bounds(day, books.calendar)[1])
        yield Stay(member, began, ended, ended_by is not None), day


def _bookings(books: Books, span: Span) -> Sequence[Booked]:
    """Return the bookings that touch the span, but for cancelled ones."""
    row = BookingRow
    query = select(row).where(
        row.site == books.settings.site.id,
        row.starts >= micros(span.start) - LONGEST,
        row.starts < micros(span.end),
        row.ends > micros(span.start),
        row.status != "cancelled",
    )
    return [
        Booked(
            each.room,
            each.member,
            moment(each.starts),
            moment(each.ends),
            each.status == "released",
            None if each.checked_in is None else moment(each.checked_in),
        )
        for each in books.session.scalars(query)
    ]


def _members(books: Books, ids: Sequence[str]) -> Mapping[str, tuple[str, str | None]]:
    found: dict[str, tuple[str, str | None]] = {}
    for first in range(0, len(ids), 500):
        query = select(MemberRow.id, MemberRow.name, MemberRow.plan).where(
            MemberRow.site == books.settings.site.id, MemberRow.id.in_(ids[first : first + 500])
        )
        found |= {row.id: (row.name, row.plan) for row in books.session.execute(query)}
    return found
