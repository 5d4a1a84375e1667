"""A house with rooms to book, and rows of bookings and passes as whoever makes them leaves them."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete

from daemon.config import load
from daemon.house import House, house_of
from daemon.store.engine import Store
from daemon.store.tables import Base, BookingRow, PassRow
from devices.clock import micros
from tests.daemon.store.building import SITE

MINUTE = timedelta(minutes=1)
_SETTINGS = """\
[site]
id = "cooffice"
name = "CoOffice"
timezone = "Europe/Rome"
[access]
repeat_seconds = 0
[[rooms]]
id = "open-space"
[[rooms]]
id = "sala"
bookable = true
[[rooms]]
id = "den"
bookable = true
walk_in = true
[[doors]]
id = "entrance"
room = "open-space"
entrance = true
readers = [{ id = "outside" }, { id = "inside", role = "exit" }]
[[doors]]
id = "sala"
room = "sala"
readers = [{ id = "main" }, { id = "inside", role = "exit" }]
[[doors]]
id = "den"
room = "den"
"""


def letting_house(folder: Path, **said: object) -> House:
    """Return a house with two bookable rooms, one of them for who walks in."""
    path = folder / "letting.toml"
    path.write_text(_SETTINGS)
    return replace(house_of(load(path, {})), **said)  # type: ignore[arg-type]  # the house's fields


def booking(name: str, start: datetime, minutes: int = 60, **said: object) -> BookingRow:
    """Return a booking of the sala by Anna."""
    values: dict[str, object] = {
        "site": SITE,
        "id": name,
        "room": "sala",
        "member": "anna",
        "starts": micros(start),
        "ends": micros(start + minutes * MINUTE),
        "status": "booked",
        "source": "usciere",
        "sequence": 0,
        "created": 0,
        "changed": 0,
    }
    return BookingRow(**values | said)


def pass_of(row: BookingRow, **said: object) -> PassRow:
    """Return the holder's pass to a booking; with `kind` and `hash` or `member` a guest's."""
    values: dict[str, object] = {
        "site": row.site,
        "kind": "booking",
        "ref": row.id,
        "place": 0,
        "member": row.member,
        "room": row.room,
        "starts": row.starts,
        "ends": row.ends,
    }
    return PassRow(**values | said)


def guest_of(row: BookingRow, hashed: bytes, place: int = 1, name: str = "Gina") -> PassRow:
    """Return the pass of a guest with a card of her own."""
    said = {"kind": "guest", "place": place, "member": None, "host": row.member}
    return pass_of(row, hash=hashed, tail="7777", name=name, **said)


def let(store: Store, row: BookingRow, *guests: PassRow) -> None:
    """Write a booking with its holder's pass and its guests' into the database, from outside."""
    mine = [] if row.member is None else [pass_of(row)]
    add(store, row, *mine, *guests)


def add(store: Store, *rows: Base) -> None:
    """Write rows in a transaction of their own."""
    with store.writing() as session:
        for row in rows:
            session.add(row)
            session.flush()


def cancel(store: Store, name: str) -> None:
    """Cancel a booking as whoever does it: its passes go with it."""
    with store.writing() as session:
        session.execute(delete(PassRow).where(PassRow.ref == name))
        row = session.get(BookingRow, (SITE, name))
        assert row is not None
        row.status = "cancelled"
