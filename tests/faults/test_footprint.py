"""What a doorman takes: memory, and the time from his start to the first answer."""

import time
from collections.abc import Callable

import pytest

from tests.faults.house import OPEN_DOORS, House, furnished
from tests.faults.street import NOBODY, Street

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow]
MOST_MEMORY = 90
STARTS_WITHIN = 2.0
"""Seconds of processor: how long that is depends on who else wants it."""


def test_a_doorman_is_small_and_quick_to_start(tell: Callable[[str], None]) -> None:
    with furnished() as house, Street(house) as street:
        took = [_first_answer(house, street) for _ in range(3)]
        for number in range(600):
            card, door = house.cards[number % 60], OPEN_DOORS[number % 6]
            street.answer(street.tap(card, door))
        megabytes = house.daemon.resident()
    starts = ", ".join(f"{waited:.2f} s ({reckoned:.2f} of processor)" for waited, reckoned in took)
    tell(f"{megabytes:.0f} MiB after 600 taps of 60 members; first answer after {starts}")
    assert megabytes < MOST_MEMORY
    assert min(reckoned for _, reckoned in took) < STARTS_WITHIN


def _first_answer(house: House, street: Street) -> tuple[float, float]:
    house.daemon.kill()
    house.daemon.start()
    street.ask(NOBODY)
    return time.monotonic() - house.daemon.started, house.daemon.reckoned()
