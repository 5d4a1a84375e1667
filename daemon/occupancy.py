"""How full the house is, for everybody: counts, no names. The same for HTTP, MQTT and the board.

A person inside who wants to be `hidden` is not counted here; staff see everybody in the presence.
Costs one read of the open visits and one of what is on, however much is kept of the past.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NotRequired, TypedDict

from sqlalchemy import ColumnElement, and_, func, select, tuple_
from sqlalchemy.orm import Session

from daemon import hours
from daemon.config import Room, Settings
from daemon.store.agenda import FREE, Agenda, agendas
from daemon.store.engine import Store
from daemon.store.held import pass_of
from daemon.store.tables import MemberRow, PassRow, VisitRow
from devices.clock import micros, moment
from devices.moments import shown
from devices.strict_json import compact

_UNSAID, _HIDDEN = "count", "hidden"
_WHOSE = and_(MemberRow.site == VisitRow.site, MemberRow.id == VisitRow.member)
_VISIBILITY = func.coalesce(MemberRow.visibility, _UNSAID)


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who is in. `name` is None once the person is no member any more.

    `member` is the key of a pass where it is somebody with a lent card.
    """

    member: str
    name: str | None
    room: str
    since: datetime
    began_by: str
    visibility: str


class RoomOccupancy(TypedDict):
    """One room. `status`: free, booked, or occupied by people or by a booking they came to.

    `until`: when the running booking ends, or in a free room the next one begins. `next`: when the
    next one begins.
    """

    id: str
    name: str
    present: int
    capacity: int | None
    status: str
    until: str | None
    next: str | None
    blurred: NotRequired[bool]


class Occupancy(TypedDict):
    """The public resource (CONTRACT 7). `open`: somebody is inside.

    `blurred`, where small counts are not told: whether `present` is only the most that it can be.
    """

    site: str
    name: str
    at: str
    open: bool
    present: int
    capacity: int | None
    rooms: list[RoomOccupancy]
    blurred: NotRequired[bool]


def who_is_in(session: Session, settings: Settings, now: datetime) -> Sequence[Present]:
    """Return everybody who is inside, the first who came first."""
    query = (
        select(
            VisitRow.member,
            MemberRow.name,
            VisitRow.room,
            VisitRow.began,
            VisitRow.began_by,
            _VISIBILITY,
        )
        .outerjoin(MemberRow, _WHOSE)
        .where(*_inside(settings, now))
        .order_by(VisitRow.began, VisitRow.member)
    )
    found = session.execute(query).all()
    guests = names_of_guests(session, settings.site.id, [row[0] for row in found])
    return [
        Present(member, name or guests.get(member), room, moment(began), began_by, visibility)
        for member, name, room, began, began_by, visibility in found
    ]


def how_many(session: Session, settings: Settings, now: datetime) -> Counter[str]:
    """Return how many are inside each room, of those who want to be counted."""
    query = (
        select(VisitRow.room, func.count())
        .outerjoin(MemberRow, _WHOSE)
        .where(*_inside(settings, now), _VISIBILITY != _HIDDEN)
        .group_by(VisitRow.room)
    )
    return Counter(dict(session.execute(query).all()))


def _counts_of(people: Sequence[Present]) -> Counter[str]:
    """Return the same of people who were read already."""
    return Counter(person.room for person in people if person.visibility != _HIDDEN)


def _inside(settings: Settings, now: datetime) -> Sequence[ColumnElement[bool]]:
    since = hours.last_day_end(now, settings.calendar())
    return (
        VisitRow.site == settings.site.id,
        VisitRow.ended_by.is_(None),
        VisitRow.began >= micros(since),
    )


def names_of_guests(session: Session, site: str, people: Sequence[str]) -> Mapping[str, str]:
    """Return the names of those inside with a lent card, by the key presence knows them under."""
    guests = [lent for lent in map(pass_of, people) if lent is not None]
    if not guests:
        return {}
    query = select(PassRow.kind, PassRow.ref, PassRow.place, PassRow.name).where(
        PassRow.site == site,
        tuple_(PassRow.kind, PassRow.ref, PassRow.place).in_(guests),
    )
    rows = session.execute(query)
    return {f"{kind}:{ref}:{place}": name for kind, ref, place, name in rows if name is not None}


def occupancy(session: Session, settings: Settings, now: datetime) -> Occupancy:
    """Return how full the house and its rooms are, as the public may know it."""
    return blurred(exact_occupancy(session, settings, now), settings.site.blur_below)


def exact_occupancy(
    session: Session, settings: Settings, now: datetime, people: Sequence[Present] | None = None
) -> Occupancy:
    """Return the same for eyes from the kiosk on; `people`: who is in, where that was read."""
    rooms = how_many(session, settings, now) if people is None else _counts_of(people)
    return _counted(rooms, _whats_on(session, settings, now), settings, now)


def blurred(house: Occupancy, below: int) -> Occupancy:
    """Return the counts without the small ones: who is alone in the house is nobody's business.

    In their place stands the most that it can be, one less than `below`; nobody is still nobody.
    """
    if not below:
        return house

    return Occupancy(
        **{
            **house,
            "present": _blur(house["present"], below),
            "blurred": 0 < house["present"] < below,
            "rooms": [_blurred(room, below) for room in house["rooms"]],
        }
    )


def _blurred(room: RoomOccupancy, below: int) -> RoomOccupancy:
    small = 0 < room["present"] < below
    return RoomOccupancy(**{**room, "present": _blur(room["present"], below), "blurred": small})


def _blur(present: int, below: int) -> int:
    return below - 1 if 0 < present < below else present


def _whats_on(session: Session, settings: Settings, now: datetime) -> Mapping[str, Agenda]:
    """Return what is on in the rooms that can be booked."""
    rooms = [room.id for room in settings.rooms if room.bookable]
    return agendas(session, settings.site.id, rooms, now)


def _counted(
    rooms: Counter[str], on: Mapping[str, Agenda], settings: Settings, now: datetime
) -> Occupancy:
    """Return the resource from how many are in each room and what is on there."""
    return Occupancy(
        site=settings.site.id,
        name=settings.site.name,
        at=shown(now),
        open=rooms.total() > 0,
        present=rooms.total(),
        capacity=settings.site.capacity,
        rooms=[_room(room, rooms[room.id], on.get(room.id, FREE)) for room in settings.rooms],
    )


def occupancy_text(store: Store, settings: Settings, now: datetime) -> str:
    """Return the resource as JSON, read in a moment of its own."""
    with store.reading() as session:
        return compact(occupancy(session, settings, now))


def _room(room: Room, present: int, on: Agenda) -> RoomOccupancy:
    status = _status(present, on)
    until = on.next if status == "free" else on.until
    return RoomOccupancy(
        id=room.id,
        name=room.name,
        present=present,
        capacity=room.capacity,
        status=status,
        until=None if until is None else shown(until),
        next=None if on.next is None else shown(on.next),
    )


def _status(present: int, on: Agenda) -> str:
    if present or on.checked_in:
        return "occupied"
    return "free" if on.until is None else "booked"
