"""A line that goes silent, a broker that is away, a doorman who stands still: all is well after.

What was meant for then opens nothing now.
"""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from devices.moments import parse
from tests.e2e.brokers import HOST
from tests.e2e.road import Road
from tests.faults.house import House, furnished
from tests.faults.oracle import assert_nothing_wrong, assert_sound, compare, journal
from tests.faults.sizes import size
from tests.faults.street import NOBODY, Crowd, Street, dice_of
from tests.faults.test_kill import answered

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow]
HOLE = size("USCIERE_HOLE_SECONDS", 3)
DOWN = size("USCIERE_DOWN_SECONDS", 4)
FROZEN = size("USCIERE_FROZEN_SECONDS", 3)
NOTICED_AFTER = 25
"""Seconds of silence after which the doorman has hung up: two keepalives, and a little."""
BACK_WITHIN = 10.0
CAUGHT_UP_WITHIN = 5.0
MOST_IDLE = 0.02
"""Of one processor, while there is nobody to talk to."""


def rate(silence: float) -> float:
    """Return how many taps a second to send, as their readers ask again all through a silence."""
    return min(10, 2000 / silence**2)


def ends(house: House, street: Street, crowd: Crowd) -> str:
    """Wait until all is answered; see that nothing is wrong; return the figures."""
    crowd.finish()
    sent = crowd.doors()
    found = compare(house, sent, street.answers(), street.obeyed())
    late = [row for row in journal(house, "tap") if row.late]
    stale = [each for each in street.obeyed() if each.came > parse(str(each.said()["expires"]))]
    assert_sound(house)
    assert "Traceback" not in house.daemon.said()
    # Told while nothing got through, and too late for the lock, which carries out nothing later.
    assert_nothing_wrong(replace(found, unopened=[]))
    return (
        f"{len(sent)} taps, {crowd.resent} sent again, {len(late)} late; {found};"
        f" {len(stale)} unlocks came when they had expired"
    )


def test_a_line_that_goes_silent_loses_nothing_and_comes_back(
    seed: int, tell: Callable[[str], None]
) -> None:
    with furnished() as house, Road(house.broker.port) as road, Street(house) as street:
        config = house.settings.folder / "usciere.toml"
        straight, about = (f"{HOST}:{port}" for port in (house.broker.port, road.port))
        config.write_text(config.read_text().replace(straight, about))
        house.daemon.start()
        answered(house, street)
        crowd = Crowd(house, street, dice_of(seed), rate=rate(HOLE))
        crowd.begin()
        time.sleep(1.0)
        road.block()
        time.sleep(HOLE)
        hung_up = house.daemon.said().count("is cut") + house.daemon.said().count("broke:")
        road.clear()
        began = time.monotonic()
        street.ask(NOBODY, "lab")
        back = time.monotonic() - began
        figures = ends(house, street, crowd)
    tell(f"{HOLE} s of silence, hung up {hung_up} times, back in {back:.1f} s: {figures}")
    assert back < BACK_WITHIN
    assert hung_up or HOLE < NOTICED_AFTER


def test_without_a_broker_he_idles_and_is_back_when_it_is(
    seed: int, tell: Callable[[str], None]
) -> None:
    with furnished() as house, Street(house) as street:
        house.daemon.start()
        answered(house, street)
        house.broker.kill()
        began, used = time.monotonic(), house.daemon.reckoned()
        time.sleep(DOWN)
        busy = (house.daemon.reckoned() - used) / (time.monotonic() - began)
        tries = house.daemon.said().count("no broker at")
        house.broker.start()
        began = time.monotonic()
        street.ask(NOBODY, "lab")
        back = time.monotonic() - began
        crowd = Crowd(house, street, dice_of(seed))
        crowd.begin()
        time.sleep(1.0)
        figures = ends(house, street, crowd)
    tell(
        f"{DOWN} s down: {tries} tries, {busy:.1%} of a processor; back in {back:.1f} s; {figures}"
    )
    assert busy < MOST_IDLE
    assert back < BACK_WITHIN


def test_a_doorman_who_stood_still_catches_up_and_opens_nothing_for_then(
    seed: int, tell: Callable[[str], None]
) -> None:
    with furnished() as house, Street(house) as street:
        house.daemon.start()
        answered(house, street)
        crowd = Crowd(house, street, dice_of(seed), rate=rate(FROZEN))
        crowd.begin()
        time.sleep(0.5)
        os.kill(house.daemon.pid, signal.SIGSTOP)
        time.sleep(FROZEN)
        os.kill(house.daemon.pid, signal.SIGCONT)
        began = time.monotonic()
        street.ask(NOBODY, "lab")
        caught_up = time.monotonic() - began
        figures = ends(house, street, crowd)
    tell(f"stood still for {FROZEN} s, caught up in {caught_up:.1f} s: {figures}")
    assert caught_up < CAUGHT_UP_WITHIN
