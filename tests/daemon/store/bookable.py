"""A house with two rooms to book, and how tests of the store book them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from daemon.store.asker import STAFF
from daemon.store.badges import Lab
from daemon.store.booking_forms import NewBooking
from daemon.store.booking_views import Booking
from daemon.store.bookings import Premises, book
from daemon.store.engine import Store
from daemon.store.people import Act, Actor
from daemon.store.tables import BookingRow, PassRow
from devices.clock import micros
from tests.daemon.store.building import SITE

ROME = ZoneInfo("Europe/Rome")
PREMISES = Premises({"lab": True, "hall": True, "open-space": False}, Lab(b"k" * 32, ROME))
JANUARY = datetime(2026, 1, 1, tzinfo=UTC)


def act(store: Store, at: datetime = JANUARY) -> Act:
    """Return an act of the porter's."""
    return Act(store, SITE, Actor("porter"), at)


def booked(store: Store, start: datetime, end: datetime, **fields: object) -> Sequence[Booking]:
    """Book the lab, or what the fields say, on the first of January."""
    form = NewBooking.model_validate({"room": "lab", "start": start, "end": end, **fields})
    return book(act(store), STAFF, form, PREMISES)


def row(number: int, start: datetime, end: datetime, **fields: object) -> BookingRow:
    """Return a row as somebody would write it who does not ask us."""
    values: dict[str, object] = {
        "site": SITE,
        "id": f"raw{number}",
        "room": "lab",
        "starts": micros(start),
        "ends": micros(end),
        "status": "booked",
        "source": "usciere",
        "sequence": 0,
        "created": 0,
        "changed": 0,
    }
    return BookingRow(**values | fields)


Pass = tuple[str, str, str | None, str | None, int, int]
"""Kind, ref, member, room, start and end."""


def passes(store: Store) -> set[Pass]:
    """Return all passes."""
    with store.reading() as session:
        return {
            (each.kind, each.ref, each.member, each.room, each.starts, each.ends)
            for each in session.scalars(select(PassRow))
        }
