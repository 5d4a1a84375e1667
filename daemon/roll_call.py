"""Who has to be found when everybody leaves: those inside, and apart those who only may be.

Only reads, a handful of rows by index, so it works while nothing can be written.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon import hours
from daemon.config import Settings
from daemon.occupancy import Present, who_is_in
from daemon.store.booking_views import guests_of
from daemon.store.held import pass_of
from daemon.store.tables import AttendeeRow, BookingRow, GatheringRow, VisitorRow, VisitRow
from daemon.store.tables.rooms import LIVE, LONGEST
from devices.clock import micros


class Why(StrEnum):
    """What somebody is on the list as, or why they may be inside."""

    MEMBER = "member"
    GUEST = "guest"
    VISITOR = "visitor"
    GATHERING = "gathering"
    INFERRED = "inferred"
    EXPECTED = "expected"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the list. `since` None: nobody has seen them today, but they are expected now."""

    id: str
    name: str | None
    room: str
    why: Why
    since: datetime | None


@dataclass(frozen=True, slots=True)
class RollCall:
    """The list, as of a moment."""

    at: datetime
    inside: Sequence[Person]
    maybe: Sequence[Person]


_SURE = frozenset({"tap", "staff"})


def roll_call(session: Session, settings: Settings, now: datetime) -> RollCall:
    """Return who is inside and who may be, each by room and name."""
    present = who_is_in(session, settings, now)
    inside = [_present(each) for each in present if each.began_by in _SURE]
    unsure = [_present(each, Why.INFERRED) for each in present if each.began_by not in _SURE]
    seen = _seen(session, settings, now)
    expected = {each.id: each for each in _expected(session, settings, now) if each.id not in seen}
    return RollCall(
        now, _by_room(inside, settings), _by_room([*unsure, *expected.values()], settings)
    )


def _present(person: Present, why: Why | None = None) -> Person:
    lent = pass_of(person.member)
    return Person(
        person.member,
        person.name,
        person.room,
        why or (Why(lent[0]) if lent is not None else Why.MEMBER),
        person.since,
    )


def _by_room(people: Sequence[Person], settings: Settings) -> Sequence[Person]:
    rooms = [room.id for room in settings.rooms]

    def place(person: Person) -> tuple[int, str]:
        known = person.room in rooms
        return rooms.index(person.room) if known else len(rooms), (person.name or "").casefold()

    return sorted(people, key=place)


def _seen(session: Session, settings: Settings, now: datetime) -> frozenset[str]:
    """Return everybody who was here today: who is in is on the list, who left is not expected."""
    since = hours.last_day_end(now, settings.calendar())
    query = select(VisitRow.member).where(
        VisitRow.site == settings.site.id, VisitRow.began >= micros(since)
    )
    return frozenset(session.scalars(query))


def _expected(session: Session, settings: Settings, now: datetime) -> Iterator[Person]:
    site = settings.site.id
    yield from _guests(session, site, micros(now))
    yield from _attendees(session, site, micros(now))
    yield from _visitors(session, site, micros(now))


def _guests(session: Session, site: str, at: int) -> Iterator[Person]:
    running = select(BookingRow).where(
        BookingRow.site == site,
        BookingRow.starts <= at,
        BookingRow.starts > at - LONGEST,
        BookingRow.ends > at,
        LIVE,
    )
    rooms = {row.id: row.room for row in session.scalars(running)}
    for booking, guests in guests_of(session, site, sorted(rooms)).items():
        for guest in guests:
            key = guest.member or f"guest:{booking}:{guest.place + 1}"  # 0 is the holder's pass
            yield Person(key, guest.name, rooms[booking], Why.EXPECTED, None)


def _attendees(session: Session, site: str, at: int) -> Iterator[Person]:
    attending = (
        select(AttendeeRow, GatheringRow.room)
        .join(
            GatheringRow,
            (GatheringRow.site == AttendeeRow.site) & (GatheringRow.id == AttendeeRow.gathering),
        )
        .where(
            AttendeeRow.site == site,
            GatheringRow.starts <= at,
            GatheringRow.starts > at - LONGEST,
            GatheringRow.ends > at,
        )
    )
    for attendee, room in session.execute(attending):
        key = attendee.member or f"gathering:{attendee.gathering}:{attendee.place}"
        yield Person(key, attendee.name, room, Why.EXPECTED, None)


def _visitors(session: Session, site: str, at: int) -> Iterator[Person]:
    visiting = select(VisitorRow).where(
        VisitorRow.site == site,
        VisitorRow.starts <= at,
        VisitorRow.ends > at,
        VisitorRow.removed.is_(None),
    )
    for visitor in session.scalars(visiting):
        yield Person(f"visitor:{visitor.id}:0", visitor.name, "", Why.EXPECTED, None)
