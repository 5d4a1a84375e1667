"""Series: rules, exceptions, moved and cancelled instances, "this and all that follow"."""

from daemon.calendars.reading import read
from tests.daemon.calendars.paper import ROME, YEAR_2026, calendar, hours, reading, told

DAILY = """
    UID:s
    DTSTART;TZID=Europe/Rome:20260301T090000
    DTEND;TZID=Europe/Rome:20260301T100000
    RRULE:FREQ=DAILY;COUNT=4"""


def test_until_in_utc_includes_a_last_start_on_the_stroke() -> None:
    series = DAILY.replace("COUNT=4", "UNTIL=20260302T080000Z")
    assert hours(series) == ["03-01T08:00/09:00", "03-02T08:00/09:00"]


def test_until_as_a_day_means_all_of_that_day() -> None:
    assert len(hours(DAILY.replace("COUNT=4", "UNTIL=20260302"))) == 2


def test_until_at_the_end_of_time_is_no_end() -> None:
    assert len(hours(DAILY.replace("COUNT=4", "UNTIL=99991231T235959Z"))) == 306


def test_exceptions_are_understood_in_utc_local_time_and_as_days() -> None:
    for exception in (
        "EXDATE:20260302T080000Z",
        "EXDATE;TZID=Europe/Rome:20260302T090000",
        "EXDATE;TZID=America/New_York:20260302T030000",
        "EXDATE;VALUE=DATE:20260302",
    ):
        assert hours(f"{DAILY}\n{exception}") == [
            "03-01T08:00/09:00",
            "03-03T08:00/09:00",
            "03-04T08:00/09:00",
        ]


def test_extra_dates_may_be_times_or_periods() -> None:
    series = DAILY.replace("COUNT=4", "COUNT=1")
    extra = "RDATE:20260310T080000Z,20260311T080000Z"
    assert hours(f"{series}\n{extra}") == [
        "03-01T08:00/09:00",
        "03-10T08:00/09:00",
        "03-11T08:00/09:00",
    ]
    period = "RDATE;VALUE=PERIOD:20260310T080000Z/PT3H,20260311T080000Z/20260311T083000Z"
    assert hours(f"{series}\n{period}") == [
        "03-01T08:00/09:00",
        "03-10T08:00/11:00",
        "03-11T08:00/08:30",
    ]


def test_the_31st_comes_only_where_there_is_one() -> None:
    series = "DTSTART:20260131T080000Z\nDURATION:PT1H\nRRULE:FREQ=MONTHLY;COUNT=4"
    assert [each[:5] for each in hours(series)] == ["01-31", "03-31", "05-31", "07-31"]


def test_a_moved_instance_keeps_its_name() -> None:
    moved = """
        UID:s
        RECURRENCE-ID:20260302T080000Z
        DTSTART;TZID=Europe/Rome:20260305T150000
        DTEND;TZID=Europe/Rome:20260305T170000
        SEQUENCE:3
        SUMMARY:Later"""
    found = reading(DAILY, moved)
    assert told(found) == [
        "03-01T08:00/09:00",
        "03-03T08:00/09:00",
        "03-04T08:00/09:00",
        "03-05T14:00/16:00",
    ]
    last = found.slots[-1]
    assert (last.recurrence, last.sequence, last.title) == ("20260302T080000Z", 3, "Later")


def test_every_occurrence_is_named_by_the_start_it_had_by_the_rule() -> None:
    names = [slot.recurrence for slot in reading(DAILY).slots]
    assert names == [f"2026030{day}T080000Z" for day in (1, 2, 3, 4)]
    days = reading("DTSTART;VALUE=DATE:20260301\nRRULE:FREQ=DAILY;COUNT=2")
    assert [slot.recurrence for slot in days.slots] == ["20260301", "20260302"]
    assert reading("DTSTART:20260301T080000Z\nDURATION:PT1H").slots[0].recurrence == ""


def test_a_cancelled_event_series_or_instance_gives_no_slot() -> None:
    single = "DTSTART:20260301T080000Z\nDURATION:PT1H\nSTATUS:CANCELLED"
    assert hours(single) == []
    assert hours(f"{DAILY}\nSTATUS:CANCELLED") == []
    gone = "UID:s\nRECURRENCE-ID:20260302T080000Z\nDTSTART:20260302T080000Z\nSTATUS:CANCELLED"
    assert len(hours(DAILY, gone)) == 3


def test_a_series_that_is_cancelled_takes_its_moved_instances_along() -> None:
    moved = "UID:s\nRECURRENCE-ID:20260302T080000Z\nDTSTART:20260302T120000Z\nDURATION:PT1H"
    assert hours(f"{DAILY}\nSTATUS:CANCELLED", moved) == []


