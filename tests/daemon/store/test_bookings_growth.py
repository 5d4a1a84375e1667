"""What a decision by a booking costs, however many bookings there are: index look-ups, always."""

import os
import shutil
import sqlite3
import statistics
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daemon.access.decide import decide
from daemon.access.verdict import Granted, Reason
from daemon.house import House
from daemon.store.desk import Desk
from daemon.store.engine import Store
from daemon.store.sight import Question, look
from devices.clock import micros, steady
from tests.daemon.store.building import SITE
from tests.daemon.store.letting import MINUTE, letting_house

pytestmark = [pytest.mark.slow, pytest.mark.alone]
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
MIDDLE = YEAR + timedelta(days=170)
ROOM_YEAR = 100_000 if os.environ.get("THOROUGH") else 20_000
"""Bookings of a room: a million in all with `THOROUGH=1`, which take a minute to write."""
ROOMS, MEMBERS = 10, 10_000
FEW = 10
MOST = 1.25
ROUNDS, TAPS = 15, 60
TRIES = 3
"""A machine shared with others is noisy; what grows with the bookings fails each time."""
SLOT = 5 * MINUTE
_BOOKING = (
    "insert into booking values (?,?,?,?,?,?,null,'booked','usciere',null,null,null,0,null,0,0)"
)
_PASS = "insert into pass values (?,'booking',?,0,?,null,null,null,?,null,null,?,?,null)"  # noqa: S105 - no password: a statement


def _rows(bookings: int) -> Iterator[tuple[str, str, str, int, int]]:
    """Give id, room, member, start and end: every room taken without a gap around the middle."""
    rooms = ROOMS if bookings > FEW else 1  # the few are neighbours too
    each = bookings // rooms
    for room in range(rooms):
        first = MIDDLE - each // 2 * SLOT
        for number in range(each):
            start = micros(first + number * SLOT)
            who = f"m{(number * ROOMS + room) % MEMBERS:05}"
            name = "sala" if room == 0 else f"room{room}"
            yield f"k{room}-{number}", name, who, start, start + 300_000_000


def _filled(path: Path, bookings: int) -> Store:
    """Return a database with so many bookings, each with its holder's pass."""
    with closing(sqlite3.connect(path)) as base:
        taken = base.execute(
            "select name, sql, type from sqlite_master where sql is not null"
            " and tbl_name in ('booking', 'pass') and type in ('index', 'trigger')"
        ).fetchall()
        for name, _, kind in taken:
            base.execute(f"drop {kind} {name}")
        base.executemany(
            "insert into member (site, id, name, role, status, visibility, created)"
            " values (?, ?, 'M', 'member', 'active', 'count', 0)",
            [(SITE, f"m{number:05}") for number in range(MEMBERS)],
        )
        base.executemany(
            "insert into badge (site, id, member, hash, tail, status, created)"
            " values (?, ?, ?, ?, '1234', 'active', 0)",
            [(SITE, f"b{n:05}", f"m{n:05}", _hash(f"m{n:05}")) for n in range(MEMBERS)],
        )
        base.executemany(
            _BOOKING, ((SITE, name, room, who, a, b) for name, room, who, a, b in _rows(bookings))
        )
        base.executemany(
            _PASS, ((SITE, name, who, room, a, b) for name, room, who, a, b in _rows(bookings))
        )
        for _, sql, _ in taken:
            base.execute(sql)
        base.commit()
    return Store(f"sqlite:///{path}")


def _hash(member: str) -> bytes:
    return f"{member}'s number, hashed".encode()


def _timed(desk: Desk, house: House, questions: list[Question]) -> tuple[float, list[Reason]]:
    """Return microseconds a decision, all read anew, and what was decided."""
    took, reasons = [], []
    with desk.open() as book:
        for question in questions:
            assert book.memory is not None
            book.memory.forget()
            began = steady()
            verdict = decide(look(book, house, question).facts, question.at)
            took.append(steady() - began)
            reasons.append(verdict.reason)
            assert isinstance(verdict, Granted) is (verdict.reason is Reason.BOOKING)
    return statistics.median(took) * 1e6, reasons


def _questions(index: int, other: str | None) -> list[Question]:
    """Return taps in the sala's slot at the middle, by its holder or by somebody else."""
    who = other or f"m{index * ROOMS % MEMBERS:05}"
    return [Question("sala", "main", _hash(who), "m", MIDDLE + MINUTE)] * TAPS


@pytest.mark.parametrize("other", [None, "m00007", "nobody"])
def test_a_decision_in_a_house_of_very_many_bookings_costs_what_it_costs_with_ten(
    growth: tuple[Store, Store], house: House, tell: Callable[[str], None], other: str | None
) -> None:
    desks = [Desk(store.engine, SITE) for store in growth]
    ratios = (_ratio(desks, house, other, tell) for _ in range(TRIES))
    assert any(ratio <= MOST for ratio in ratios)
    for desk in desks:
        desk.close()


def _ratio(
    desks: list[Desk], house: House, other: str | None, tell: Callable[[str], None]
) -> float:
    """Return how much longer it takes in the large house, by the median of rounds in turn."""
    few, many = _questions(FEW // 2, other), _questions(ROOM_YEAR // 2, other)
    ratios, figures = [], []
    for turn in range(ROUNDS):
        order = ((desks[0], few), (desks[1], many))
        told = {}
        for desk, questions in order if turn % 2 else reversed(order):
            told[desk] = _timed(desk, house, questions)
        expected = Reason.BOOKING if other is None else None
        for _, reasons in told.values():
            assert set(reasons) == ({expected} if expected else {reasons[0]})
        small, large = (told[desk][0] for desk in desks)
        ratios.append(large / small)
        figures.append((small, large))
    ratio = statistics.median(ratios)
    small, large = (statistics.median(each) for each in zip(*figures, strict=True))
    tell(f"{other or 'holders'}: {small:.1f} µs, {large:.1f} µs: {ratio:.2f}")
    return ratio


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return letting_house(tmp_path_factory.mktemp("house"))


@pytest.fixture(scope="module")
def growth(
    sqlite_ready: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, Store]]:
    """Return a house with ten bookings and one with a million."""
    stores = []
    for bookings in (FEW, ROOM_YEAR * ROOMS):
        path = tmp_path_factory.mktemp("growth") / "usciere.db"
        shutil.copy(sqlite_ready, path)
        stores.append(_filled(path, bookings))
    yield stores[0], stores[1]
    for store in stores:
        store.close()
