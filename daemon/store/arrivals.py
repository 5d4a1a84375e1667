"""A visitor at the door: is the host in, and who tells the host. Runs in the tap's transaction."""

from datetime import datetime

from sqlalchemy import bindparam, exists, select, update

from daemon.access.facts import Pass
from daemon.house import House
from daemon.store import journal
from daemon.store.book import Book
from daemon.store.journal import Entry, Kind
from daemon.store.tables import VisitorRow, VisitRow
from devices.clock import micros

REASON = "visitor-arrived"
_HOST = select(
    VisitorRow.while_host_in,
    exists()
    .where(
        VisitRow.site == VisitorRow.site,
        VisitRow.member == VisitorRow.host,
        VisitRow.ended_by.is_(None),
        VisitRow.began >= bindparam("since"),
    )
    .label("is_in"),
).where(VisitorRow.site == bindparam("site"), VisitorRow.id == bindparam("visitor"))
_ARRIVE = (
    update(VisitorRow)
    .where(
        VisitorRow.site == bindparam("site"),
        VisitorRow.id == bindparam("visitor"),
        VisitorRow.arrived.is_(None),
    )
    .values(arrived=bindparam("new_arrived"))
    .returning(VisitorRow.id)
)


def host_is_in(book: Book, house: House, visit: Pass, at: datetime) -> bool | None:
    """Tell whether the host is in the building; None where the visit does not depend on it.

    One look-up by index. Asked for passes of kind `visitor` that run at the moment only.
    """
    book.catch_up()  # the host may have come by a tap of the same book
    since = micros(house.days.around(at)[0])
    row = book.one(_HOST, visitor=visit.ref, since=since)
    return bool(row[1]) if row is not None and row[0] else None


def arrive(book: Book, visit: Pass, door: str, at: datetime, received: datetime) -> bool:
    """Keep that a visitor has come, and tell the host, the first time; False if it is not.

    The host is told by an entry of kind `system`; letters are written from it
    (`correspondence.py`): nothing is sent from here, where a door waits.
    """
    if not book.all(_ARRIVE, visitor=visit.ref, new_arrived=micros(at)):
        return False
    detail = {"visitor": visit.ref}
    entry = Entry(
        Kind.SYSTEM, at, received, door=door, member=visit.host, reason=REASON, detail=detail
    )
    journal.append(book, entry)
    return True
