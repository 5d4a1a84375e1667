"""When a slot is: zones, both summer-time nights, lengths, whole days (READERS-AND-FEEDS 8.2)."""

import pytest
from icalendar.timezone import tzp

from tests.daemon.calendars.paper import hours, reading, told

ROME_TIME = "TZID=Europe/Rome"
OWN_ZONE = """
    BEGIN:VTIMEZONE
    TZID:Own
    X-LIC-LOCATION:Europe/Rome
    BEGIN:STANDARD
    DTSTART:19701025T030000
    TZOFFSETFROM:+0200
    TZOFFSETTO:+0100
    TZNAME:CET
    RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
    END:STANDARD
    BEGIN:DAYLIGHT
    DTSTART:19700329T020000
    TZOFFSETFROM:+0100
    TZOFFSETTO:+0200
    RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
    END:DAYLIGHT
    END:VTIMEZONE"""


def timed(start: str, end: str, *more: str) -> str:
    lines = [f"DTSTART;{ROME_TIME}:{start}", f"DTEND;{ROME_TIME}:{end}", *more]
    return "\n".join(lines)


def test_a_weekly_series_keeps_its_local_hour_over_both_nights() -> None:
    spring = timed("20260326T090000", "20260326T100000", "RRULE:FREQ=WEEKLY;COUNT=2")
    autumn = timed("20261022T090000", "20261022T100000", "RRULE:FREQ=WEEKLY;COUNT=2")
    assert hours(spring) == ["03-26T08:00/09:00", "04-02T07:00/08:00"]
    assert hours(autumn) == ["10-22T07:00/08:00", "10-29T08:00/09:00"]


def test_a_slot_in_the_missing_hour_lasts_as_long_as_on_any_day() -> None:
    daily = timed("20260328T023000", "20260328T033000", "RRULE:FREQ=DAILY;COUNT=3")
    assert hours(daily) == ["03-28T01:30/02:30", "03-29T01:30/02:30", "03-30T00:30/01:30"]


@pytest.mark.parametrize(
    ("start", "end", "slot"),
    [
        ("20260329T023000", "20260329T033000", "03-29T01:30/02:30"),
        ("20260329T024500", "20260329T031500", "03-29T01:45/02:15"),
        ("20260329T013000", "20260329T033000", "03-29T00:30/01:30"),
    ],
)
def test_a_single_event_that_the_missing_hour_would_swallow_keeps_its_length(
    start: str, end: str, slot: str
) -> None:
    assert hours(timed(start, end)) == [slot]


def test_an_hour_that_comes_twice_is_the_first() -> None:
    assert hours(timed("20261025T023000", "20261025T040000")) == ["10-25T00:30/03:00"]


def test_hours_of_a_duration_are_real_hours_and_its_days_are_calendar_days() -> None:
    start = f"DTSTART;{ROME_TIME}:20260329T010000"
    assert hours(f"{start}\nDURATION:PT2H") == ["03-29T00:00/02:00"]
    eve = f"DTSTART;{ROME_TIME}:20260328T120000"
    assert hours(f"{eve}\nDURATION:P1D") == ["03-28T11:00/03-29T10:00"]
    assert hours(f"{eve}\nDURATION:PT24H") == ["03-28T11:00/03-29T11:00"]
    assert hours(f"{eve}\nDURATION:P1DT1H") == ["03-28T11:00/03-29T11:00"]


def test_a_series_with_an_end_keeps_its_exact_length() -> None:
    nights = timed("20260327T230000", "20260328T060000", "RRULE:FREQ=DAILY;COUNT=2")
    assert hours(nights) == ["03-27T22:00/03-28T05:00", "03-28T22:00/03-29T05:00"]


def test_a_floating_time_is_the_venues() -> None:
    assert hours("DTSTART:20260701T090000\nDTEND:20260701T100000") == ["07-01T07:00/08:00"]


def test_whole_days_are_local_days_with_an_exclusive_end() -> None:
    both = "DTSTART;VALUE=DATE:20260328\nDTEND;VALUE=DATE:20260330"
    assert hours(both) == ["03-27T23:00/03-29T22:00"]
    assert hours("DTSTART;VALUE=DATE:20260329") == ["03-28T23:00/03-29T22:00"]
    assert hours("DTSTART;VALUE=DATE:20261025\nDURATION:P1D") == ["10-24T22:00/10-25T23:00"]


