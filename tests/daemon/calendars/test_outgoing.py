"""A feed as calendar programs read it, each in its own way, both nights of the year included."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from daemon.calendars.outgoing import Appointment, mark, written

ROME = ZoneInfo("Europe/Rome")
HOUR = timedelta(hours=1)
SPRING, AUTUMN = datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)


def appointment(start: datetime, **said: object) -> Appointment:
    values: dict[str, object] = {
        "uid": "abc@cooffice",
        "start": start,
        "end": start + HOUR,
        "summary": "Occupato",
        "location": "Sala; riunioni, 1",
        "sequence": 2,
        "changed": datetime(2026, 1, 1, tzinfo=UTC),
        "cancelled": False,
    }
    return Appointment(**values | said)  # type: ignore[arg-type]  # the fields of Appointment


def read(*appointments: Appointment) -> Any:  # the library's own types are wide
    return Calendar.from_ical(written("Sala", appointments, ROME))


def _onsets(part: Any) -> list[datetime]:  # as `read`
    """Return when an observance begins, in UTC, as 3.6.5 has it: local to what ends then."""
    later = part.get("RDATE", [])
    lists = later if isinstance(later, list) else [later]
    walls = [part["DTSTART"].dt, *(date.dt for each in lists for date in each.dts)]
    return [(wall - part["TZOFFSETFROM"].td).replace(tzinfo=UTC) for wall in walls]


def changes(zone: Any) -> list[tuple[datetime, timedelta]]:  # as `read`
    """Return from when on which offset holds, as a strict reader takes it from the VTIMEZONE."""
    return sorted(
        (onset, part["TZOFFSETTO"].td) for part in zone.subcomponents for onset in _onsets(part)
    )


@pytest.mark.parametrize("place", ["Europe/Rome", "America/New_York", "Australia/Lord_Howe"])
def test_the_zones_rules_are_true_to_the_hour(place: str) -> None:
    own = ZoneInfo(place)
    [zone] = Calendar.from_ical(written("S", [appointment(SPRING)], own)).timezones
    told = changes(zone)
    for halves in range(2 * 24 * 365):
        at = datetime(2026, 1, 1, tzinfo=UTC) + halves * HOUR / 2
        now = max(each for each in told if each[0] <= at)
        assert now[1] == at.astimezone(own).utcoffset(), at


@pytest.mark.parametrize("night", [SPRING, AUTUMN])
def test_every_booking_around_the_nights_is_read_back_as_it_was(night: datetime) -> None:
    starts = [night + half * HOUR / 2 for half in range(-8, 9)]
    events = read(*(appointment(start) for start in starts)).events
    assert [each.start.astimezone(UTC) for each in events] == starts
    assert {each.end.astimezone(UTC) - each.start.astimezone(UTC) for each in events} == {HOUR}
    for event in events:
        named = event["DTSTART"].params.get("TZID")
        assert named == "Europe/Rome" or event.start.utcoffset() == timedelta()
        wall = event.start.replace(tzinfo=None)
        if named:  # a reader that knows only the first of two equal hours is right as well
            assert wall.replace(tzinfo=ROME).astimezone(UTC) == event.start.astimezone(UTC)


def test_an_event_says_all_that_a_program_needs_to_follow_it() -> None:
    [event] = read(appointment(SPRING + 30 * HOUR)).events
    assert event["UID"] == "abc@cooffice"
    assert event["SEQUENCE"] == 2
    assert event["SUMMARY"] == "Occupato"
    assert event["LOCATION"] == "Sala; riunioni, 1"
    assert (event["STATUS"], event["TRANSP"]) == ("CONFIRMED", "OPAQUE")
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == datetime(2026, 1, 1, tzinfo=UTC)
    assert event["DTSTART"].params["TZID"] == "Europe/Rome"


def test_a_cancelled_booking_is_cancelled_there_and_takes_no_time() -> None:
    [event] = read(appointment(SPRING, cancelled=True)).events
    assert (event["STATUS"], event["TRANSP"]) == ("CANCELLED", "TRANSPARENT")


def test_an_empty_calendar_is_one_too() -> None:
    empty = read()
    assert (empty["VERSION"], empty["X-WR-CALNAME"]) == ("2.0", "Sala")
    assert empty.events == []


def test_a_title_cannot_break_out_of_its_line() -> None:
    title = "a\r\nATTENDEE:mailto:x@example.org\nb" + "è" * 100
    body = written("S", [appointment(SPRING, summary=title)], ROME)
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    assert b"\nATTENDEE" not in body


def test_the_same_bookings_are_the_same_bytes_and_any_change_shows_in_the_mark() -> None:
    one = appointment(SPRING)
    assert written("S", [one], ROME) == written("S", [one], ROME)
    marks = {
        mark("S", [one]),
        mark("T", [one]),
        mark("S", []),
        mark("S", [one, one]),
        mark("S", [appointment(SPRING, sequence=3)]),
    }
    assert len(marks) == 5
    assert mark("S", [one]) == mark("S", [appointment(SPRING)])
