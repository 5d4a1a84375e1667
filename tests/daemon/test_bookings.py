"""When a booking opens its room: early, late, and never inside somebody else's slot."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from daemon.access.facts import Place, Role, Slot
from daemon.bookings import (
    LONGEST_STAY,
    Opening,
    following,
    free_from,
    missed_from,
    opening,
    running,
    stay,
)
from tests.daemon.access.cooffice import rome

MINUTE, MICRO = timedelta(minutes=1), timedelta(microseconds=1)
TEN = rome("2026-11-23T10:00")
ROOM = Place(
    "sala", "sala", Role.ROOM, bookable=True, walk_in=True, early=10 * MINUTE, late=5 * MINUTE
)


def slot(start: int, end: int, member: str | None = "anna", base: datetime = TEN) -> Slot:
    """Return a slot that many minutes after ten."""
    return Slot(f"{member}{start}", base + start * MINUTE, base + end * MINUTE, member)


MINE = slot(0, 60)


def test_a_booking_opens_early_and_closes_late() -> None:
    assert opening(MINE, (), ROOM) == (TEN - 10 * MINUTE, TEN + 65 * MINUTE)
    assert opening(MINE, (MINE,), ROOM) == opening(MINE, (), ROOM)


def test_back_to_back_the_next_is_in_at_the_stroke_and_the_last_is_out() -> None:
    bea = slot(60, 120, "bea")
    first, second = opening(MINE, (bea,), ROOM), opening(bea, (MINE,), ROOM)
    stroke = TEN + 60 * MINUTE
    assert (first.closes, second.opens) == (stroke, stroke)
    assert [each.holds(stroke - MICRO) for each in (first, second)] == [True, False]
    assert [each.holds(stroke) for each in (first, second)] == [False, True]


@pytest.mark.parametrize(
    ("other", "opens", "closes"),
    [
        (slot(-60, -4, "bea"), -4, 65),
        (slot(-60, -10, "bea"), -10, 65),
        (slot(-60, -11, "bea"), -10, 65),
        (slot(63, 90, "bea"), -10, 63),
        (slot(65, 90, "bea"), -10, 65),
        (slot(70, 90, "bea"), -10, 65),
        (slot(-60, 0, "anna"), -10, 65),
        (slot(60, 90, "anna"), -10, 65),
        (slot(-60, 0, None), 0, 65),
        (slot(-8, -7, "bea"), -7, 65),
    ],
)
def test_early_and_late_end_at_somebody_elses_slot(other: Slot, opens: int, closes: int) -> None:
    assert opening(MINE, (other,), ROOM) == (TEN + opens * MINUTE, TEN + closes * MINUTE)


def test_a_stranger_behind_ones_own_short_slot_still_clips() -> None:
    between = slot(-5, 0)
    assert opening(MINE, (slot(-60, -5, "bea"), between), ROOM).opens == TEN - 5 * MINUTE


def test_two_bookings_of_nobody_are_not_of_one_person() -> None:
    nobodys, others = slot(0, 60, None), replace(slot(60, 90, None), booking="other")
    assert opening(nobodys, (others,), ROOM).closes == TEN + 60 * MINUTE


@pytest.mark.parametrize(
    ("start", "minutes"),
    [
        (rome("2026-03-29T01:30"), 60),  # ends at 03:30 on the wall
        (rome("2026-10-25T02:30"), 60),  # ends at 02:30 on the wall, an hour later
        (rome("2026-10-25T02:30", fold=1), 30),
        (rome("2026-11-23T23:30"), 60),
    ],
)
def test_neither_midnight_nor_summer_time_moves_an_opening(start: datetime, minutes: int) -> None:
    mine, next_one = slot(0, minutes, "anna", start), slot(minutes, 90, "bea", start)
    assert opening(mine, (next_one,), ROOM) == (start - 10 * MINUTE, start + minutes * MINUTE)


def test_the_slot_that_runs_is_half_open() -> None:
    bea = slot(60, 120, "bea")
    slots = (MINE, bea)
    assert running(slots, TEN - MICRO) is None
    assert running(slots, TEN) == MINE
    assert running(slots, TEN + 60 * MINUTE - MICRO) == MINE
    assert running(slots, TEN + 60 * MINUTE) == bea
    assert running(slots, TEN + 120 * MINUTE) is None
    assert following(slots, TEN - MICRO) == MINE
    assert following(slots, TEN) == bea


@pytest.mark.parametrize(
    ("minute", "until"),
    [(-200, -80), (-60, 0), (-11, 0), (-10, None), (-1, None), (0, None), (59, None), (60, 180)],
)
def test_who_walks_in_stays_up_to_the_next_slot(minute: int, until: int | None) -> None:
    expected = None if until is None else TEN + until * MINUTE
    assert stay((slot(0, 60, "bea"),), TEN + minute * MINUTE, "anna", ROOM) == expected


def test_before_ones_own_slot_there_is_no_early_to_keep_clear_of() -> None:
    assert stay((MINE,), TEN - MINUTE, "anna", ROOM) == TEN


def test_a_stay_is_bounded() -> None:
    assert stay((), TEN, "anna", ROOM) == TEN + LONGEST_STAY


@pytest.mark.parametrize(
    ("slots", "minute", "free"),
    [
        ((), 0, 0),
        ((slot(0, 60, "bea"),), 30, 60),
        ((slot(0, 60, "bea"), slot(65, 90, "bea")), 30, 90),
        ((slot(0, 60, "bea"), slot(65, 90, "bea"), slot(95, 120, "bea")), 30, None),
        ((slot(0, 60, "bea"), slot(65, 90, "bea"), slot(101, 120, "bea")), 30, 90),
        ((slot(5, 60, "bea"),), 0, 60),
    ],
)
def test_the_next_free_moment_is_told_as_far_as_it_is_known(
    slots: tuple[Slot, ...], minute: int, free: int | None
) -> None:
    expected = None if free is None else TEN + free * MINUTE
    assert free_from(slots, TEN + minute * MINUTE, "anna", ROOM) == expected


def test_what_is_missed_began_long_enough_ago() -> None:
    assert missed_from(TEN, 15 * MINUTE) == TEN - 15 * MINUTE
    assert missed_from(TEN, timedelta(0)) is None


def test_an_opening_is_half_open() -> None:
    open_now = Opening(TEN, TEN + MINUTE)
    assert [open_now.holds(TEN + n * MICRO) for n in (-1, 0)] == [False, True]
    assert not open_now.holds(TEN + MINUTE)
