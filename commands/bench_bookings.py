"""Rooms that were booked for years, for `usciere bench --bookings`: rows as they are left by taps.

Every room has one booking that runs, of the member who taps there, and on both sides of it as many
five-minute ones as are wanted, half of them past.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import insert

from daemon.config import Settings
from daemon.store.engine import Store
from daemon.store.tables import BookingRow, PassRow
from devices.clock import micros

ROOMS = tuple(f"room-{number}" for number in range(10))
_RUNS = (timedelta(hours=1), timedelta(hours=3))
"""How long ago the booking that runs has begun, and how long it still runs."""
_SLOT = timedelta(minutes=5)
_AT_ONCE = 5_000
Row = dict[str, object]


def book(
    settings: Settings, bookings: int, now: datetime, progress: Callable[[int], object]
) -> None:
    """Book the rooms `bookings` times in all, evenly; the first of each is the one that runs."""
    store = Store(settings.database.url)
    try:
        for number, room in enumerate(ROOMS):
            slots = list(_slots(bookings // len(ROOMS), now))
            for first in range(0, len(slots), _AT_ONCE):
                chunk = range(first, min(first + _AT_ONCE, len(slots)))
                rows = [_Booked(room, at, slots[at], f"m{number:06}") for at in chunk]
                _add(store, settings.site.id, rows, now)
                progress(len(rows))
    finally:
        store.close()


def _slots(count: int, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    began, ends = now - _RUNS[0], now + _RUNS[1]
    yield began, ends
    for number in range(1, count):
        step = (number + 1) // 2 * _SLOT
        start = began - step if number % 2 else ends + step - _SLOT
        yield start, start + _SLOT


class _Booked:
    """One booking of a room and its holder's pass."""

    def __init__(
        self, room: str, number: int, span: tuple[datetime, datetime], member: str
    ) -> None:
        self.id = f"{room}-{number:06}"
        self._room = room
        self._member = member
        self._span = {"starts": micros(span[0]), "ends": micros(span[1])}

    def booking(self, now: datetime) -> Row:
        return {
            "id": self.id,
            "room": self._room,
            "member": self._member,
            **self._span,
            "status": "checked-in" if self._span["starts"] <= micros(now) else "booked",
            "source": "usciere",
            "uid": f"{self.id}@bench",
            "sequence": 0,
            "created": micros(now),
            "changed": micros(now),
        }

    def admission(self) -> Row:
        return {
            "kind": "booking",
            "ref": self.id,
            "place": 0,
            "member": self._member,
            "room": self._room,
            **self._span,
        }


def _add(store: Store, site: str, rows: list[_Booked], now: datetime) -> None:
    with store.writing() as session:
        session.execute(insert(BookingRow), [{"site": site, **row.booking(now)} for row in rows])
        session.execute(insert(PassRow), [{"site": site, **row.admission()} for row in rows])
