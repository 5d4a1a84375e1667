"""Windows and own days, held against a slow oracle that walks through UTC minute by minute."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from daemon.access.facts import Half, SiteCalendar, Window
from daemon.hours import (
    closing,
    day_bounds,
    half_of,
    is_inside,
    last_day_end,
    local_day,
    month_bounds,
    month_of,
    next_opening,
)

ROME = ZoneInfo("Europe/Rome")
SPRING, AUTUMN, LEAP_DAY = date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29)
HAVANA_NIGHTS = (date(2026, 3, 8), date(2026, 11, 1))  # the clocks change at midnight
EVERY_DAY = frozenset(range(7))
STEP, SECOND = timedelta(minutes=15), timedelta(seconds=1)
DAY = timedelta(days=1)


class Feasts:
    """Holidays that a test names."""

    def __init__(self, *days: date) -> None:
        self.days = days

    def name(self, day: date) -> str | None:
        return "Patrono" if day in self.days else None


def calendar(day_ends: time = time(4), *feasts: date, zone: ZoneInfo = ROME) -> SiteCalendar:
    return SiteCalendar(zone, day_ends, Feasts(*feasts))


def rome(text: str, fold: int = 0) -> datetime:
    """Return what the wall in Rome says as a moment."""
    return datetime.fromisoformat(text).replace(tzinfo=ROME, fold=fold).astimezone(UTC)


def daily(since: str, until: str) -> tuple[Window, ...]:
    return (Window(EVERY_DAY, time.fromisoformat(since), time.fromisoformat(until)),)


# The oracle: a window is a stretch of wall time that begins on each of its weekdays; a moment is
# inside if what the wall shows then lies on one of the stretches.


def stretches(window: Window, around: date) -> Iterator[tuple[datetime, datetime]]:
    for day in (around - DAY, around):
        if day.weekday() in window.weekdays:
            begin = datetime.combine(day, window.since)
            length = (window.until.hour - window.since.hour) * 60
            length += window.until.minute - window.since.minute
            yield begin, begin + timedelta(minutes=length if length > 0 else length + 1440)


def wall(at: datetime, zone: ZoneInfo = ROME) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


def oracle_inside(windows: tuple[Window, ...] | None, at: datetime) -> bool:
    shown = wall(at)
    return windows is None or any(
        begin <= shown < end for window in windows for begin, end in stretches(window, shown.date())
    )


def oracle_opening(
    windows: tuple[Window, ...] | None, at: datetime, feasts: tuple[date, ...]
) -> datetime | None:
    for steps in range(4 * 24 * 4):
        moment = at + steps * STEP
        if oracle_inside(windows, moment) and wall(moment).date() not in feasts:
            return moment
    return None


def oracle_day(at: datetime, day_ends: time, zone: ZoneInfo) -> date:
    """Return the last day whose beginning a walk from two days before has come past."""
    step = datetime.combine(at.date() - 2 * DAY, time.min, UTC)
    seen = wall(step, zone).date() - DAY
    while step <= at:
        shown = wall(step, zone)
        if shown.time() >= day_ends:
            seen = max(seen, shown.date())
        step += STEP
    return seen


clocks = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 45)))
night_clocks = st.builds(time, st.integers(0, 4), st.sampled_from((0, 15, 30, 45)))
windows_strategy = st.lists(
    st.builds(
        Window,
        st.frozensets(st.integers(0, 6), min_size=1),
        clocks | night_clocks,
        clocks | night_clocks,
    ),
    max_size=3,
).map(tuple)
moments = st.builds(
    lambda day, quarters: datetime.combine(day, time.min, UTC) + quarters * STEP,
    st.sampled_from((SPRING, AUTUMN, LEAP_DAY, date(2026, 12, 31), *HAVANA_NIGHTS)),
    st.integers(-96, 192),
)


@given(windows_strategy, moments)
@settings(max_examples=150)
def test_a_window_covers_what_the_wall_shows(windows: tuple[Window, ...], at: datetime) -> None:
    assert is_inside(windows, at.astimezone(ROME)) is oracle_inside(windows, at)


@given(windows_strategy, moments)
@settings(max_examples=100)
def test_a_microsecond_before_the_stroke_is_still_the_time_before(
    windows: tuple[Window, ...], at: datetime
) -> None:
    before = at - timedelta(microseconds=1)
    assert is_inside(windows, before.astimezone(ROME)) is oracle_inside(windows, before)


@given(
    st.none() | windows_strategy,
    moments,
    st.lists(st.sampled_from((SPRING, AUTUMN, SPRING + DAY, AUTUMN - DAY)), max_size=2),
)
@example(daily("02:00", "03:15"), rome("2026-03-28T20:00"), [])
@example(daily("01:00", "02:30"), rome("2026-10-25T02:45"), [])
@settings(max_examples=40)
def test_the_next_opening_is_the_first_open_moment_of_a_walk_through_time(
    windows: tuple[Window, ...] | None, at: datetime, feasts: list[date]
) -> None:
    found = next_opening(windows, at, calendar(time(4), *feasts), holidays=False, days=14)
    walked = oracle_opening(windows, at, tuple(feasts))
    if walked is None:
        assert found is None or found >= at + 4 * DAY
    else:
        assert found == walked


@given(moments, clocks | night_clocks, st.sampled_from((ROME, ZoneInfo("America/Havana"))))
@settings(max_examples=40)
def test_the_own_day_is_the_last_one_whose_beginning_has_passed(
    at: datetime, day_ends: time, zone: ZoneInfo
) -> None:
    assert local_day(at, calendar(day_ends, zone=zone)) == oracle_day(at, day_ends, zone)


@given(moments, clocks | night_clocks)
@settings(max_examples=100)
def test_own_days_follow_each_other_without_gap_or_overlap(at: datetime, day_ends: time) -> None:
    site = calendar(day_ends)
    day = local_day(at, site)
    begin, end = day_bounds(day, site)
    assert begin <= at < end
    assert begin == last_day_end(at, site)
    assert end == day_bounds(day + DAY, site)[0]


@pytest.mark.parametrize(
    ("moment", "inside"),
    [
        ("2026-11-23T07:59:59.999999", False),
        ("2026-11-23T08:00:00", True),
        ("2026-11-23T17:59:59.999999", True),
        ("2026-11-23T18:00:00", False),
    ],
)
def test_a_right_until_six_refuses_on_the_stroke_of_six(moment: str, *, inside: bool) -> None:
    assert is_inside(daily("08:00", "18:00"), datetime.fromisoformat(moment)) is inside


@pytest.mark.parametrize(
    ("moment", "inside"),
    [
        ("2026-11-27T21:59:59", False),
        ("2026-11-27T22:00:00", True),
        ("2026-11-28T00:00:00", True),
        ("2026-11-28T05:59:59", True),
        ("2026-11-28T06:00:00", False),
        ("2026-11-28T23:00:00", False),  # Saturday's own night is not in the plan
        ("2026-11-27T05:00:00", False),  # nor Thursday's
    ],
)
def test_a_friday_night_belongs_to_friday(moment: str, *, inside: bool) -> None:
    friday_night = (Window(frozenset({4}), time(22), time(6)),)
    assert is_inside(friday_night, datetime.fromisoformat(moment)) is inside


def test_a_window_from_eight_to_eight_lasts_the_whole_day() -> None:
    monday = (Window(frozenset({0}), time(8), time(8)),)
    inside = [is_inside(monday, datetime(2026, 11, 23) + timedelta(hours=h)) for h in range(48)]  # noqa: DTZ001 - wall time
    assert inside == [8 <= hour < 32 for hour in range(48)]


def test_no_windows_mean_always_and_an_empty_list_never() -> None:
    noon = datetime.fromisoformat("2026-11-23T12:00")
    assert is_inside(None, noon)
    assert not is_inside((), noon)
    assert next_opening((), rome("2026-11-23T12:00"), calendar(), holidays=True, days=14) is None


def test_a_window_that_starts_in_the_missing_hour_starts_when_the_clocks_jump() -> None:
    found = next_opening(
        daily("02:30", "04:00"), rome("2026-03-29T00:30"), calendar(), holidays=True, days=14
    )
    assert found == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_window_within_the_missing_hour_opens_only_the_night_after() -> None:
    found = next_opening(
        daily("02:00", "03:00"), rome("2026-03-29T00:30"), calendar(), holidays=True, days=14
    )
    assert found == rome("2026-03-30T02:00")


@pytest.mark.parametrize("fold", [0, 1])
def test_both_passes_of_the_doubled_hour_are_inside(fold: int) -> None:
    at = rome("2026-10-25T02:30", fold)
    assert is_inside(daily("02:00", "03:00"), at.astimezone(ROME))


def test_the_second_pass_of_the_doubled_hour_opens_again() -> None:
    found = next_opening(
        daily("01:00", "02:30"), rome("2026-10-25T02:45"), calendar(), holidays=True, days=14
    )
    assert found == rome("2026-10-25T02:00", fold=1)


def test_a_window_within_the_doubled_hour_opens_in_each_pass() -> None:
    found = next_opening(
        daily("02:15", "02:45"), rome("2026-10-25T02:50"), calendar(), holidays=True, days=14
    )
    assert found == rome("2026-10-25T02:15", fold=1)


def test_a_holiday_in_the_night_opens_again_at_midnight() -> None:
    christmas = calendar(time(4), date(2026, 12, 25))
    found = next_opening(
        daily("22:00", "06:00"), rome("2026-12-25T01:00"), christmas, holidays=False, days=60
    )
    assert found == rome("2026-12-26T00:00")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2028-02-29T03:59:59", date(2028, 2, 28)),
        ("2028-02-29T04:00:00", LEAP_DAY),
        ("2028-03-01T03:59:59", LEAP_DAY),
        ("2028-03-01T04:00:00", date(2028, 3, 1)),
    ],
)
def test_before_the_day_ends_it_is_still_yesterday(moment: str, day: date) -> None:
    assert local_day(rome(moment), calendar()) == day


def test_a_day_is_an_hour_shorter_in_spring_and_an_hour_longer_in_autumn() -> None:
    lengths = []
    for day in (SPRING - DAY, AUTUMN - DAY, LEAP_DAY):
        begin, end = day_bounds(day, calendar())
        lengths.append(end - begin)
    assert lengths == [timedelta(hours=23), timedelta(hours=25), timedelta(hours=24)]


def test_a_day_that_ends_in_the_missing_hour_ends_when_the_clocks_jump() -> None:
    assert day_bounds(SPRING, calendar(time(2, 30)))[0] == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_day_that_ends_in_the_doubled_hour_ends_once_at_its_first_pass() -> None:
    site = calendar(time(2, 30))
    assert day_bounds(AUTUMN, site)[0] == rome("2026-10-25T02:30")
    assert local_day(rome("2026-10-25T02:15", fold=1), site) == AUTUMN
    assert last_day_end(rome("2026-10-25T02:15", fold=1), site) == rome("2026-10-25T02:30")


def test_a_month_runs_from_day_end_to_day_end() -> None:
    february = (rome("2028-02-01T04:00"), rome("2028-03-01T04:00"))
    assert month_bounds(LEAP_DAY, calendar()) == february
    assert month_bounds(date(2026, 12, 31), calendar())[1] == rome("2027-01-01T04:00")
    assert month_of(rome("2028-03-01T03:00"), calendar()) == (2028, 2)
    assert month_of(rome("2027-01-01T04:00"), calendar()) == (2027, 1)


@pytest.mark.parametrize(
    ("at", "half"),
    [
        ("2026-11-23T04:00", Half.MORNING),
        ("2026-11-23T13:29:59", Half.MORNING),
        ("2026-11-23T13:30", Half.AFTERNOON),
        ("2026-11-24T03:59:59", Half.AFTERNOON),
        ("2026-11-24T04:00", Half.MORNING),
        ("2028-02-29T13:30", Half.AFTERNOON),
    ],
)
def test_the_own_day_is_halved_on_the_stroke(at: str, half: Half) -> None:
    assert half_of(rome(at), calendar()) is half


def test_a_day_may_be_halved_after_midnight() -> None:
    nights = replace(calendar(time(18)), half_day_at=time(2, 30))
    assert half_of(rome("2026-11-23T18:00"), nights) is Half.MORNING
    assert half_of(rome("2026-11-24T02:30"), nights) is Half.AFTERNOON
    assert half_of(rome("2026-11-24T17:59:59"), nights) is Half.AFTERNOON


def test_a_half_that_begins_in_the_missing_hour_begins_with_the_jump() -> None:
    nights = replace(calendar(time(0)), half_day_at=time(2, 30))
    jump = rome("2026-03-29T03:00")
    assert half_of(jump - SECOND, nights) is Half.MORNING
    assert half_of(jump, nights) is Half.AFTERNOON


def test_a_half_that_begins_twice_begins_the_first_time() -> None:
    nights = replace(calendar(time(0)), half_day_at=time(2, 30))
    first = rome("2026-10-25T02:30")
    assert half_of(first - SECOND, nights) is Half.MORNING
    assert half_of(first, nights) is Half.AFTERNOON
    assert half_of(rome("2026-10-25T02:15", fold=1), nights) is Half.AFTERNOON


@pytest.mark.parametrize(
    ("wall", "ends"),
    [
        ("2026-11-23T09:00", "2026-11-23T12:00"),
        ("2026-11-23T11:59:59", "2026-11-23T14:00"),
        ("2026-11-23T22:00", "2026-11-24T02:00"),
        ("2026-11-24T01:59", "2026-11-24T02:00"),
    ],
)
def test_hours_end_with_the_last_window_that_one_is_in(wall: str, ends: str) -> None:
    monday = frozenset({0})
    windows = (
        Window(monday, time(9), time(12)),
        Window(monday, time(11), time(14)),
        Window(monday, time(22), time(2)),
    )
    assert closing(windows, rome(wall), calendar()) == rome(ends)
