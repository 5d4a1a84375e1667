"""Forgets what is older than the limits, so that nobody can be named by any means; sums stay.

Visits and bookings lose their member to a name drawn by lot for the day; journal entries lose what
is personal, which the chain allows; movements, counted days, guests and passes go. Everything in
small transactions, so that doors hardly wait; SQLite's free pages are written over in the end.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from daemon.access.facts import SiteCalendar
from daemon.config import Settings
from daemon.hours import day_bounds, local_day
from daemon.privacy.pseudonyms import is_forgotten, pseudonym
from daemon.privacy.scrubbing import scrub
from daemon.store.aliases import UNUSED
from daemon.store.engine import Store
from daemon.store.tables import (
    AliasRow,
    AttendeeRow,
    Base,
    BookingRow,
    CarnetUseRow,
    CorrectionRow,
    EntryRow,
    GatheringRow,
    GuestRow,
    JournalRow,
    KnownRow,
    MovementRow,
    PassRow,
    SeriesRow,
    VisitorRow,
    VisitRow,
)
from devices.clock import micros, moment

BLANK = dict.fromkeys(("member", "badge", "detail", "salt"))
"""A journal entry's personal columns, as they are once it is forgotten."""
AT_ONCE = 1_000
_Any = tuple[Any, ...]
_PAST = "past-%"
Progress = Callable[[str, int], None]
"""Told what is being forgotten, and how many rows were until now."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Before which moments everything of a kind is to be forgotten, in microseconds.

    `day`: the last day of members' to be forgotten, as it is stored.
    """

    visits: int
    refusals: int
    visitors: int
    day: str


def limits_of(settings: Settings, now: datetime) -> Limits:
    """Return the limits as the settings have them, at a moment.

    People's days are forgotten whole, with the one in which the limit lies.
    """
    said, calendar = settings.retention, settings.calendar()

    def day_of(days: int) -> date:
        return local_day(now - timedelta(days=days), calendar)

    visits, visitors = day_of(said.visits_days), day_of(said.visitors_days)
    return Limits(
        micros(day_bounds(visits, calendar)[1]),
        micros(now - timedelta(days=said.refusals_days)),
        micros(day_bounds(visitors, calendar)[1]),
        visits.isoformat(),
    )


def forget_old(
    store: Store, settings: Settings, now: datetime, progress: Progress
) -> dict[str, int]:
    """Forget everything of the site that is older than its limits; return how many rows of what.

    Safe to be cut short and begun again.
    """
    work = _Work(store, settings.site.id, settings.calendar(), limits_of(settings, now))
    forgotten: dict[str, int] = defaultdict(int)
    for what, step in _STEPS.items():
        for count in step(work):
            forgotten[what] += count
            progress(what, forgotten[what])
    if forgotten:
        scrub(store)
    return dict(forgotten)


@dataclass(frozen=True, slots=True)
class _Work:
    store: Store
    site: str
    calendar: SiteCalendar
    limits: Limits

    def some_of(self, query: Select[*_Any]) -> Iterator[tuple[Session, Sequence[Row[*_Any]]]]:
        """Give the rows of a query some at a time, each time in a transaction that changes them.

        What was changed must no longer be found.
        """
        while True:
            with self.store.writing() as session:
                found = session.execute(query.limit(AT_ONCE)).all()
                if found:
                    yield session, found
            if len(found) < AT_ONCE:
                return

    def deleted(self, table: type[Base], condition: ColumnElement[bool]) -> Iterator[int]:
        """Delete rows, some at a time."""
        here = Base.metadata.tables[table.__tablename__]
        keys = list(here.primary_key)
        query = select(*keys).where(here.c.site == self.site, condition)
        for session, found in self.some_of(query):
            for key in found:
                same = [column == value for column, value in zip(keys, key, strict=True)]
                session.execute(delete(here).where(and_(*same)))
            yield len(found)


def _visits(work: _Work) -> Iterator[int]:
    """Give each person's day a name drawn by lot; guests' days earlier than members'."""
    row = VisitRow
    guests = and_(row.member.contains(":"), row.began < work.limits.visitors)
    names: dict[tuple[str, date], str] = defaultdict(pseudonym)
    query = select(row.id, row.member, row.began).where(
        row.site == work.site,
        or_(row.began < work.limits.visits, guests),
        row.member.not_like(_PAST),
        row.ended_by.is_not(None),
    )
    for session, found in work.some_of(query.order_by(row.began)):
        for visit, member, began in found:
            name = names[member, local_day(moment(began), work.calendar)]
            same = row.site == work.site, row.id == visit
            session.execute(update(row).where(*same).values(member=name))
        yield len(found)


