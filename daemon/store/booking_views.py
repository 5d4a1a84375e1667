"""Bookings as they are shown: all of one's own, and for staff all; of others only when and where.

A list costs what it gives and what began in the 31 days before, by index; nothing else counts.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select, tuple_
from sqlalchemy.orm import Session

from daemon.store.asker import Asker
from daemon.store.objections import Forbidden, Unknown
from daemon.store.tables import BookingRow, GuestRow
from daemon.store.tables.rooms import LIVE, LONGEST
from devices.clock import micros, moment

HOLDING = frozenset({"booked", "checked-in"})
"""The states of a booking that holds its room; the database says the same in `LIVE`."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who comes along. `badge`: the last digits of a card; `known`: a door knows them."""

    name: str
    email: str | None
    badge: str | None
    known: bool


@dataclass(frozen=True, slots=True)
class Booking:
    """A room for a time. Of somebody else's booking member, title, guests and series are left out.

    `status` as stored, or `over` once a booking that held its room has reached its end.
    """

    id: str
    room: str
    start: datetime
    end: datetime
    status: str
    source: str
    member: str | None = None
    title: str | None = None
    series: str | None = None
    guests: Sequence[Guest] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which bookings: at the `most` how many, touching [since, until), from behind `after` on."""

    most: int
    room: str | None = None
    member: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: tuple[datetime, str] | None = None


def row_of(session: Session, site: str, booking: str) -> BookingRow:
    """Return the row of a booking; raises Unknown."""
    row = session.get(BookingRow, (site, booking))
    if row is None:
        raise Unknown("booking", booking)
    return row


def booking_of(session: Session, site: str, booking: str, asker: Asker, now: datetime) -> Booking:
    """Return one booking as the asker may see it; raises Unknown."""
    return _seen(session, [row_of(session, site, booking)], asker, now)[0]


def bookings(
    session: Session, site: str, wanted: Wanted, asker: Asker, now: datetime
) -> Sequence[Booking]:
    """Return bookings by their start. Others' that no longer hold a room are nobody's business."""
    if not asker.staff and wanted.member not in {None, asker.member}:
        raise Forbidden("only staff may ask for another member's bookings")
    query = _chosen(select(BookingRow).where(BookingRow.site == site), wanted)
    if not asker.staff:
        query = query.where(or_(LIVE, BookingRow.member == asker.member))
    query = query.order_by(BookingRow.starts, BookingRow.id).limit(wanted.most)
    return _seen(session, session.scalars(query).all(), asker, now)


def guests_of(session: Session, site: str, ids: Sequence[str]) -> Mapping[str, Sequence[GuestRow]]:
    """Return the guests of bookings, each in its place."""
    query = (
        select(GuestRow)
        .where(GuestRow.site == site, GuestRow.booking.in_(ids))
        .order_by(GuestRow.booking, GuestRow.place)
    )
    found: dict[str, list[GuestRow]] = defaultdict(list)
    for guest in session.scalars(query) if ids else ():
        found[guest.booking].append(guest)
    return found


def status_at(row: BookingRow, now: datetime) -> str:
    """Return a booking's state as it is shown at a moment."""
    return "over" if row.status in HOLDING and row.ends <= micros(now) else row.status


def shown(row: BookingRow, guests: Sequence[GuestRow], now: datetime) -> Booking:
    """Return all of a booking."""
    return Booking(
        row.id,
        row.room,
        moment(row.starts),
        moment(row.ends),
        status_at(row, now),
        row.source,
        row.member,
        row.title,
        row.series,
        [_guest(each) for each in guests],
    )


def _chosen(query: Select[BookingRow], wanted: Wanted) -> Select[BookingRow]:
    if wanted.room is not None:
        query = query.where(BookingRow.room == wanted.room)
    if wanted.member is not None:
        query = query.where(BookingRow.member == wanted.member)
    if wanted.since is not None:
        since = micros(wanted.since)
        query = query.where(BookingRow.ends > since, BookingRow.starts > since - LONGEST)
    if wanted.until is not None:
        query = query.where(BookingRow.starts < micros(wanted.until))
    if wanted.after is not None:
        start, booking = wanted.after
        query = query.where(
            tuple_(BookingRow.starts, BookingRow.id) > tuple_(micros(start), booking)
        )
    return query


def _seen(
    session: Session, rows: Sequence[BookingRow], asker: Asker, now: datetime
) -> Sequence[Booking]:
    own = {row.id for row in rows if asker.answers_for(row.member)}
    guests = guests_of(session, rows[0].site, sorted(own)) if own else {}
    return [
        shown(row, guests.get(row.id, ()), now) if row.id in own else _outline(row, now)
        for row in rows
    ]


def _outline(row: BookingRow, now: datetime) -> Booking:
    start, end = moment(row.starts), moment(row.ends)
    return Booking(row.id, row.room, start, end, status_at(row, now), row.source)


def _guest(row: GuestRow) -> Guest:
    known = row.member is not None or row.hash is not None
    return Guest(row.name, row.email, row.tail, known)
