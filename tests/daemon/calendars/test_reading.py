"""What is read of an event, what one bad event costs, and what refuses a whole body."""

import pytest

from daemon.calendars import limits
from daemon.calendars.reading import read, read_all
from daemon.calendars.words import Problem, Unreadable
from tests.daemon.calendars.paper import ROME, YEAR_2026, calendar, hours, problem, reading, told

GOOD = "UID:good\nDTSTART:20260601T080000Z\nDTEND:20260601T090000Z"
TIMES = "DTSTART:20260601T080000Z\nDTEND:20260601T090000Z"


def unreadable(body: bytes) -> str:
    with pytest.raises(Unreadable) as refusal:
        read(body, ROME, YEAR_2026)
    return str(refusal.value)


def test_title_and_people_are_read_as_their_program_wrote_them() -> None:
    (slot,) = reading(
        f"""{TIMES}
        SUMMARY;LANGUAGE=it:Riunione\\, sala "blu"\\; piano\\n2
        ORGANIZER;CN="Rossi, Anna: capo":MAILTO:Anna@Example.com
        ATTENDEE;CN=Anna:mailto:anna@example.com
        ATTENDEE;ROLE=REQ-PARTICIPANT;CN=Bruno:mailto:bruno@example.com
        ATTENDEE;CUTYPE=ROOM;CN=Sala:mailto:sala@example.com
        ATTENDEE;EMAIL=carla@example.com;CN=Carla:urn:uuid:1-2-3
        ATTENDEE:mailto:bruno@example.com
        ATTENDEE:invalid:nomail
        SEQUENCE:4"""
    ).slots
    assert slot.title == 'Riunione, sala "blu"; piano 2'
    assert slot.organizer == "anna@example.com"
    assert slot.attendees == ("bruno@example.com", "carla@example.com")
    assert slot.sequence == 4


def test_a_title_is_one_short_line() -> None:
    (slot,) = reading(f"{TIMES}\nSUMMARY:a\x1b[31m\u202eb{'c' * 500}").slots
    assert slot.title.startswith("a [31m b")
    assert len(slot.title) == limits.LONGEST_TITLE


def test_folded_lines_are_one_even_in_the_middle_of_a_letter() -> None:
    body = calendar(f"{TIMES}\nSUMMARY:perché").replace("é".encode(), b"\xc3\r\n \xa9")
    assert read(body, ROME, YEAR_2026).slots[0].title == "perché"


@pytest.mark.parametrize("end", [b"\n", b"\r"])
def test_lines_may_end_as_on_any_machine(end: bytes) -> None:
    body = calendar(GOOD).replace(b"\r\n", end)
    assert told(read(body, ROME, YEAR_2026)) == ["06-01T08:00/09:00"]


def test_a_feed_that_is_not_utf_8_keeps_its_times() -> None:
    body = calendar(f"{GOOD}\nSUMMARY:perché").replace("é".encode(), b"\xe9")
    assert told(read(b"\xef\xbb\xbf" + body, ROME, YEAR_2026)) == ["06-01T08:00/09:00"]


