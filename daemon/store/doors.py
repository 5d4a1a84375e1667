"""What is kept of each door: the levels its devices told, and what staff ordered."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import Executable

from daemon.access.facts import Hold
from daemon.store.book import Book
from daemon.store.prepared import insert_for
from daemon.store.tables import DoorRow, OrderRow
from devices.clock import micros, moment
from devices.contract import Action, Command
from devices.strict_json import compact


def _levels(dialect: Dialect) -> Executable:
    """Return the statement that overwrites only what was told."""
    row = _upsert(dialect, "contact", "bolt", "online", "reported", "hold")
    new, old = row.excluded, DoorRow
    return row.on_conflict_do_update(
        index_elements=["site", "id"],
        set_={
            "contact": func.coalesce(new.contact, old.contact),
            "bolt": func.coalesce(new.bolt, old.bolt),
            "online": func.coalesce(new.online, old.online),
            "reported": new.reported,
        },
    )


def _hold(dialect: Dialect) -> Executable:
    row = _upsert(dialect, "hold", "hold_until")
    return row.on_conflict_do_update(
        index_elements=["site", "id"],
        set_={"hold": row.excluded.hold, "hold_until": row.excluded.hold_until},
    )


def _upsert(dialect: Dialect, *columns: str) -> sqlite.Insert | postgresql.Insert:
    names = ("site", "id", *columns)
    return insert_for(dialect)(DoorRow).values({name: bindparam(name) for name in names})


_ORDER = insert(OrderRow)
WAITING = (
    select(
        OrderRow.id,
        OrderRow.door,
        OrderRow.action,
        OrderRow.seconds,
        OrderRow.issued,
        OrderRow.expires,
    )
    .where(OrderRow.site == bindparam("site"), OrderRow.outcome.is_(None))
    .order_by(OrderRow.issued)
)
"""The orders nobody has carried out."""
_DONE = (
    update(OrderRow)
    .where(OrderRow.site == bindparam("site"), OrderRow.id == bindparam("order"))
    .values(outcome=bindparam("how"))
)
_LEVELS = select(DoorRow.id, DoorRow.contact, DoorRow.bolt, DoorRow.online).where(
    DoorRow.site == bindparam("site")
)
_HOLDS = select(DoorRow.id, DoorRow.hold, DoorRow.hold_until).where(
    DoorRow.site == bindparam("site"), DoorRow.hold != Hold.NORMAL.value
)


def _devices(dialect: Dialect) -> Executable:
    made = _upsert(dialect, "hold", "devices")
    return made.on_conflict_do_update(
        index_elements=["site", "id"], set_={"devices": made.excluded.devices}
    )


def keep_levels(book: Book, door: str, at: datetime, told: Mapping[str, object]) -> None:
    """Keep what a door told of contact, bolt and online; None leaves what was known."""
    book.run(_levels, id=door, reported=micros(at), hold=Hold.NORMAL.value, **told)


def keep_devices(book: Book, door: str, there: Mapping[str, bool]) -> None:
    """Keep which devices of a door are there."""
    book.run(_devices, id=door, hold=Hold.NORMAL.value, devices=compact(there))


def order_hold(book: Book, door: str, hold: Hold, until: datetime | None) -> None:
    """Keep what staff ordered for a door."""
    end = None if until is None else micros(until)
    if book.memory is not None:
        book.memory.holds.pop(door, None)
    book.run(_hold, id=door, hold=hold.value, hold_until=end)


def holds(book: Book) -> Sequence[tuple[str, Hold, datetime | None]]:
    """Return the doors that are held open or locked, and until when."""
    return [
        (door, Hold(hold), None if until is None else moment(until))
        for door, hold, until in book.all(_HOLDS)
    ]


def kept_levels(book: Book) -> Mapping[str, tuple[str | None, str | None, bool | None]]:
    """Return contact, bolt and online of every door as they were kept last."""
    return {name: (contact, bolt, online) for name, contact, bolt, online in book.all(_LEVELS)}


def add_order(book: Book, order: Command) -> None:
    """Leave an act of staff for the doorman."""
    book.run(
        _ORDER,
        id=order.id,
        door=order.door,
        action=order.action.value,
        seconds=order.seconds,
        issued=micros(order.issued),
        expires=micros(order.expires),
        outcome=None,
    )


def waiting_orders(book: Book) -> Sequence[Command]:
    """Return what staff ordered and nobody has carried out."""
    return [
        Command(door, order, Action(action), seconds, moment(issued), moment(expires))
        for order, door, action, seconds, issued, expires in book.all(WAITING)
    ]


def order_done(book: Book, order: str, how: str) -> None:
    """Keep what became of an order: `sent` or `expired`."""
    book.run(_DONE, order=order, how=how)


ORDER_LIFE = timedelta(seconds=5)
"""How long an act of staff may wait for the doorman before it is void."""
