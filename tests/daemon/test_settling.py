from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daemon.settling import Settling
from daemon.store.book import Book, book_of
from daemon.store.journal import FIRST_HASH, Entry, Kind, append
from daemon.store.tables import SiteRow
from daemon.taps import Doorstep, take_tap
from devices.contract import Tap
from tests.daemon.porch import ANNA, BEA, KEY, Breaks, Porch, level, locked, tap
from tests.daemon.store.building import HOUR, NOON, SECOND, SITE


def settled(porch: Porch) -> tuple[int, int]:
    """Return the journal's length, and how far visits tell what it says."""
    with porch.store.reading() as session:
        row = session.get_one(SiteRow, SITE)
        return row.seq, row.settled


def dies_after_the_commit(porch: Porch, *taps: Tap) -> None:
    """Write a tap's entry as the doorman does, and nothing of what he does afterwards."""
    settling = Settling(porch.house, porch.desk, porch.clock)
    for each in taps:
        with porch.desk.open() as book:
            take_tap(book, Doorstep(porch.house, KEY), each, guarded=False)
            settling.put_off(book)
            settling.note(book)
    porch.leaves()


def test_who_is_in_is_written_before_the_reader_has_its_answer(porch: Porch) -> None:
    porch.takes(tap(ANNA))
    assert porch.visits() == [("anna", "open-space", None)]
    assert settled(porch) == (1, 1)


def test_killed_between_the_commit_and_the_visits_nobody_is_missing(
    porch: Porch, tmp_path: Path
) -> None:
    dies_after_the_commit(
        porch,
        tap(ANNA, "t1"),
        tap(BEA, "t2", NOON + SECOND),
        tap(ANNA, "t3", NOON + 2 * SECOND, reader="inside"),
        tap(BEA, "t4", NOON + 3 * SECOND, door="lab"),
    )
    assert porch.visits() == []
    assert settled(porch) == (4, 0)
    successor = Porch(porch.store, porch.house, tmp_path)
    assert successor.visits() == [("anna", "open-space", "tap"), ("bea", "lab", None)]
    assert settled(successor) == (4, 4)
    successor.leaves()


READERS = (("entrance", "outside"), ("entrance", "inside"), ("lab", "main"))
STEPS = st.lists(
    st.tuples(st.sampled_from((ANNA, BEA)), st.sampled_from(READERS), st.integers(-20, 3600)),
    min_size=1,
    max_size=6,
)


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # emptied for each example
)
@given(steps=STEPS, crash=st.integers(0, 5))
def test_wherever_the_crash_comes_visits_are_what_they_are_without(
    porch: Porch, tmp_path: Path, steps: list[tuple[bytes, tuple[str, str], int]], crash: int
) -> None:
    at, taps = NOON, []
    for number, (uid, (door, reader), seconds) in enumerate(steps):
        at += seconds * SECOND
        taps.append(tap(uid, f"t{number}", at, door=door, reader=reader))  # type: ignore[arg-type]  # a Uid
    came = []
    for dies_at in (None, min(crash, len(taps) - 1)):
        empty(porch)
        doorman = Porch(porch.store, porch.house, tmp_path)
        for number, each in enumerate(taps):
            doorman.now = max(doorman.now, each.received)
            if number == dies_at:
                dies_after_the_commit(doorman, each)
                doorman = Porch(porch.store, porch.house, tmp_path)
            else:
                doorman.takes(each)
        came.append(doorman.visits())
        doorman.leaves()
    assert came[0] == came[1]


def empty(porch: Porch) -> None:
    """Take out what taps have left behind."""
    with porch.store.engine.begin() as connection:
        for table in ("journal", "answer", "last_grant", "refusal", "visit", "movement", "known"):
            connection.exec_driver_sql(f"delete from {table}")  # noqa: S608 - our own names
        connection.exec_driver_sql(
            "update site set seq=0, released=0, announced=0, settled=0, head=?", (FIRST_HASH,)
        )


def test_a_tap_that_waits_for_its_door_is_not_made_up_for(porch: Porch, tmp_path: Path) -> None:
    settling = Settling(porch.house, porch.desk, porch.clock)
    with porch.desk.open() as book:
        take_tap(book, Doorstep(porch.house, KEY), tap(ANNA, door="lab"), guarded=True)
        settling.put_off(book)
    porch.leaves()
    successor = Porch(porch.store, porch.house, tmp_path)
    assert successor.visits() == []
    successor.leaves()


def test_what_somebody_else_wrote_in_between_is_folded_in(porch: Porch) -> None:
    """Staff check Anna out while her tap is between its commit and its visit."""
    porch.takes(tap(ANNA, "t1"))
    settling = Settling(porch.house, porch.desk, porch.clock)
    with porch.desk.open() as book:
        take_tap(book, Doorstep(porch.house, KEY), tap(ANNA, "t2", NOON + HOUR), guarded=False)
        settling.put_off(book)
    with book_of(porch.store, SITE) as book:
        note_of_staff(book, NOON + HOUR)
        late = tap(ANNA, "t3", NOON + HOUR / 2, reader="inside")
        take_tap(book, Doorstep(porch.house, KEY), late, guarded=False)
    settling.settle(porch.doorman._releases)
    assert porch.visits() == [("anna", "open-space", "tap"), ("anna", "open-space", None)]
    assert settled(porch) == (4, 4)


def note_of_staff(book: Book, at: datetime) -> None:
    append(book, Entry(Kind.STAFF, at, at, reason="note"))


def test_what_could_not_be_written_is_made_up_for_before_the_next_tap(
    porch: Porch, caplog: pytest.LogCaptureFixture
) -> None:
    settling = Settling(porch.house, porch.desk, porch.clock)
    with porch.desk.open() as book:
        take_tap(book, Doorstep(porch.house, KEY), tap(ANNA), guarded=False)
        settling.put_off(book)
    with locked(porch.store):
        settling.settle(porch.doorman._releases)
    assert [record.exc_info for record in caplog.records] == [None]  # trouble is no fault of ours
    assert porch.visits() == []
    with porch.desk.open() as book:
        settling.note(book)
        book.head.moved = True
    assert settled(porch) == (1, 0)
    settling.catch_up()
    assert porch.visits() == [("anna", "open-space", None)]
    assert settled(porch) == (1, 1)


def test_what_breaks_at_the_door_costs_nobody_their_visit(porch: Porch) -> None:
    porch.wires.breaks_at_release = True
    with suppress(Breaks):
        porch.takes(tap(ANNA, "t1"))
    porch.wires.breaks_at_release = False
    porch.takes(tap(BEA, "t2", NOON + SECOND))
    assert porch.visits() == [("anna", "open-space", None), ("bea", "open-space", None)]
    assert settled(porch)[0] == settled(porch)[1]


@pytest.mark.parametrize("together", [1, 2])
def test_nothing_is_owed_when_nobody_has_moved(porch: Porch, together: int) -> None:
    porch.takes(*[level(is_open=False)] * together)
    assert settled(porch)[0] == settled(porch)[1]
