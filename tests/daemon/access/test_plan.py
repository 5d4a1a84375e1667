"""The right of a plan: hours, holidays, entries, rooms, and when it opens next."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.access.decide import decide
from daemon.access.facts import Facts, Member, Plan, Window
from daemon.access.verdict import Granted, Reason, Refused
from tests.daemon.access.cooffice import (
    BADGE,
    DAY,
    EVERY_DAY,
    MEETING_ROOM,
    NOON,
    OFFICE_HOURS,
    PLAN,
    ROME,
    SECOND,
    TAP,
    at_door,
    of_badge,
    rome,
    with_plan,
)

ALWAYS = Plan("always", holidays=True)
NIGHTS = Plan("nights", (Window(frozenset({4}), time(22), time(6)),))
MEETING_PLAN = Plan("sala", OFFICE_HOURS, rooms=frozenset({"sala"}))
TWICE = Plan("twice", OFFICE_HOURS, entries_per_month=2)
TONIGHT = rome("2026-11-23T18:00")
TOMORROW_EIGHT = rome("2026-11-24T08:00")


def test_the_plan_ends_on_the_stroke_and_says_when_it_opens() -> None:
    assert decide(TAP, TONIGHT - SECOND) == Granted(Reason.PLAN)
    assert decide(TAP, TONIGHT) == Refused(Reason.OUTSIDE_HOURS, TOMORROW_EIGHT)


def test_a_friday_evening_waits_for_monday() -> None:
    friday = rome("2026-11-27T19:00")
    assert decide(TAP, friday) == Refused(Reason.OUTSIDE_HOURS, rome("2026-11-30T08:00"))


def test_a_plan_without_hours_is_always_open_and_an_empty_one_never() -> None:
    assert decide(with_plan(ALWAYS), TONIGHT) == Granted(Reason.PLAN)
    assert decide(with_plan(Plan("never", ())), NOON) == Refused(Reason.OUTSIDE_HOURS)


def test_a_holiday_refuses_unless_the_plan_includes_holidays() -> None:
    christmas = rome("2026-12-25T12:00")
    assert decide(TAP, christmas) == Refused(Reason.HOLIDAY, rome("2026-12-28T08:00"))
    assert decide(with_plan(replace(PLAN, holidays=True)), christmas) == Granted(Reason.PLAN)


def test_a_plan_for_every_hour_opens_at_midnight_after_the_feast() -> None:
    tap = with_plan(Plan("any"))
    feast = rome("2026-08-15T10:00")
    assert decide(tap, feast) == Refused(Reason.HOLIDAY, rome("2026-08-16T00:00"))


def test_the_day_of_the_tap_decides_about_holidays_not_the_day_of_the_window() -> None:
    christmas_eve = Plan("eve", (Window(frozenset({3}), time(22), time(6)),))  # a Thursday
    assert decide(with_plan(christmas_eve), rome("2026-12-24T23:59")).reason is Reason.PLAN
    assert decide(with_plan(christmas_eve), rome("2026-12-25T00:00")).reason is Reason.HOLIDAY


def test_a_night_window_belongs_to_the_day_it_starts() -> None:
    assert decide(with_plan(NIGHTS), rome("2026-11-28T05:59:59")).reason is Reason.PLAN
    assert decide(with_plan(NIGHTS), rome("2026-11-28T23:00")).reason is Reason.OUTSIDE_HOURS


@pytest.mark.parametrize(
    ("used", "today", "reason"),
    [
        (1, False, Reason.PLAN),
        (2, False, Reason.NO_ENTRIES_LEFT),
        (2, True, Reason.PLAN),
        (3, False, Reason.NO_ENTRIES_LEFT),
    ],
)
def test_only_the_first_entry_of_a_day_uses_one(used: int, *, today: bool, reason: Reason) -> None:
    assert decide(with_plan(TWICE, days_used=used, used_today=today), NOON).reason is reason


def test_a_plan_of_no_entries_refuses_the_first() -> None:
    assert decide(with_plan(replace(TWICE, entries_per_month=0)), NOON).reason is (
        Reason.NO_ENTRIES_LEFT
    )


def test_a_plan_without_rooms_includes_every_room_that_is_not_bookable() -> None:
    assert decide(at_door(MEETING_ROOM), NOON) == Refused(Reason.NO_BOOKING)
    assert decide(at_door(replace(MEETING_ROOM, bookable=False)), NOON) == Granted(Reason.PLAN)


def test_a_plan_with_rooms_includes_exactly_those() -> None:
    tap = with_plan(MEETING_PLAN)
    assert decide(at_door(MEETING_ROOM, tap), NOON) == Granted(Reason.PLAN)
    assert decide(tap, NOON) == Refused(Reason.ROOM_CLOSED)


OBSTACLES = [Reason.OUTSIDE_HOURS, Reason.HOLIDAY, Reason.NO_ENTRIES_LEFT, Reason.NO_BOOKING]


@pytest.mark.parametrize("spared", range(len(OBSTACLES)))
def test_of_several_obstacles_the_most_helpful_is_named(spared: int) -> None:
    """The first `spared` obstacles are out of the way, all the others stand in it."""
    plan = Plan("p", () if spared < 1 else None, holidays=spared >= 2, entries_per_month=2)
    tap = at_door(MEETING_ROOM, with_plan(plan, days_used=2 if spared < 3 else 0))
    assert decide(tap, rome("2026-08-15T12:00")) == Refused(OBSTACLES[spared])


@pytest.mark.parametrize(
    "tap",
    [
        with_plan(replace(PLAN, rooms=frozenset())),
        with_plan(TWICE, days_used=2),
        with_plan(TWICE, days_used=2, used_today=True),
        with_plan(PLAN, valid_until=TOMORROW_EIGHT),
        of_badge(replace(BADGE, valid_until=TOMORROW_EIGHT)),
        with_plan(Plan("p", (Window(frozenset(), time(8), time(9)),))),
    ],
)
def test_no_opening_is_promised_where_waiting_does_not_help(tap: Facts) -> None:
    assert decide(tap, TONIGHT) == Refused(Reason.OUTSIDE_HOURS)


def test_a_plan_of_no_entries_never_opens_not_even_next_month() -> None:
    tap = with_plan(replace(TWICE, entries_per_month=0))
    assert decide(tap, rome("2026-11-30T19:00")) == Refused(Reason.OUTSIDE_HOURS)


def test_used_up_entries_come_back_with_the_month() -> None:
    tap = with_plan(TWICE, days_used=2)
    evening = rome("2026-11-30T19:00")
    assert decide(tap, evening) == Refused(Reason.OUTSIDE_HOURS, rome("2026-12-01T08:00"))


def test_a_day_in_use_may_open_once_more_after_the_break() -> None:
    split = (*OFFICE_HOURS, Window(EVERY_DAY, time(20), time(22)))
    tap = with_plan(replace(TWICE, windows=split), days_used=2, used_today=True)
    assert decide(tap, TONIGHT) == Refused(Reason.OUTSIDE_HOURS, rome("2026-11-23T20:00"))


def test_a_member_who_lasts_until_a_moment_after_the_opening_hears_of_it() -> None:
    tap = with_plan(PLAN, valid_until=TOMORROW_EIGHT + SECOND)
    assert decide(tap, TONIGHT) == Refused(Reason.OUTSIDE_HOURS, TOMORROW_EIGHT)


def test_an_opening_is_what_it_says_the_same_tap_is_granted_then() -> None:
    verdict = decide(TAP, TONIGHT)
    assert isinstance(verdict, Refused)
    assert verdict.opens_at is not None
    assert decide(TAP, verdict.opens_at) == Granted(Reason.PLAN)
    assert isinstance(decide(TAP, verdict.opens_at - SECOND), Refused)


quarters = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 45)))
weeks = st.none() | st.lists(
    st.builds(Window, st.frozensets(st.integers(0, 6), min_size=1), quarters, quarters),
    max_size=2,
).map(tuple)
plans = st.builds(
    Plan,
    st.just("p"),
    weeks,
    st.booleans(),
    st.none() | st.integers(0, 3),
    st.none() | st.sampled_from((frozenset({"open-space"}), frozenset({"sala"}))),
)
taps = st.builds(
    lambda day, step: datetime.combine(day, time.min, UTC) + timedelta(minutes=15 * step),
    st.sampled_from((date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29), date(2026, 12, 24))),
    st.integers(-48, 240),
)


def own_day(at: datetime) -> date:
    """Return the day of a moment, where days begin at four on the wall."""
    local = at.astimezone(ROME)
    return local.date() - (DAY if local.hour < 4 else timedelta())


def oracle_grants(plan: Plan, facts: Facts, at: datetime) -> bool:
    """Lay the week out quarter by quarter and look up the one that the wall shows."""
    local = at.astimezone(ROME)
    open_quarters: set[tuple[int, int]] = set()
    for window in plan.windows or ():
        first = window.since.hour * 4 + window.since.minute // 15
        last = window.until.hour * 4 + window.until.minute // 15
        for weekday in window.weekdays:
            for quarter in range(first, last if last > first else last + 96):
                open_quarters.add(((weekday + quarter // 96) % 7, quarter % 96))
    shown = (local.weekday(), local.hour * 4 + local.minute // 15)
    feast = facts.calendar.holidays.name(local.date()) is not None
    member = facts.member or Member("nobody")
    return (
        (plan.windows is None or shown in open_quarters)
        and not (feast and not plan.holidays)
        and (
            plan.entries_per_month is None
            or member.used_today
            or member.days_used < plan.entries_per_month
        )
        and (plan.rooms is None or "open-space" in plan.rooms)
    )


@given(plans, taps, st.integers(0, 3), st.booleans())
@settings(max_examples=200)
def test_a_plan_grants_exactly_the_quarters_of_its_week(
    plan: Plan,
    at: datetime,
    used: int,
    today: bool,  # noqa: FBT001 - hypothesis draws it
) -> None:
    facts = with_plan(plan, days_used=used, used_today=today)
    verdict = decide(facts, at)
    assert isinstance(verdict, Granted) is oracle_grants(plan, facts, at)
    if isinstance(verdict, Refused) and verdict.opens_at is not None:
        same_day = own_day(at) == own_day(verdict.opens_at)
        same_month = own_day(at).month == own_day(verdict.opens_at).month
        by_then = used if same_month else 0
        then = with_plan(plan, days_used=by_then, used_today=today and same_day)
        assert decide(then, verdict.opens_at) == Granted(Reason.PLAN)


def test_a_leap_day_is_a_day_like_any_other() -> None:
    leap_noon = rome("2028-02-29T12:00")
    assert decide(TAP, leap_noon) == Granted(Reason.PLAN)
    assert decide(TAP, leap_noon - DAY / 2) == Refused(
        Reason.OUTSIDE_HOURS, rome("2028-02-29T08:00")
    )