BAD = {
    "": "no DTSTART",
    "DTSTART:tomorrow": "DTSTART `tomorrow`",
    "DTSTART;TZID=Europe/Rome 20260601T080000": "DTSTART",
    "DTSTART:20260601T250000Z\nDURATION:PT1H": "DTSTART",
    "DTSTART:16010101T000000\nDURATION:PT1H": "year 1601",
    "DTSTART:99990101T000000Z\nDURATION:PT1H": "year 9999",
    f"{TIMES}\nDTSTART:20260602T080000Z": "more than one DTSTART",
    "DTSTART:20260601T090000Z\nDTEND:20260601T080000Z": "ends before it begins",
    "DTSTART;VALUE=DATE:20260602\nDTEND;VALUE=DATE:20260601": "ends before it begins",
    "DTSTART:20260601T090000Z\nDURATION:-PT1H": "DURATION",
    "DTSTART:20260601T090000Z\nDURATION:P99999999999W": "DURATION",
    "DTSTART:20260601T090000Z\nDURATION:P9999D": "longer",
    "DTSTART:20260601T090000Z": "no end",
    "DTSTART:20260601T090000Z\nDTEND:20260601T090000Z": "no length",
    "DTSTART;VALUE=DATE:20260601\nDTEND;VALUE=DATE:20260601": "no length",
    "DTSTART;VALUE=DATE:20260601\nDTEND:20260602T080000Z": "make them alike",
    "DTSTART;VALUE=DATE:20260601\nDURATION:PT5H": "make them alike",
    f"{TIMES}\nRRULE:FREQ=SOMETIMES": "RRULE",
    f"{TIMES}\nRRULE:COUNT=3": "RRULE",
    f"{TIMES}\nRRULE:FREQ=DAILY;INTERVAL=0": "INTERVAL",
    f"{TIMES}\nRRULE:FREQ=DAILY;COUNT=0": "COUNT",
    f"{TIMES}\nRRULE:FREQ=DAILY;COUNT=3;UNTIL=20260801T000000Z": "COUNT and UNTIL",
    f"{TIMES}\nRRULE:FREQ=DAILY;BYHOUR=25": "can't be followed",
    f"{TIMES}\nRRULE:RSCALE=CHINESE;FREQ=YEARLY": "RSCALE",
    f"{TIMES}\nRRULE:FREQ=DAILY\nEXDATE:never": "EXDATE",
    f"{TIMES}\nEXRULE:FREQ=DAILY": "EXRULE",
    f"{TIMES}\nSEQUENCE:many": "SEQUENCE",
    f"{TIMES}\nRECURRENCE-ID:never": "RECURRENCE-ID",
}


@pytest.mark.parametrize("lines", BAD)
def test_a_bad_event_costs_itself_and_is_reported(lines: str) -> None:
    bad = f"UID:bad\n{lines}"
    uid, sentence = problem(bad)
    assert uid == "bad"
    assert BAD[lines] in sentence
    found = reading(GOOD, bad, GOOD.replace("good", "also-good"))
    assert [slot.uid for slot in found.slots] == ["also-good", "good"]
    assert [each.uid for each in found.problems] == ["bad"]


@pytest.mark.parametrize("uid", ["UID:", "UID: ", f"UID:{'x' * 501}", "UID:a\nUID:b"])
def test_an_event_that_cannot_be_named_is_reported_without_a_name(uid: str) -> None:
    nobody, sentence = problem(f"{uid}\n{TIMES}")
    assert nobody is None
    assert "UID" in sentence


def test_a_refused_change_takes_its_instance_along_and_nothing_else() -> None:
    series = "UID:s\nDTSTART:20260301T080000Z\nDTEND:20260301T090000Z\nRRULE:FREQ=DAILY;COUNT=3"
    change = (
        "UID:s\nRECURRENCE-ID:20260302T080000Z\nDTSTART:20260302T120000Z\nDTEND:20260302T110000Z"
    )
    found = reading(series, change)
    assert told(found) == ["03-01T08:00/09:00", "03-03T08:00/09:00"]
    assert [each.uid for each in found.problems] == ["s"]


def test_a_line_nobody_can_read_is_left_out_and_reported() -> None:
    found = reading(f"{GOOD}\nthis line lost its beginning\nDESCRIPTION;;;\n")
    assert told(found) == ["06-01T08:00/09:00"]
    (only,) = found.problems
    assert (only.uid, "this line lost its beginning" in only.problem) == ("good", True)


def test_junk_between_and_behind_events_is_reported() -> None:
    body = calendar(GOOD, head="not a line") + b"<b>Warning</b>: mysql\r\n"
    found = read(body, ROME, YEAR_2026)
    assert told(found) == ["06-01T08:00/09:00"]
    assert [each.uid for each in found.problems] == [None, None]


def test_an_event_without_an_end_line_costs_itself() -> None:
    torn = calendar(f"UID:torn\n{TIMES}", GOOD)
    body = torn.replace(b"END:VEVENT\r\n", b"", 1)
    found = read(body, ROME, YEAR_2026)
    assert [slot.uid for slot in found.slots] == ["good"]
    assert [each.uid for each in found.problems] == ["torn"]
    last = torn.replace(b"END:VEVENT\r\nEND:VCAL", b"END:VCAL")
    assert [slot.uid for slot in read(last, ROME, YEAR_2026).slots] == ["torn"]


