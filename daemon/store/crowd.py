"""How full the room behind a door is, counted afresh where being full refuses."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, func, select

from daemon.access.facts import Place
from daemon.house import House
from daemon.store.book import Book
from daemon.store.tables import VisitRow
from devices.clock import micros

_PRESENT = (
    select(func.count())
    .select_from(VisitRow)
    .where(
        VisitRow.site == bindparam("site"),
        VisitRow.room == bindparam("room"),
        VisitRow.ended_by.is_(None),
        VisitRow.began >= bindparam("since"),
    )
)
_MY_ROOM = select(VisitRow.room).where(
    VisitRow.site == bindparam("site"),
    VisitRow.member == bindparam("member"),
    VisitRow.ended_by.is_(None),
    VisitRow.began >= bindparam("since"),
)


def filled(book: Book, house: House, place: Place, person: str | None, at: datetime) -> Place:
    """Return the reader's place, with who is there already if it matters."""
    if place.enforced_capacity is None or person is None:
        return place
    book.catch_up()
    since = micros(house.days.around(at)[0])
    there = book.one(_PRESENT, room=place.room, since=since)
    mine = book.one(_MY_ROOM, member=person, since=since)
    return replace(
        place,
        present=0 if there is None else there[0],
        already_there=mine is not None and mine[0] == place.room,
    )