def test_a_series_of_whole_days_stays_whole_over_summer_time() -> None:
    series = "DTSTART;VALUE=DATE:20260328\nRRULE:FREQ=DAILY;UNTIL=20260330"
    assert hours(series) == [
        "03-27T23:00/03-28T23:00",
        "03-28T23:00/03-29T22:00",
        "03-29T22:00/03-30T22:00",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "W. Europe Standard Time",
        '"W. Europe Standard Time"',
        "europe/rome",
        "/freeassociation.sourceforge.net/Europe/Rome",
        "/softwarestudio.org/Olson_20011030_5/Europe/Rome",
    ],
)
def test_zones_are_known_by_the_names_programs_give_them(name: str) -> None:
    event = f"DTSTART;TZID={name}:20260701T090000\nDTEND;TZID={name}:20260701T100000"
    assert hours(event) == ["07-01T07:00/08:00"]


def test_a_windows_name_is_that_zone_and_not_the_venues() -> None:
    event = (
        "DTSTART;TZID=Eastern Standard Time:20260701T090000\n"
        "DTEND;TZID=Eastern Standard Time:20260701T100000"
    )
    assert hours(event) == ["07-01T13:00/14:00"]


@pytest.mark.parametrize("name", ["Nowhere/Atall", "Europe", "../../etc/passwd", "/", "Own"])
def test_an_unknown_zone_is_read_as_the_venues_and_reported(name: str) -> None:
    event = f"DTSTART;TZID={name}:20260701T090000\nDTEND;TZID={name}:20260701T100000"
    found = reading(event)
    assert told(found) == ["07-01T07:00/08:00"]
    (only,) = found.problems
    assert only.uid == "x"
    assert name in only.problem
    assert "Europe/Rome" in only.problem


def test_a_zone_of_the_calendars_own_is_used_gap_and_all() -> None:
    def own(start: str, *more: str) -> str:
        return "\n".join([f"DTSTART;TZID=Own:{start}", "DURATION:PT1H", *more])

    assert hours(own("20260701T090000"), head=OWN_ZONE) == ["07-01T07:00/08:00"]
    assert hours(own("20260329T023000"), head=OWN_ZONE) == ["03-29T01:30/02:30"]
    assert hours(own("20261025T023000"), head=OWN_ZONE) == ["10-25T00:30/01:30"]
    weekly = own("20260326T090000", "RRULE:FREQ=WEEKLY;COUNT=2")
    assert hours(weekly, head=OWN_ZONE) == ["03-26T08:00/09:00", "04-02T07:00/08:00"]


def test_one_calendars_own_zone_means_nothing_in_the_next_calendar() -> None:
    event = "DTSTART;TZID=Own:20260701T090000\nDURATION:PT1H"
    moscow = OWN_ZONE.replace("+0200", "+0300").replace("+0100", "+0300")
    assert hours(event, head=moscow) == ["07-01T06:00/07:00"]
    assert hours(event, head=OWN_ZONE) == ["07-01T07:00/08:00"]
    (only,) = reading(event).problems
    assert "Own" in only.problem
    assert tzp.timezone("Own") is None


def test_a_zone_that_changes_every_second_is_as_good_as_unknown() -> None:
    endless = OWN_ZONE.replace("FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", "FREQ=SECONDLY")
    found = reading("DTSTART;TZID=Own:20260701T090000\nDURATION:PT1H", head=endless)
    assert told(found) == ["07-01T07:00/08:00"]
    assert len(found.problems) == 1


def test_a_calendar_may_give_a_zone_to_times_that_name_none() -> None:
    york = "X-WR-TIMEZONE:America/New_York"
    assert hours("DTSTART:20260701T090000\nDURATION:PT1H", head=york) == ["07-01T13:00/14:00"]
    series = "DTSTART:20260326T080000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2"
    rome = "X-WR-TIMEZONE:Europe/Rome"
    assert hours(series, head=rome) == ["03-26T08:00/09:00", "04-02T07:00/08:00"]
    assert hours(series) == ["03-26T08:00/09:00", "04-02T08:00/09:00"]


def test_an_unknown_zone_of_the_whole_calendar_is_reported_once() -> None:
    events = ["UID:a\nDTSTART:20260701T090000\nDURATION:PT1H", "UID:b\nDTSTART:20260702T090000"]
    found = reading(events[0], head="X-WR-TIMEZONE:Nowhere/Atall")
    assert told(found) == ["07-01T07:00/08:00"]
    assert [each.uid for each in found.problems] == [None]
