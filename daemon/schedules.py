"""Doors that stand open in their own hours: held open from the first of the staff to the end.

Once for each stretch of hours: what staff hold or close meanwhile stays as they want it. A lockdown
ends every open hold, those of staff as well, for a door that stands open locks nobody out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, or_, select

from daemon.access.facts import Hold
from daemon.access.rules.open_schedule import is_open_at
from daemon.hours import closing
from daemon.house import House
from daemon.store import doors, journal
from daemon.store.book import Book
from daemon.store.desk import Desk
from daemon.store.guard import STAFF
from daemon.store.journal import Entry, Kind
from daemon.store.tables import DoorRow, OrderRow, SiteRow
from devices.clock import micros
from devices.contract import Action, Command, Wires
from devices.moments import shown

_MAY_OPEN = (
    select(SiteRow.id)
    .outerjoin(DoorRow, (DoorRow.site == SiteRow.id) & (DoorRow.id == bindparam("door")))
    .outerjoin(OrderRow, (OrderRow.site == SiteRow.id) & (OrderRow.id == bindparam("order")))
    .where(
        SiteRow.id == bindparam("site"),
        SiteRow.lockdown.is_(False),
        or_(DoorRow.hold.is_(None), DoorRow.hold == Hold.NORMAL.value),
        OrderRow.id.is_(None),
        STAFF.exists(),
    )
)
_LOCKED_OPEN = (
    select(DoorRow.id)
    .join(SiteRow, SiteRow.id == DoorRow.site)
    .where(
        SiteRow.id == bindparam("site"),
        SiteRow.lockdown.is_(True),
        DoorRow.hold == Hold.OPEN.value,
    )
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Hours in which a door may stand open now; `order` names them, so it is opened once."""

    door: str
    order: str
    day: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Schedules:
    """The look for doors to hold open, or no longer; orders are carried out by the order book."""

    house: House
    desk: Desk
    wires: Wires

    def is_due(self, now: datetime) -> bool:
        """Tell whether a door is to be opened or closed; not before its lock can be told."""
        if not self.wires.is_up():
            return False
        if any(self.desk.peek(_MAY_OPEN, **_asked(each, now)) for each in self._stretches(now)):
            return True
        return bool(self.desk.peek(_LOCKED_OPEN))

    def order(self, book: Book, now: datetime) -> None:
        """Write down what is to be opened and closed, for the order book to carry out."""
        if not self.wires.is_up():
            return
        for row in book.all(_LOCKED_OPEN):
            _order(book, str(row[0]), Hold.NORMAL, now)
        for each in self._stretches(now):
            if book.one(_MAY_OPEN, **_asked(each, now)) is not None:
                _order(book, each.door, Hold.OPEN, now, each)

    def _stretches(self, now: datetime) -> Iterator[Stretch]:
        calendar = self.house.calendar
        for door in self.house.doors.values():
            windows = next(iter(door.places.values())).open_hours
            if windows and is_open_at(windows, now, calendar):
                until = closing(windows, now, calendar)
                name = f"open-{door.id}-{micros(until)}"
                yield Stretch(door.id, name, self.house.days.around(now)[0], until)


def _asked(stretch: Stretch, now: datetime) -> dict[str, object]:
    return {
        "door": stretch.door,
        "order": stretch.order,
        "since": micros(stretch.day),
        "at": micros(now),
    }


def _order(
    book: Book, door: str, hold: Hold, now: datetime, stretch: Stretch | None = None
) -> None:
    """Hold a door open for a stretch of its hours, or end its hold because of a lockdown."""
    until = None if stretch is None else stretch.until
    doors.order_hold(book, door, hold, until)
    detail = {"lockdown": True} if until is None else {"until": shown(until)}
    reason = "hold-ended" if stretch is None else "open-schedule"
    entry = Entry(Kind.SYSTEM, now, now, door=door, reason=reason, detail=detail)
    seq = journal.append(book, entry)
    name = f"lockdown-{door}-{seq}" if stretch is None else stretch.order
    action = Action.LOCK if stretch is None else Action.HOLD_OPEN
    doors.add_order(book, Command(door, name, action, 0, now, now + doors.ORDER_LIFE))
