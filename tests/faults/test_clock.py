"""The machine's clock is wrong: doors are served, nothing is lost, no visit ends before it began.

The doorman is a real process under a clock of its own; readers have none, or the true one.
"""

import json
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from daemon.store.tables import VisitRow
from devices.clock import now
from devices.moments import parse, shown
from tests.faults.falsetime import FalseClock
from tests.faults.house import OPEN_DOORS, House, Terms, furnished
from tests.faults.oracle import assert_nothing_wrong, assert_sound, compare, journal
from tests.faults.sizes import size
from tests.faults.street import NOBODY, Street, dice_of

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow]
PUTS = size("USCIERE_PUTS", 5)
"""How often the clock is put under a doorman on duty; the first five are those of `WRONG`."""
STARTS = size("USCIERE_STARTS", 2)
"""Under how many of `WRONG` a doorman begins."""
TOLD_WITHIN = 2.0
LIFE = timedelta(seconds=5)
SETTLING = 1.1
"""In the first second after a start what has no clock may have waited."""
_HOUR = timedelta(hours=1)
FOLD = datetime(2026, 10, 25, 1, tzinfo=UTC)
GAP = datetime(2027, 3, 28, 1, tzinfo=UTC)
_BEFORE = timedelta(seconds=1)


def hour_back(clock: FalseClock) -> None:
    clock.put(-_HOUR)


def hour_ahead(clock: FalseClock) -> None:
    clock.put(_HOUR)


def never_set(clock: FalseClock) -> None:
    clock.put_to(datetime(1970, 1, 1, 0, 0, 30, tzinfo=UTC))


def night_of_autumn(clock: FalseClock) -> None:
    clock.put_to(FOLD - _BEFORE)


def night_of_spring(clock: FalseClock) -> None:
    clock.put_to(GAP - _BEFORE)


WRONG = (hour_back, never_set, hour_ahead, night_of_autumn, night_of_spring)


class People:
    """People at readers that have no clock."""

    def __init__(self, house: House, street: Street, dice: random.Random) -> None:
        self.house, self.street, self.dice = house, street, dice
        self.sent: dict[str, str] = {}

    def tap(self, clock: FalseClock | None = None) -> None:
        """Let somebody come in, somebody go, and somebody pass another door; all of them may.

        Dated by `clock`, if the readers have it.
        """
        for door, reader in (("front", "outside"), ("front", "inside"), (self._door(), None)):
            card = self.dice.choice(self.house.cards)
            at = None if clock is None else shown(now() + clock.off)
            name = self.street.tap(card, door, at=at, reader=reader)
            self.sent[name] = door
            assert self.street.answer(name)["granted"], (name, door)

    def _door(self) -> str:
        return self.dice.choice(OPEN_DOORS[1:])


@pytest.fixture
def clock(tmp_path: Path) -> FalseClock:
    return FalseClock(tmp_path)


@pytest.fixture
def house(clock: FalseClock) -> Iterator[House]:
    with furnished(Terms(repeat=0)) as house:
        clock.hang_in(house.daemon)
        yield house


def told(house: House) -> list[int]:
    """Return by how many seconds staff were told that the clock was put."""
    alarms = [row for row in journal(house, "alarm") if row.reason == "clock-set"]
    return [json.loads(str(row.detail))["seconds"] for row in alarms]


def until_told(house: House, times: int) -> float:
    """Wait until staff have been told so often; return how long it took."""
    began = time.monotonic()
    while len(told(house)) < times:
        assert time.monotonic() - began < 10, "staff hear nothing"
        time.sleep(0.05)
    return time.monotonic() - began


def assert_all_well(house: House, street: Street, people: People) -> None:
    assert_nothing_wrong(compare(house, people.sent, street.answers(), street.commands()))
    for each in street.commands():
        said = each.said()
        assert parse(str(said["expires"])) - parse(str(said["issued"])) == LIFE
    with house.store.reading() as session:
        for visit in session.scalars(select(VisitRow)):
            assert visit.ended is None or visit.ended >= visit.began
    assert_sound(house)
    assert "Traceback" not in house.daemon.said()


def test_a_clock_that_is_put_on_duty_is_told_and_everybody_is_served(
    house: House, clock: FalseClock, seed: int, tell: Callable[[str], None]
) -> None:
    dice, took = dice_of(seed), []
    with Street(house) as street:
        house.daemon.start()
        street.ask(NOBODY, "lab")
        time.sleep(SETTLING)
        people = People(house, street, dice)
        people.tap()
        for number in range(PUTS):
            if number < len(WRONG):
                WRONG[number](clock)
            else:
                clock.put(timedelta(seconds=dice.randint(-(10**8), 10**8)))
            people.tap()
            took.append(until_told(house, number + 1))
            people.tap()
        assert_all_well(house, street, people)
    tell(f"put by {told(house)} s; told within {max(took):.1f} s; {len(people.sent)} taps")
    assert max(took) < TOLD_WITHIN


def test_a_doorman_who_begins_under_a_wrong_clock_serves_everybody(
    house: House, clock: FalseClock, seed: int
) -> None:
    """Readers without a clock, and readers that go by ours; who has the true one is late."""
    with Street(house) as street:
        people = People(house, street, dice_of(seed))
        for wrong in WRONG[:STARTS]:
            wrong(clock)
            house.daemon.start()
            street.ask(NOBODY, "lab")
            if wrong is never_set:  # before 2020 is no time, and what has none may have waited
                time.sleep(SETTLING)
            people.tap(clock)
            true = street.answer(street.tap(house.somebody()))
            assert (true["granted"], true["reason"]) == (False, "late")
            assert house.daemon.stop() == 0
        assert_all_well(house, street, people)
    back = sum((True, True, False, True, False)[:STARTS])  # against what was written last
    assert [put < 0 for put in told(house)] == [True] * back
