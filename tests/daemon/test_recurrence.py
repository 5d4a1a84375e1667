"""Series: the local hour stays, the length stays, and no rule costs more than a moment."""

import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from daemon.recurrence import NotASeries, Span, occurrences

ROME = ZoneInfo("Europe/Rome")
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def span(start: str, length: timedelta = HOUR) -> Span:
    return Span(at(start), at(start) + length)


def starts(rule: str, first: str, length: timedelta = HOUR) -> list[str]:
    found = occurrences(rule, span(first, length), ROME)
    assert {each.end - each.start for each in found} == {length}
    return [each.start.astimezone(ROME).isoformat() for each in found]


@pytest.mark.parametrize("first", ["2026-03-24T09:00:00+01:00", "2026-10-20T09:00:00+02:00"])
def test_a_series_keeps_its_local_hour_over_summer_time(first: str) -> None:
    found = starts("FREQ=WEEKLY;COUNT=3", first)
    assert [each[11:16] for each in found] == ["09:00"] * 3
    assert len({each[-6:] for each in found}) == 2


def test_an_hour_that_is_left_out_is_an_hour_later_with_its_whole_length() -> None:
    found = occurrences("FREQ=DAILY;COUNT=3", span("2026-03-28T02:30:00+01:00"), ROME)
    assert found == [
        span("2026-03-28T01:30:00+00:00"),
        span("2026-03-29T03:30:00+02:00"),
        span("2026-03-30T00:30:00+00:00"),
    ]


def test_an_hour_that_comes_twice_is_the_first() -> None:
    found = starts("FREQ=DAILY;COUNT=3", "2026-10-24T02:30:00+02:00")
    assert found[1] == "2026-10-25T02:30:00+02:00"


def test_the_first_booking_is_when_it_was_said_even_in_the_second_such_hour() -> None:
    found = starts("FREQ=DAILY;COUNT=2", "2026-10-25T02:30:00+01:00")
    assert found == ["2026-10-25T02:30:00+01:00", "2026-10-26T02:30:00+01:00"]


def test_a_night_is_as_long_as_the_first_whatever_the_clocks_do() -> None:
    found = starts("FREQ=DAILY;COUNT=2", "2026-03-27T22:00:00+01:00", 8 * HOUR)
    assert [each[11:16] for each in found] == ["22:00", "22:00"]


@pytest.mark.parametrize(
    ("until", "count"),
    [
        ("20261214", 3),
        ("20261214T090000", 3),
        ("20261214T085959", 2),
        ("20261214T080000Z", 3),
        ("20261214T075959Z", 2),
        ("20261213", 2),
    ],
)
def test_until_is_the_last_moment_or_day_at_which_one_may_begin(until: str, count: int) -> None:
    found = starts(f"FREQ=WEEKLY;UNTIL={until}", "2026-11-30T09:00:00+01:00")
    assert len(found) == count


@pytest.mark.parametrize(
    ("rule", "first", "days"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4", "2026-11-30", ["11-30", "12-02", "12-07", "12-09"]),
        ("RRULE:freq=monthly;byday=-1FR;count=2;", "2026-11-27", ["11-27", "12-25"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3", "2026-10-31", ["10-31", "12-31", "01-31"]),
        ("FREQ=DAILY;INTERVAL=2;COUNT=2", "2026-12-31", ["12-31", "01-02"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1;COUNT=2", "2026-12-01", ["12-01", "01-04"]),
        ("FREQ=YEARLY;COUNT=2", "2026-11-30", ["11-30", "11-30"]),
        ("FREQ=WEEKLY;BYDAY=TU;INTERVAL=2;WKST=SU;COUNT=2", "2026-12-01", ["12-01", "12-15"]),
    ],
)
def test_a_rule_means_its_days(rule: str, first: str, days: list[str]) -> None:
    assert [each[5:10] for each in starts(rule, f"{first}T09:00:00+01:00")] == days


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("FREQ=HOURLY;COUNT=3", "FREQ is DAILY"),
        ("FREQ=MINUTELY;COUNT=3", "FREQ is DAILY"),
        ("FREQ=SECONDLY;COUNT=3", "FREQ is DAILY"),
        ("COUNT=3", "FREQ is DAILY"),
        ("FREQ=DAILY", "it needs an end"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20261231", "it needs an end"),
        ("FREQ=DAILY;COUNT=367", "more than 366"),
        ("FREQ=DAILY;UNTIL=20280101", "more than 366"),
        ("FREQ=WEEKLY;COUNT=120", "more than two years"),
        ("FREQ=DAILY;COUNT=0", "COUNT is not written"),
        ("FREQ=DAILY;INTERVAL=0;COUNT=3", "INTERVAL is not written"),
        ("FREQ=DAILY;INTERVAL=-1;COUNT=3", "INTERVAL is not written"),
        ("FREQ=DAILY;UNTIL=20261332", "UNTIL is a day"),
        ("FREQ=DAILY;UNTIL=20261231T250000Z", "UNTIL is a day"),
        ("FREQ=DAILY;UNTIL=00010101T000000Z", "the first booking is not on a day"),
        ("FREQ=DAILY;COUNT=3;COUNT=4", "COUNT stands twice"),
        ("FREQ=DAILY;BYHOUR=9,10;COUNT=3", "a rule is made of"),
        ("FREQ=YEARLY;BYEASTER=1;COUNT=3", "a rule is made of"),
        ("FREQ=DAILY;COUNT=2\nDTSTART:20200101", "COUNT is not written"),
        ("FREQ=WEEKLY;BYDAY=XX;COUNT=3", "BYDAY is not written"),
        ("FREQ=WEEKLY;BYDAY=TU;COUNT=3", "the first booking is not on a day"),
        ("FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1;COUNT=3", "the first booking is not on a day"),
        ("", "a rule is made of"),
        (";", "a rule is made of"),
        ("every monday", "a rule is made of"),
        ("FREQ=DAILY;COUNT=٣", "COUNT is not written"),
        ("X" * 501, "longer than 500"),
    ],
)
def test_a_rule_that_means_no_series_says_why(rule: str, sentence: str) -> None:
    with pytest.raises(NotASeries, match=sentence):
        occurrences(rule, span("2026-11-30T09:00:00+01:00"), ROME)


def test_a_series_that_overlaps_itself_is_refused_and_back_to_back_is_not() -> None:
    day = span("2026-11-30T09:00:00+01:00", 24 * HOUR)
    found = occurrences("FREQ=DAILY;COUNT=3", day, ROME)
    assert all(before.end == after.start for before, after in pairwise(found))
    for first in (Span(day.start, day.end + HOUR), span("2026-03-28T09:00:00+01:00", 24 * HOUR)):
        with pytest.raises(NotASeries, match="overlap"):
            occurrences("FREQ=DAILY;COUNT=3", first, ROME)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
        "FREQ=DAILY;BYSETPOS=99;COUNT=3",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
        "FREQ=DAILY;BYMONTH=11;BYMONTHDAY=30;BYDAY=MO;COUNT=300",
    ],
)
def test_a_rule_that_never_holds_costs_a_moment(rule: str) -> None:
    began = time.process_time()
    with pytest.raises(NotASeries):
        occurrences(rule, span("2026-11-30T09:00:00+01:00"), ROME)
    assert time.process_time() - began < 5


def test_a_span_ends_after_it_begins() -> None:
    moment = at("2026-11-30T09:00:00+01:00")
    with pytest.raises(ValueError, match="before it begins"):
        Span(moment, moment)
