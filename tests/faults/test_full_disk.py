"""A file system without any room left under a doorman on duty: SQLite says FULL, and means it."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.faults.house import House, furnished
from tests.faults.oracle import assert_nothing_wrong, assert_sound, compare, journal
from tests.faults.sizes import size
from tests.faults.small_disk import on_small_disk
from tests.faults.street import A_WHILE, NOBODY, Crowd, Street, dice_of

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow]
FULL = size("USCIERE_FULL_SECONDS", 1)
"""Seconds without room, before the doorman is killed and after."""
SHUT = 1.0
ANSWERED_WITHIN, BACK_WITHIN = 1.0, 10.0


def until_said(house: House, words: str, times: int = 1, seconds: float = 30.0) -> float:
    """Wait until the doorman has said something so often; return how long that took."""
    began = time.monotonic()
    while house.daemon.said().count(words) < times:
        assert time.monotonic() - began < seconds, house.daemon.said()
        time.sleep(0.05)
    return time.monotonic() - began


def waits(street: Street) -> list[float]:
    """Tap with a badge that nobody knows, again and again; return how long answers took."""
    took, until = [], time.monotonic() + FULL
    while time.monotonic() < until:
        began = time.monotonic()
        assert street.ask(NOBODY, "lab")["granted"] is False
        took.append(time.monotonic() - began)
    return took


def effects(street: Street) -> int:
    """Return how often a reader or a lock was told something."""
    return len(street.feedback()) + len(street.commands())


def test_without_room_doors_go_on_by_the_spool_without_that_they_stay_shut_and_then_all_lands(
    seed: int, tell: Callable[[str], None]
) -> None:
    with furnished() as house, on_small_disk(house) as disk, Street(house) as street:
        house.daemon.start()
        street.ask(NOBODY, "lab")
        crowd = Crowd(house, street, dice_of(seed))
        crowd.begin()
        disk.fill()
        until_said(house, "the database cannot be written (database or disk is full); deciding")
        took = waits(street)
        house.daemon.kill()
        house.daemon.start()
        street.ask(NOBODY, "lab")
        took += waits(street)
        assert disk.is_full()
        disk.unreserve_spool()
        disk.fill()
        until_said(house, "the spool cannot be written either")
        time.sleep(A_WHILE)
        before = effects(street)
        time.sleep(SHUT)
        assert effects(street) == before
        disk.make_room()
        began = time.monotonic()
        street.ask(NOBODY, "lab", BACK_WITHIN)
        back = time.monotonic() - began
        crowd.finish()
        assert house.daemon.stop() == 0
        disk.bring_back()
        found = compare(house, crowd.doors(), street.answers(), street.obeyed())
        assert_sound(house)
        assert "Traceback" not in house.daemon.said()
        spooled = [row for row in journal(house, "tap") if '"spooled"' in (row.detail or "")]
    tell(f"{len(crowd.sent)} taps, {len(spooled)} from the spool: {found}")
    tell(f"answered in {max(took):.2f} s without room, {back:.1f} s after there was again")
    assert len(spooled) > FULL
    assert max(took) < ANSWERED_WITHIN
    assert back < BACK_WITHIN
    # An unlock that was spooled and had not left when he was killed is never sent.
    assert_nothing_wrong(replace(found, unopened=[]))
