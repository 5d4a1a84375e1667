"""The last entry at two doors at once: one uses it, the other sees that it is gone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from daemon.house import House
from daemon.store.desk import Desk
from daemon.store.engine import Store
from daemon.store.tables import CarnetRow, CarnetUseRow, EntryRow
from daemon.taps import Doorstep, take_tap
from devices.contract import Tap
from devices.uid import Uid, keyed_hash
from tests.daemon.store.building import NOON, SITE, badge, member, plan

KEY = bytes(32)
CLEO = Uid(bytes([4] * 7))
DAY = timedelta(days=1)


@pytest.fixture
def home(store: Store) -> Store:
    """Return the store once Cleo has joined, whose plan has no entries of its own."""
    with store.writing() as session:
        session.add(plan("none", entries_per_month=0))
        session.add(member("cleo", plan="none"))
        session.flush()
        session.add(badge(keyed_hash(CLEO, KEY), "cleo"))
    return store


def buys(store: Store, entries: int) -> None:
    with store.writing() as session:
        row = CarnetRow(
            site=SITE, id="c", member="cleo", covers="day", entries=entries, used=0, created=0
        )
        session.add(row)


def race(store: Store, house: House, days: list[int]) -> list[str]:
    """Let a desk for each of the days take a tap of Cleo's at the same time; return reasons."""
    desks = [Desk(store.engine, SITE) for _ in days]
    gate = Barrier(len(days))

    def one(number: int) -> str:
        at = NOON + days[number] * DAY
        uid = Tap("entrance", "outside", CLEO, f"t{number}", None, at, f"print-{number}")
        gate.wait()
        with desks[number].open() as book:
            deed = take_tap(book, Doorstep(house, KEY), uid, guarded=False)
        assert deed.feedback is not None
        return deed.feedback.text.split('"reason":"')[1].split('"')[0]

    try:
        with ThreadPoolExecutor(len(days)) as pool:
            return sorted(pool.map(one, range(len(days))))
    finally:
        for desk in desks:
            desk.close()


def uses(store: Store) -> tuple[int, int]:
    """Return how many uses there are, and how many the carnet has counted."""
    with store.reading() as session:
        found = session.scalar(select(func.count()).select_from(CarnetUseRow))
        return found or 0, session.get_one(CarnetRow, (SITE, "c")).used


@pytest.mark.parametrize("rounds", range(3))
def test_two_doors_race_for_the_last_entry_and_one_gets_it(
    home: Store,
    house: House,
    rounds: int,  # noqa: ARG001 - once more, a race is luck
) -> None:
    buys(home, 1)
    assert race(home, house, [0, 1]) == ["no-entries-left", "plan"]
    assert uses(home) == (1, 1)


def test_eight_doors_race_for_three_entries(home: Store, house: House) -> None:
    buys(home, 3)
    told = race(home, house, list(range(8)))
    assert told == ["no-entries-left"] * 5 + ["plan"] * 3
    assert uses(home) == (3, 3)


def test_two_doors_on_the_same_day_use_one_entry(home: Store, house: House) -> None:
    buys(home, 1)
    assert set(race(home, house, [0, 0, 0, 0])) <= {"plan", "repeat"}
    assert uses(home) == (1, 1)


def test_two_doors_race_for_the_last_entry_of_the_month(home: Store, house: House) -> None:
    with home.writing() as session:
        session.add(plan("one", entries_per_month=1))
        session.get_one(type(member("x")), (SITE, "cleo")).plan = "one"
    assert race(home, house, [0, 1, 2]) == ["no-entries-left", "no-entries-left", "plan"]
    with home.reading() as session:
        assert session.scalar(select(func.count()).select_from(EntryRow)) == 1


def test_the_database_itself_uses_no_more_than_there_are(home: Store) -> None:
    buys(home, 1)
    with pytest.raises(IntegrityError), home.writing() as session:
        session.execute(update(CarnetRow).values(used=2))


def test_the_database_itself_takes_no_day_twice(home: Store) -> None:
    row = {"site": SITE, "member": "cleo", "day": "2026-11-03", "half": "day", "carnet": "c"}
    with pytest.raises(IntegrityError), home.writing() as session:
        session.execute(insert(CarnetUseRow), [row, row | {"carnet": "d"}])
