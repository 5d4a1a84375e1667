"""The house of `bench --bookings`: booked without a gap, and open to the holders alone."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from sqlalchemy import func, select

from commands.bench_bookings import ROOMS
from commands.bench_growth_house import Size, badge, fill, write_settings
from commands.bench_house import DOORS
from daemon.access.decide import decide
from daemon.access.verdict import Granted, Reason
from daemon.badge_key import key_of
from daemon.house import house_of
from daemon.store.book import reading_book
from daemon.store.engine import Store
from daemon.store.sight import Question, look
from daemon.store.tables import BookingRow, PassRow
from devices import uid
from tests.daemon.store.building import NOON

SIZE = Size(15, 50, 60, bookings=200)


def test_holders_alone_are_let_in_however_much_was_booked(tmp_path: Path) -> None:
    settings = write_settings(tmp_path, "booked", SIZE, (1, 2))
    told: list[int] = []
    fill(settings, SIZE, NOON, told.append)
    assert sum(told) >= SIZE.members + SIZE.bookings
    house, key = house_of(settings), key_of(settings.site.badge_key_file)
    store = Store(settings.database.url)
    with reading_book(store, "booked") as book:
        for number, door in enumerate(DOORS):
            for who, expected in ((number, Granted(Reason.BOOKING)), (number + 1, None)):
                card = uid.keyed_hash(uid.parse(badge(who % len(ROOMS))), key)
                at = NOON + timedelta(minutes=5)
                sight = look(book, house, Question(door, "main", card, f"{door}-{who}", at))
                verdict = decide(sight.facts, at)
                assert (verdict == expected) if expected else not isinstance(verdict, Granted)
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(PassRow)) == SIZE.bookings
        for room in ROOMS:
            query = select(BookingRow).where(BookingRow.room == room).order_by(BookingRow.starts)
            rows = session.scalars(query).all()
            assert len(rows) == SIZE.bookings // len(ROOMS)
            assert all(one.ends == following.starts for one, following in pairwise(rows))
    store.close()
