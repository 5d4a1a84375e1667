"""Minutes and per cent of a gathering, also on the nights when the clocks are changed."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.attendance import Attendance, Seen, Step, Window, attendance

ROME = ZoneInfo("Europe/Rome")
HERE, GONE = Step.HERE, Step.GONE
MINUTE = timedelta(minutes=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


SIX, EIGHT = at("2026-11-23T18:00+01:00"), at("2026-11-23T20:00+01:00")
AFTERWARDS = EIGHT + timedelta(days=1)
COURSE = Window(SIX, EIGHT, AFTERWARDS)


def seen(*said: tuple[int, Step]) -> list[Seen]:
    """Return what was seen so many minutes after six."""
    return [Seen(SIX + minutes * MINUTE, step) for minutes, step in said]


@pytest.mark.parametrize(
    ("said", "minutes", "percent"),
    [
        ([], 0, 0),
        ([(0, HERE), (120, GONE)], 120, 100),
        ([(10, HERE), (70, GONE)], 60, 50),
        ([(-30, HERE), (150, GONE)], 120, 100),
        ([(-30, HERE), (-10, GONE)], 0, 0),
        ([(-30, HERE), (0, GONE)], 0, 0),
        ([(120, HERE)], 0, 0),
        ([(60, HERE)], 60, 50),
        ([(0, HERE), (30, GONE), (60, HERE), (90, GONE)], 60, 50),
        ([(0, HERE), (10, HERE), (30, GONE)], 30, 25),
        ([(30, GONE), (0, HERE), (30, HERE)], 30, 25),
        ([(30, GONE)], 0, 0),
        ([(1, HERE)], 119, 99),
    ],
)
def test_minutes_and_per_cent_are_of_the_gatherings_own_time(
    said: list[tuple[int, Step]], minutes: int, percent: int
) -> None:
    found = attendance(COURSE, seen(*said))
    assert (found.minutes, found.percent) == (minutes, percent)


def test_who_went_on_the_stroke_of_its_start_was_not_there() -> None:
    assert attendance(COURSE, seen((-30, HERE), (0, GONE))) == Attendance()


def test_a_minute_that_was_not_whole_is_none() -> None:
    almost = Seen(SIX + 10 * MINUTE - timedelta(seconds=1), GONE)
    assert attendance(COURSE, [*seen((0, HERE)), almost]).minutes == 9


def test_first_and_last_sight_are_told_within_the_window() -> None:
    found = attendance(COURSE, seen((-5, HERE), (30, GONE), (40, HERE), (60, GONE)))
    assert (found.arrived, found.left) == (SIX, SIX + 60 * MINUTE)
    assert attendance(COURSE, seen((5, HERE), (130, GONE))).left is None


def test_who_came_and_was_not_seen_to_go_is_present_until_the_stroke() -> None:
    came = seen((0, HERE))
    half_past = attendance(Window(SIX, EIGHT, SIX + 30 * MINUTE), came)
    assert half_past == Attendance(30, 25, SIX, None, present=True)
    assert not attendance(Window(SIX, EIGHT, EIGHT), came).present
    assert not attendance(Window(SIX, EIGHT, SIX + 60 * MINUTE), seen((0, HERE), (5, GONE))).present


def test_before_it_begins_nobody_was_there() -> None:
    early = Window(SIX, EIGHT, SIX - MINUTE)
    assert attendance(early, seen((-10, HERE))) == Attendance()


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-03-29T01:00+01:00", "2026-03-29T04:00+02:00", 120),
        ("2026-10-25T01:00+02:00", "2026-10-25T04:00+01:00", 240),
        ("2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00", 60),
    ],
)
def test_a_night_when_the_clocks_are_changed_has_the_hours_it_really_has(
    start: str, end: str, minutes: int
) -> None:
    night = Window(at(start), at(end), AFTERWARDS)
    whole = attendance(night, [Seen(at(start).astimezone(ROME), HERE)])
    assert (whole.minutes, whole.percent) == (minutes, 100)
    half = attendance(night, [Seen(at(start) + minutes // 2 * MINUTE, HERE)])
    assert (half.minutes, half.percent) == (minutes // 2, 50)


moves = st.lists(st.tuples(st.integers(-60, 180), st.sampled_from(Step)), max_size=12)


@given(moves, st.integers(-30, 200))
def test_no_more_than_there_was_and_as_minute_by_minute(
    said: list[tuple[int, Step]], now: int
) -> None:
    found = attendance(Window(SIX, EIGHT, SIX + now * MINUTE), seen(*said))
    ordered = sorted(said)
    counted = 0
    for minute in range(max(0, min(120, now))):
        before = [step for when, step in ordered if when <= minute]
        counted += bool(before) and before[-1] is HERE
    assert found.minutes == counted
    assert found.percent == counted * 100 // 120