def test_alarms_tasks_and_unknown_parts_are_passed_over() -> None:
    alarm = "BEGIN:VALARM\nTRIGGER:-PT15M\nDURATION:PT1H\nUID:alarm\nSUMMARY:Beep\nEND:VALARM"
    inner = "BEGIN:X-DEEP\nBEGIN:X-DEEPER\nDTSTART:junk\nEND:X-DEEPER\nEND:X-DEEP"
    body = calendar(f"{GOOD}\nSUMMARY:Real\n{alarm}\n{inner}").replace(
        b"END:VCALENDAR", b"BEGIN:VTODO\r\nUID:t\r\nDTSTART:junk\r\nEND:VTODO\r\nEND:VCALENDAR"
    )
    found = read(body, ROME, YEAR_2026)
    assert ([slot.title for slot in found.slots], found.problems) == (["Real"], ())


def test_a_valid_calendar_may_be_empty() -> None:
    found = read(calendar(), ROME, YEAR_2026)
    assert (found.slots, found.problems) == ((), ())


def test_what_is_no_calendar_is_never_read_as_all_cancelled() -> None:
    assert "empty" in unreadable(b"")
    assert "empty" in unreadable(b" \r\n\r\n")
    assert "login page" in unreadable(b"<!DOCTYPE html><html><body>Log in</body></html>")
    assert "login page" in unreadable(b"\n\n<html>BEGIN:VCALENDAR\r\nEND:VCALENDAR</html>")
    assert "BEGIN:VCALENDAR" in unreadable(b'{"error": "forbidden"}')
    assert "BEGIN:VCALENDAR" in unreadable(b"BEGIN:VEVENT\r\nEND:VEVENT\r\n")


def test_a_truncated_file_is_unreadable_wherever_it_breaks_off() -> None:
    body = calendar(GOOD, f"UID:second\n{TIMES}").rstrip()
    for length in range(len(body)):
        unreadable(body[:length])
    assert "breaks off" in unreadable(calendar(GOOD).replace(b"END:VCALENDAR", b"") + calendar())


def test_too_large_a_body_is_refused_with_its_limit() -> None:
    assert "16 MiB" in unreadable(b"BEGIN:VCALENDAR\r\n" + b"x" * limits.LARGEST_BODY)


def test_too_many_events_are_refused_with_their_limit() -> None:
    one = b"BEGIN:VEVENT\r\nEND:VEVENT\r\n"
    body = b"BEGIN:VCALENDAR\r\n" + one * (limits.MOST_EVENTS + 1) + b"END:VCALENDAR\r\n"
    assert f"{limits.MOST_EVENTS}" in unreadable(body)


def test_problems_are_counted_beyond_a_bound() -> None:
    found = reading(*(f"UID:{index}" for index in range(limits.MOST_PROBLEMS + 7)))
    assert len(found.problems) == limits.MOST_PROBLEMS + 1
    assert found.problems[-1].uid is None
    assert found.problems[-1].problem.startswith("7 more")


def test_several_bodies_are_read_together_and_an_unreadable_one_costs_itself() -> None:
    series = "UID:s\nDTSTART:20260301T080000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2"
    found = read_all(
        {"a.ics": calendar(GOOD), "b.ics": b"<html>", "c.ics": calendar(series)}, ROME, YEAR_2026
    )
    assert [slot.uid for slot in found.slots] == ["s", "s", "good"]
    (only,) = found.problems
    assert (only.uid, only.problem.startswith("b.ics: ")) == (None, True)
    with pytest.raises(Unreadable):
        read_all({"b.ics": b"<html>", "c.ics": b""}, ROME, YEAR_2026)
    assert read_all({}, ROME, YEAR_2026).slots == ()


def test_a_problem_is_a_uid_and_a_sentence() -> None:
    assert reading("UID:a").problems == (
        Problem("a", "The event has no DTSTART, so nobody knows when it begins; add one"),
    )


def test_cancelled_and_free_events_need_no_end() -> None:
    assert hours("DTSTART:20260601T080000Z\nSTATUS:CANCELLED") == []
    assert hours("DTSTART:20260601T080000Z\nTRANSP:TRANSPARENT") == []
