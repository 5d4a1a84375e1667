"""What is on in rooms: the booking that runs, and when the next one begins. One statement.

Costs two looks into an index for each room, however many bookings there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, literal, select, union_all
from sqlalchemy.orm import Session

from daemon.store.tables import BookingRow
from daemon.store.tables.rooms import LIVE
from devices.clock import micros, moment


@dataclass(frozen=True, slots=True)
class Agenda:
    """`until`: the end of the booking that runs, if one does; `checked_in`: somebody came."""

    until: datetime | None = None
    checked_in: bool = False
    next: datetime | None = None


FREE = Agenda()


def agendas(
    session: Session, site: str, rooms: Sequence[str], now: datetime
) -> Mapping[str, Agenda]:
    """Return what is on in each of the rooms at a moment."""
    if not rooms:
        return {}
    looks = [look for room in rooms for look in (_latest(site, room, now), _next(site, room, now))]
    found: dict[str, Agenda] = {}
    for row in session.execute(union_all(*looks)):
        room, starts, ends, status = row[0], row[1], row[2], row[3]
        known = found.get(room, FREE)
        if starts > micros(now):
            found[room] = Agenda(known.until, known.checked_in, moment(starts))
        elif ends > micros(now):
            found[room] = Agenda(moment(ends), status == "checked-in", known.next)
    return found


_Look = Select[str, int, int, str]


def _latest(site: str, room: str, now: datetime) -> _Look:
    """Return the one that began last: none that began before it can last longer."""
    begun = _live(site, room).where(BookingRow.starts <= micros(now))
    return _one(begun.order_by(BookingRow.starts.desc()))


def _next(site: str, room: str, now: datetime) -> _Look:
    coming = _live(site, room).where(BookingRow.starts > micros(now))
    return _one(coming.order_by(BookingRow.starts))


def _live(site: str, room: str) -> _Look:
    columns = (literal(room).label("room"), BookingRow.starts, BookingRow.ends, BookingRow.status)
    return select(*columns).where(BookingRow.site == site, BookingRow.room == room, LIVE)


def _one(query: _Look) -> _Look:
    first = query.limit(1).subquery()  # SQLite takes an order only within a part of a union
    return select(first.c.room, first.c.starts, first.c.ends, first.c.status)
