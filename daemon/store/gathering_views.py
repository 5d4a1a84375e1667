"""Gatherings as they are shown to everybody, and their lists to staff and the organiser."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from daemon.store.asker import Asker
from daemon.store.objections import Forbidden, Unknown
from daemon.store.tables import AttendeeRow, GatheringRow
from daemon.store.tables.rooms import LONGEST
from devices.clock import micros, moment


@dataclass(frozen=True, slots=True)
class Gathering:
    """A course, workshop or event; `attendees`: how many are on its list."""

    id: str
    title: str
    kind: str
    room: str
    start: datetime
    end: datetime
    capacity: int | None
    organiser: str | None
    attendees: int


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody on the list. `tail`: a card's last four digits; `known`: a door knows them.

    `code`: what they type in, only right after it was made.
    """

    id: str
    name: str
    email: str | None
    member: str | None
    tail: str | None
    known: bool
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which gatherings: at the `most` how many, touching [since, until), from behind `after` on."""

    most: int | None = None
    room: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: tuple[datetime, str] | None = None


def gathering_of(session: Session, site: str, gathering: str) -> Gathering:
    """Return one gathering; raises Unknown."""
    row = session.execute(_all(site).where(GatheringRow.id == gathering)).one_or_none()
    if row is None:
        raise Unknown("gathering", gathering)
    return shown(*row)


def gatherings(session: Session, site: str, wanted: Wanted) -> Sequence[Gathering]:
    """Return gatherings by their start; costs what is listed, by index."""
    query = _all(site)
    if wanted.room is not None:
        query = query.where(GatheringRow.room == wanted.room)
    if wanted.since is not None:
        since = micros(wanted.since)
        query = query.where(GatheringRow.ends > since, GatheringRow.starts > since - LONGEST)
    if wanted.until is not None:
        query = query.where(GatheringRow.starts < micros(wanted.until))
    if wanted.after is not None:
        starts, last = micros(wanted.after[0]), wanted.after[1]
        query = query.where(tuple_(GatheringRow.starts, GatheringRow.id) > (starts, last))
    query = query.order_by(GatheringRow.starts, GatheringRow.id).limit(wanted.most)
    return [shown(*row) for row in session.execute(query)]


def check_organiser(gathering: Gathering, asker: Asker) -> None:
    """Refuse who is neither staff nor the organiser."""
    if not asker.answers_for(gathering.organiser):
        raise Forbidden("who comes to a gathering is for staff and its organiser to see")


def attendees(
    session: Session,
    site: str,
    gathering: str,
    most: int | None = None,
    after: int | None = None,
) -> Sequence[AttendeeRow]:
    """Return who is on a list in the order they came onto it, from behind the place `after` on."""
    query = select(AttendeeRow).where(AttendeeRow.site == site, AttendeeRow.gathering == gathering)
    if after is not None:
        query = query.where(AttendeeRow.place > after)
    return session.scalars(query.order_by(AttendeeRow.place).limit(most)).all()


def attendee_of(session: Session, site: str, gathering: str, attendee: str) -> Attendee:
    """Return one of a list; raises Unknown."""
    return attendee_shown(attendee_row(session, site, gathering, attendee))


def attendee_row(session: Session, site: str, gathering: str, attendee: str) -> AttendeeRow:
    """Return the row of one of a list; raises Unknown."""
    row = session.get(AttendeeRow, (site, attendee))
    if row is None or row.gathering != gathering:
        raise Unknown("attendee", attendee)
    return row


def shown(row: GatheringRow, attendees: int) -> Gathering:
    """Return a gathering with so many on its list."""
    return Gathering(
        row.id,
        row.title,
        row.kind,
        row.room,
        moment(row.starts),
        moment(row.ends),
        row.capacity,
        row.organiser,
        attendees,
    )


def attendee_shown(row: AttendeeRow, code: str | None = None) -> Attendee:
    """Return one of the list, with the code that was just made for them."""
    known = row.member is not None or row.hash is not None
    return Attendee(row.id, row.name, row.email, row.member, row.tail, known, code)


def _all(site: str) -> Select[GatheringRow, int]:
    counted = (
        select(func.count())
        .where(AttendeeRow.site == GatheringRow.site, AttendeeRow.gathering == GatheringRow.id)
        .scalar_subquery()
    )
    return select(GatheringRow, counted).where(GatheringRow.site == site)
