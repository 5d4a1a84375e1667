"""No two live bookings of a room overlap, whoever writes, in whatever way, at whatever moment."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from daemon.store.asker import STAFF
from daemon.store.booking_changes import change_booking
from daemon.store.booking_forms import BookingChange
from daemon.store.engine import Store
from daemon.store.objections import Conflict, Overlap
from daemon.store.tables import BookingRow
from tests.daemon.store.bookable import PREMISES, act, booked, row
from tests.daemon.store.building import HOUR, MINUTE, SITE

NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgresql)
_PATIENCE = 20.0


def live(store: Store) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(BookingRow)) or 0


def until(holds: Callable[[], bool]) -> None:
    """Wait for somebody else."""
    end = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("start", "end"), [(0, 60), (-30, 1), (59, 90), (15, 45), (-30, 90)], ids=str
)
def test_the_database_itself_refuses_an_overlap(store: Store, start: int, end: int) -> None:
    booked(store, NINE, NINE + HOUR)
    with pytest.raises(IntegrityError, match="booking_overlap"), store.writing() as session:
        session.add(row(1, NINE + start * MINUTE, NINE + end * MINUTE))
    assert live(store) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"room": "hall"},
        {"site": "annex"},
        {"status": "cancelled"},
        {"status": "released"},
    ],
)
def test_the_database_lets_pass_what_does_not_hold_the_room(
    store: Store, fields: dict[str, object]
) -> None:
    booked(store, NINE, NINE + HOUR)
    with store.writing() as session:
        session.add(row(1, NINE, NINE + HOUR, **fields))
        session.add(row(2, NINE - HOUR, NINE))  # back to back
        session.add(row(3, NINE + HOUR, NINE + 2 * HOUR))
    assert live(store) == 4


def test_the_database_refuses_to_wake_or_move_what_would_overlap(store: Store) -> None:
    booked(store, NINE, NINE + HOUR)
    with store.writing() as session:
        session.add(row(1, NINE, NINE + HOUR, status="cancelled"))
        session.add(row(2, NINE + HOUR, NINE + 2 * HOUR))
    for sql in (
        "update booking set status = 'booked' where id = 'raw1'",
        "update booking set starts = starts - 1 where id = 'raw2'",
        "update booking set ends = ends + 1 where id not like 'raw%'",
    ):
        with pytest.raises(IntegrityError, match="booking_overlap"), store.writing() as session:
            session.execute(text(sql))


def test_a_short_booking_within_a_long_one_is_found_whatever_was_cancelled_since(
    store: Store,
) -> None:
    booked(store, NINE, NINE + 30 * 24 * HOUR)
    with store.writing() as session:
        for number in range(20):
            begin = NINE + number * HOUR
            session.add(row(number, begin, begin + MINUTE, status="cancelled"))
    with pytest.raises(Overlap) as refused:
        booked(store, NINE + 29 * 24 * HOUR, NINE + 29 * 24 * HOUR + MINUTE)
    assert (refused.value.start, refused.value.end) == (NINE, NINE + 30 * 24 * HOUR)


@pytest.mark.parametrize("store", [POSTGRESQL], indirect=True)
def test_who_writes_beside_us_and_was_quicker_is_named(store: Store) -> None:
    with ThreadPoolExecutor(1) as beside:
        with store.writing() as session:
            session.add(row(1, NINE, NINE + HOUR))
            session.flush()  # nobody sees it yet, and it holds no lock of ours
            ours = beside.submit(booked, store, NINE + 30 * MINUTE, NINE + 2 * HOUR)
            until(lambda: _is_waiting(store))
        with pytest.raises(Overlap) as refused:
            ours.result(_PATIENCE)
    assert (refused.value.start, refused.value.end) == (NINE, NINE + HOUR)


@pytest.mark.parametrize("store", [POSTGRESQL], indirect=True)
def test_a_deadlock_is_ours_to_try_again(store: Store) -> None:
    with ThreadPoolExecutor(1) as beside:
        with store.writing() as session:
            session.execute(text("set local deadlock_timeout = '60s'"))  # so that we are undone
            session.execute(text("lock table guest in exclusive mode"))
            guests = [{"name": "Zoe"}]
            ours = beside.submit(booked, store, NINE, NINE + HOUR, guests=guests)
            until(lambda: _is_waiting(store))
            session.execute(text("select 1 from site where id = :site for update"), {"site": SITE})
        assert [each.status for each in ours.result(_PATIENCE)] == ["booked"]
    assert live(store) == 1


def _is_waiting(store: Store) -> bool:
    """Tell whether somebody waits for another's lock."""
    with store.reading() as session:
        return bool(session.scalar(text("select count(*) from pg_locks where not granted")))


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_the_last_word_of_the_database_is_a_conflict_even_if_we_see_none(store: Store) -> None:
    with store.writing() as session:
        session.execute(
            text(
                "create trigger strict before insert on booking"
                " begin select raise(abort, 'booking_overlap'); end"
            )
        )
    with pytest.raises(Conflict) as refused:
        booked(store, NINE, NINE + HOUR)
    assert refused.value.slug == "booking-conflict"
    assert live(store) == 0


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_what_is_wrong_otherwise_is_not_taken_for_a_conflict(store: Store) -> None:
    booked(store, NINE, NINE + HOUR)
    with store.writing() as session:
        session.execute(text("drop table guest"))
    with pytest.raises(Exception, match="guest"):
        booked(store, NINE + HOUR, NINE + 2 * HOUR)


def test_a_crowd_of_changes_leaves_one_in_the_slot(store: Store) -> None:
    waiting = [booked(store, NINE + n * HOUR, NINE + (n + 1) * HOUR)[0] for n in range(8)]
    form = BookingChange(start=NINE - 2 * HOUR, end=NINE - HOUR)

    def move(booking: str) -> bool:
        try:
            change_booking(act(store), STAFF, booking, form, PREMISES)
        except Overlap:
            return False
        return True

    with ThreadPoolExecutor(8) as crowd:
        assert sum(crowd.map(move, [each.id for each in waiting])) == 1
