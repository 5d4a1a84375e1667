"""What the doorman writes of bookings, on both databases."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from daemon.house import House
from daemon.store import stays
from daemon.store.book import book_of
from daemon.store.engine import Store
from daemon.store.stays import Missed, check_in, missed_in, release, walk_in
from daemon.store.tables import BookingRow, PassRow
from devices.clock import micros
from tests.daemon.store.building import NOON, SITE, member
from tests.daemon.store.letting import MINUTE, add, booking, let, letting_house
from tests.daemon.store.listening import Listening


@pytest.fixture
def house(tmp_path: Path) -> House:
    return letting_house(tmp_path)


def rows(store: Store) -> list[tuple[str, int, int]]:
    query = select(BookingRow.status, BookingRow.starts, BookingRow.ends).order_by(
        BookingRow.starts
    )
    with store.reading() as session:
        return [(row[0], row[1], row[2]) for row in session.execute(query)]


def test_a_booking_is_checked_in_once_and_only_while_it_waits(store: Store) -> None:
    let(store, booking("k", NOON))
    let(store, booking("gone", NOON + 60 * MINUTE, status="cancelled"))
    told = []
    for name in ("k", "k", "gone", "never"):
        with book_of(store, SITE) as book:
            told.append(check_in(book, name, NOON, NOON + MINUTE))
    assert told == [True, False, False, False]
    with store.reading() as session:
        row = session.get(BookingRow, (SITE, "k"))
        assert row is not None
        assert (row.status, row.checked_in) == ("checked-in", micros(NOON))
        assert (row.changed, row.sequence) == (micros(NOON + MINUTE), 0)


def test_a_room_is_given_back_once_and_can_be_booked_at_once(store: Store) -> None:
    let(store, booking("k", NOON))
    late = Missed("k", "sala", "anna", NOON, NOON + 60 * MINUTE, None)
    told = []
    for _ in range(2):
        with book_of(store, SITE) as book:
            told.append(release(book, late, NOON + 15 * MINUTE))
    assert told == [True, False]
    let(store, booking("k2", NOON + 15 * MINUTE))
    assert [row[0] for row in rows(store)] == ["released", "booked"]


def test_who_came_meanwhile_keeps_the_room(store: Store) -> None:
    let(store, booking("k", NOON))
    with book_of(store, SITE) as book:
        check_in(book, "k", NOON, NOON)
    late = Missed("k", "sala", "anna", NOON, NOON + 60 * MINUTE, None)
    with book_of(store, SITE) as book:
        assert not release(book, late, NOON + 15 * MINUTE)
    with store.reading() as session:
        assert session.scalars(select(PassRow.ref)).all() == ["k"]


def test_what_is_missed_is_found_by_index(store: Store) -> None:
    let(store, booking("k", NOON))
    let(store, booking("later", NOON + 60 * MINUTE))
    limits = {
        "start": micros(NOON),
        "oldest": micros(NOON - timedelta(days=32)),
        "over": micros(NOON - timedelta(days=1)),
    }
    with book_of(store, SITE) as book:
        book.cursor = cursor = Listening(book.cursor)
        found = missed_in(book.all(stays.MISSED, **limits))
        if store.is_sqlite:
            sql, parameters = cursor.heard[-1]
            cursor.execute(f"explain query plan {sql}", parameters)
            assert "booking_waiting" in str(cursor.fetchall())
    assert [each.booking for each in found] == ["k"]


def test_who_walks_in_has_a_booking_and_a_pass(store: Store, house: House) -> None:
    add(store, member("bea"))
    with book_of(store, SITE) as book:
        made = walk_in(book, house.doors["den"].places["main"], "bea", NOON)
    assert made is not None
    assert rows(store) == [("checked-in", micros(NOON), micros(NOON + 120 * MINUTE))]
    with store.reading() as session:
        held = session.scalars(select(PassRow)).one()
        assert (held.member, held.ref, held.room) == ("bea", made.booking, "den")


def test_the_database_has_the_last_word_and_the_rest_is_written(store: Store, house: House) -> None:
    """A booking that began after the tap but was written before it: the facts do not show it."""
    let(store, booking("k", NOON, room="den"))
    with book_of(store, SITE) as book:
        made = stays.Stay("ours", NOON + 30 * MINUTE)
        assert not stays._is_booked(book, "den", "bea", made, NOON + MINUTE)
        assert walk_in(book, house.doors["den"].places["main"], "bea", NOON + MINUTE) is None
        assert check_in(book, "k", NOON, NOON)
    assert [row[0] for row in rows(store)] == ["checked-in"]
