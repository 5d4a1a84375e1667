"""No rule and no list, however hostile, takes long: work is counted, not timed."""

import pytest
from icalendar import vRecur

from daemon.calendars import limits
from daemon.calendars.reading import read
from daemon.calendars.rules import Paces, Rule, WalkedEnough
from daemon.calendars.stamps import Stamp
from daemon.calendars.words import Unreadable
from tests.daemon.calendars.paper import ROME, YEAR_2026, calendar, hours, problem, reading, told

GOOD = "UID:good\nDTSTART:20260601T080000Z\nDTEND:20260601T090000Z"


def _to(end: int) -> str:
    return ",".join(map(str, range(end)))


START = "DTSTART:20260601T080000Z\nDTEND:20260601T080030Z"


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=SECONDLY;COUNT=1000000000",
        "FREQ=SECONDLY;BYHOUR=3;BYMINUTE=0;BYSECOND=0",
        f"FREQ=DAILY;BYHOUR={_to(24)};BYMINUTE={_to(60)};BYSECOND={_to(60)}",
    ],
)
def test_a_series_that_repeats_too_often_is_left_out_and_reported(rule: str) -> None:
    found = reading(GOOD, f"UID:bad\n{START}\nRRULE:{rule}")
    assert told(found) == ["06-01T08:00/09:00"]
    assert [each.uid for each in found.problems] == ["bad"]


def test_a_series_that_fills_the_year_is_left_out_and_reported() -> None:
    uid, sentence = problem("DTSTART:20260101T000000Z\nDURATION:PT1H\nRRULE:FREQ=HOURLY")
    assert (uid, "5000 slots" in sentence) == ("x", True)


def test_quick_repetition_that_ends_soon_is_followed() -> None:
    assert len(hours(f"{START}\nRRULE:FREQ=SECONDLY;COUNT=3")) == 3
    assert len(hours(f"{START}\nRRULE:FREQ=MINUTELY;INTERVAL=20;UNTIL=20260601T100000Z")) == 7
    twice = "RRULE:FREQ=HOURLY;BYHOUR=8,14;UNTIL=20260603T000000Z"
    assert [each[6:11] for each in hours(f"{START}\n{twice}")] == ["08:00", "14:00"] * 2


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
        "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31",
        "FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
    ],
)
def test_a_rule_that_never_fits_is_walked_to_the_windows_end_and_no_further(rule: str) -> None:
    start = "DTSTART:20260601T080000Z\nDURATION:PT1H"
    assert hours(f"{start}\nRRULE:{rule}") == ["06-01T08:00/09:00"]
    far = YEAR_2026.end.replace(tzinfo=None)
    begin = Stamp(far.replace(year=2026, month=6), ROME, is_day=False)
    assert Rule(vRecur.from_ical(rule), begin, far).cost < 10_000


def test_paces_end_after_so_many_steps() -> None:
    paces = Paces(2, 2)
    assert (10 + paces, paces * 7) == (12, 14)
    with pytest.raises(WalkedEnough):
        10 + paces


def test_a_seasonal_series_is_found_again_every_year() -> None:
    summers = (
        "DTSTART;TZID=Europe/Rome:20200601T090000\nDURATION:PT1H\n"
        "RRULE:FREQ=WEEKLY;BYMONTH=6,7,8;BYDAY=MO"
    )
    assert len(hours(summers)) == 14


def test_series_that_began_long_ago_are_followed_up_to_a_bound() -> None:
    old = "DTSTART:19000101T080000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;INTERVAL={}"
    assert len(hours(old.format(7))) > 50
    rare = old.format(1).replace("DAILY", "YEARLY")
    many = [f"UID:{index}\n{rare}" for index in range(600)]
    with pytest.raises(Unreadable, match="too long"):
        read(calendar(*many), ROME, YEAR_2026)


def test_endless_lists_of_dates_are_left_out_and_reported() -> None:
    dates = ",".join(
        f"2026{m:02}{d:02}T{h:02}0000Z"
        for m in range(1, 13)
        for d in range(1, 29)
        for h in range(24)
    )
    uid, sentence = problem(f"{START}\nRDATE:{dates}")
    assert (uid, "slots" in sentence) == ("x", True)


def test_a_series_changed_too_often_is_left_out_and_reported() -> None:
    series = f"{START}\nRRULE:FREQ=DAILY"
    turn = "RECURRENCE-ID;RANGE=THISANDFUTURE:202607{:02}T080000Z\n" + START
    uid, sentence = problem(series, *(turn.format(day) for day in range(1, 31)))
    assert (uid, "changed too often" in sentence) == ("x", True)


def test_more_slots_than_a_building_can_use_refuse_the_body() -> None:
    daily = "DTSTART:20251231T080000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;BYHOUR=8,9,10,11,12,13,14"
    series = limits.MOST_SLOTS // (365 * 7) + 1
    with pytest.raises(Unreadable, match="slots"):
        read(calendar(*(f"UID:{index}\n{daily}" for index in range(series))), ROME, YEAR_2026)


def test_deep_nesting_is_no_trouble() -> None:
    deep = b"BEGIN:X\r\n" * 50_000
    body = calendar(GOOD).replace(b"END:VEVENT", deep + b"END:VEVENT")
    assert told(read(body, ROME, YEAR_2026)) == ["06-01T08:00/09:00"]