def test_what_does_not_keep_the_room_busy_gives_no_slot() -> None:
    assert hours(f"{DAILY}\nTRANSP:TRANSPARENT") == []
    free = (
        "UID:s\nRECURRENCE-ID:20260302T080000Z\nDTSTART:20260302T080000Z\nDURATION:PT1H\n"
        "TRANSP:TRANSPARENT"
    )
    assert len(hours(DAILY, free)) == 3


def test_this_and_all_that_follow_move_together() -> None:
    turn = """
        UID:s
        RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Rome:20260303T090000
        DTSTART;TZID=Europe/Rome:20260303T110000
        DTEND;TZID=Europe/Rome:20260303T130000"""
    found = reading(DAILY, turn)
    assert told(found) == [
        "03-01T08:00/09:00",
        "03-02T08:00/09:00",
        "03-03T10:00/12:00",
        "03-04T10:00/12:00",
    ]
    assert found.slots[-1].recurrence == "20260304T080000Z"
    assert len(hours(DAILY, f"{turn}\nSTATUS:CANCELLED")) == 2


def test_all_that_follow_may_move_into_the_window_from_behind_it() -> None:
    weekly = "UID:s\nDTSTART:20261105T080000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY"
    turn = (
        "UID:s\nRECURRENCE-ID;RANGE=THISANDFUTURE:20261112T080000Z\n"
        "DTSTART:20261008T080000Z\nDURATION:PT1H"
    )
    found = told(reading(weekly, turn))
    assert (len(found), found[-1]) == (14, "12-31T08:00/09:00")


def test_the_newest_version_of_an_event_holds_in_whatever_order_they_come() -> None:
    old = "DTSTART:20260301T080000Z\nDURATION:PT1H\nSEQUENCE:1"
    new = "DTSTART:20260301T100000Z\nDURATION:PT1H\nSEQUENCE:2"
    assert hours(old, new) == hours(new, old) == ["03-01T10:00/11:00"]
    assert reading(old, new).slots[0].recurrence == ""


def test_a_cancellation_of_a_later_version_holds() -> None:
    event = "DTSTART:20260301T080000Z\nDURATION:PT1H\nSEQUENCE:1"
    body = calendar(event) + calendar(f"{event.replace(':1', ':2')}", head="METHOD:CANCEL")
    found = read(body, ROME, YEAR_2026)
    assert found.slots == ()
    assert ["METHOD:CANCEL" in each.problem for each in found.problems] == [True]


def test_two_events_with_one_uid_are_reported_and_the_first_holds() -> None:
    one, two = (f"DTSTART:202603{day}T080000Z\nDURATION:PT1H" for day in ("01", "02"))
    found = reading(one, two)
    assert told(found) == ["03-01T08:00/09:00"]
    assert [each.uid for each in found.problems] == ["x"]
    assert hours(one, one) == ["03-01T08:00/09:00"]


def test_a_change_of_a_series_that_is_not_in_the_calendar_stands_alone() -> None:
    alone = "RECURRENCE-ID:20260302T080000Z\nDTSTART:20260302T120000Z\nDURATION:PT1H"
    assert hours(alone) == ["03-02T12:00/13:00"]


def test_a_change_that_names_its_instance_by_the_day_replaces_it() -> None:
    moved = "UID:s\nRECURRENCE-ID;VALUE=DATE:20260302\nDTSTART:20260302T120000Z\nDURATION:PT1H"
    assert hours(DAILY, moved)[1] == "03-02T12:00/13:00"
    assert len(hours(DAILY, moved)) == 4


def test_only_what_touches_the_window_is_told() -> None:
    edges = [
        "UID:a\nDTSTART:20251231T230000Z\nDTEND:20260101T000000Z",
        "UID:b\nDTSTART:20251231T230000Z\nDTEND:20260101T000001Z",
        "UID:c\nDTSTART:20261231T235959Z\nDTEND:20270101T010000Z",
        "UID:d\nDTSTART:20270101T000000Z\nDTEND:20270101T010000Z",
    ]
    assert [slot.uid for slot in reading(*edges).slots] == ["b", "c"]
    series = [f"{edge}\nRRULE:FREQ=YEARLY;COUNT=1" for edge in edges]
    assert [slot.uid for slot in reading(*series).slots] == ["b", "c"]


def test_several_rules_of_one_series_add_up() -> None:
    twice = f"{DAILY}\nRRULE:FREQ=WEEKLY;COUNT=2"
    assert len(hours(twice)) == 5
