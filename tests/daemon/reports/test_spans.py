"""Opening hours as reports count them: holidays out, nights whole, no hour twice."""

from datetime import date, datetime, time, timedelta

from daemon.access.facts import Window
from daemon.recurrence import Span
from daemon.reports.spans import days_between, hours, openings, overlap
from tests.daemon.access.cooffice import CALENDAR, ROME

WEEK = frozenset(range(7))
ALL_DAY = Window(WEEK, time(0), time(0))
DAYTIME = Window(frozenset(range(5)), time(8), time(20))


def opened(first: date, end: date, *windows: Window) -> float:
    spans = openings(days_between(first, end), windows, CALENDAR)
    return hours(sum((span.end - span.start for span in spans), timedelta()))


def test_a_month_of_working_days_leaves_its_holidays_out() -> None:
    assert CALENDAR.holidays.name(date(2026, 12, 25)) is not None
    ordinary = opened(date(2026, 11, 9), date(2026, 11, 16), DAYTIME)
    assert ordinary == 60.0
    week_of_christmas = opened(date(2026, 12, 21), date(2026, 12, 28), DAYTIME)
    assert week_of_christmas == 60.0 - 12.0


def test_the_nights_of_summer_time_have_the_hours_they_have() -> None:
    assert opened(date(2026, 3, 29), date(2026, 3, 30), ALL_DAY) == 23.0
    assert opened(date(2026, 10, 25), date(2026, 10, 26), ALL_DAY) == 25.0
    night = Window(WEEK, time(2), time(3))
    assert opened(date(2026, 3, 29), date(2026, 3, 30), night) == 0.0


def test_windows_that_meet_are_counted_once() -> None:
    two = (Window(WEEK, time(8), time(13)), Window(WEEK, time(12), time(20)))
    assert opened(date(2026, 11, 9), date(2026, 11, 10), *two) == 12.0
    night = Window(WEEK, time(20), time(8))
    assert opened(date(2026, 11, 9), date(2026, 11, 11), night, DAYTIME) == 48.0


def test_what_lies_within_is_what_is_counted() -> None:
    spans = openings([date(2026, 11, 9)], [DAYTIME], CALENDAR)
    start = datetime(2026, 11, 9, 19, 30, tzinfo=ROME)
    assert overlap(Span(start, start + timedelta(hours=2)), spans) == timedelta(minutes=30)
    assert (
        overlap(Span(start + timedelta(hours=1), start + timedelta(hours=2)), spans) == timedelta()
    )