def _bookings(work: _Work) -> Iterator[int]:
    row = BookingRow
    query = select(row.id, row.member).where(
        row.site == work.site,
        row.ends < work.limits.visits,
        or_(row.title.is_not(None), row.member.not_like(_PAST)),
    )
    for session, found in work.some_of(query):
        for booking, member in found:
            name = member if member is None or is_forgotten(member) else pseudonym()
            same = row.site == work.site, row.id == booking
            session.execute(update(row).where(*same).values(member=name, title=None))
        yield len(found)


def _journal(work: _Work) -> Iterator[int]:
    """Blank what is personal; kind, door, time and reason stay, and so does the chain."""
    row = JournalRow
    refused = and_(row.kind == "tap", row.granted.is_(False))
    query = select(row.seq).where(
        row.site == work.site,
        or_(
            row.received_at < work.limits.visits,
            and_(refused, row.received_at < work.limits.refusals),
        ),
        row.salt.is_not(None),
    )
    for session, found in work.some_of(query.order_by(row.seq)):
        them = row.site == work.site, row.seq.in_([seq for (seq,) in found])
        session.execute(update(row).where(*them).values(BLANK))
        yield len(found)


def _guests(work: _Work) -> Iterator[int]:
    over = select(BookingRow.id).where(
        BookingRow.site == work.site, BookingRow.ends < work.limits.visitors
    )
    yield from work.deleted(GuestRow, GuestRow.booking.in_(over))


def _visitors(work: _Work) -> Iterator[int]:
    """Blank who it was; that somebody came still counts for the host's month."""
    row, limit = VisitorRow, work.limits.visitors
    over = or_(row.ends < limit, row.removed < limit)
    query = select(row.id).where(row.site == work.site, over, row.name != "")
    for session, found in work.some_of(query):
        them = row.site == work.site, row.id.in_([visitor for (visitor,) in found])
        session.execute(update(row).where(*them).values(name="", email=None, hash=None, tail=None))
        yield len(found)
    yield from work.deleted(row, row.ends < work.limits.visits)


def _attendees(work: _Work) -> Iterator[int]:
    over = select(GatheringRow.id).where(
        GatheringRow.site == work.site, GatheringRow.ends < work.limits.visits
    )
    yield from work.deleted(AttendeeRow, AttendeeRow.gathering.in_(over))


def _organisers(work: _Work) -> Iterator[int]:
    row = GatheringRow
    query = select(row.id).where(
        row.site == work.site, row.ends < work.limits.visits, row.organiser.is_not(None)
    )
    for session, found in work.some_of(query):
        them = row.site == work.site, row.id.in_([gathering for (gathering,) in found])
        session.execute(update(row).where(*them).values(organiser=None))
        yield len(found)


def _series(work: _Work) -> Iterator[int]:
    lives = select(BookingRow.series).where(
        BookingRow.site == work.site,
        BookingRow.series.is_not(None),
        BookingRow.ends >= work.limits.visits,
    )
    row = SeriesRow
    old = and_(row.ends < work.limits.visits, row.id.not_in(lives))
    yield from work.deleted(row, old)


def _corrections(work: _Work) -> Iterator[int]:
    past = select(VisitRow.id).where(VisitRow.site == work.site, VisitRow.member.like(_PAST))
    yield from work.deleted(CorrectionRow, CorrectionRow.visit.in_(past))


_STEPS: Mapping[str, Callable[[_Work], Iterator[int]]] = {
    "visits": _visits,
    "movements": lambda w: w.deleted(MovementRow, MovementRow.at < w.limits.visits),
    "corrections": _corrections,
    "last movements": lambda w: w.deleted(KnownRow, KnownRow.until < w.limits.visits),
    "counted days": lambda w: w.deleted(EntryRow, EntryRow.day <= w.limits.day),
    "paid days": lambda w: w.deleted(CarnetUseRow, CarnetUseRow.day <= w.limits.day),
    "bookings": _bookings,
    "series": _series,
    "guests": _guests,
    "passes": lambda w: w.deleted(PassRow, PassRow.ends < w.limits.visitors),
    "visitors": _visitors,
    "attendees": _attendees,
    "organisers": _organisers,
    "journal": _journal,
    "aliases": lambda w: w.deleted(AliasRow, UNUSED),
}
"""What is forgotten, in this order: names of rows for who looks on, and how."""
