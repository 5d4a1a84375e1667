"""Calendars that book a room, over HTTP: uploaded, uploaded again, and feeds that can't be had."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from daemon.store.tables import PassRow
from tests.api.house import House, slug

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n"
TAIL = "END:VCALENDAR\r\n"


def event(uid: str, start: str, end: str, *more: str) -> str:
    """Return an event in Verona's time, its zone unexplained, as Outlook publishes it."""
    zone = "TZID=W. Europe Standard Time"
    lines = (
        f"UID:{uid}",
        "DTSTAMP:20261101T000000Z",
        f"DTSTART;{zone}:{start}",
        f"DTEND;{zone}:{end}",
    )
    return "\r\n".join(("BEGIN:VEVENT", *lines, *more, "END:VEVENT", ""))


MORNING = ("20261124T090000", "20261124T100000")
NOON = ("20261124T100000", "20261124T120000")


@pytest.fixture
def agenda(house: House) -> House:
    """Return the house with an empty calendar for its meeting room."""
    house.post("calendars", {"id": "sala", "room": "sala"})
    return house


def upload(house: House, *events: str, body: str = "") -> Any:  # a response
    headers = {"Content-Type": "text/calendar"}
    content = body or HEAD + "".join(events) + TAIL
    return house.ask("PUT", "calendars/sala/ics", headers=headers, content=content)


def bookings(house: House) -> list[dict[str, Any]]:  # JSON documents
    items = house.get("bookings?room=sala")["items"]
    assert isinstance(items, list)
    return items


def said(house: House) -> list[tuple[str, str]]:
    return [(each["start"], each["status"]) for each in bookings(house)]


def test_an_upload_books_the_room(agenda: House) -> None:
    answer = upload(agenda, event("a", *MORNING, "SUMMARY:Corso"), event("b", *NOON))
    assert answer.json() == {"bookings": 2, "problems": []}
    first, second = bookings(agenda)
    assert (first["start"], first["end"]) == ("2026-11-24T08:00:00Z", "2026-11-24T09:00:00Z")
    assert (first["title"], first["source"], first["status"]) == ("Corso", "calendar", "booked")
    assert second["start"] == first["end"]
    assert agenda.last()["reason"] == "calendar-read"


def test_an_event_keeps_its_booking_wherever_it_is_moved(agenda: House) -> None:
    upload(agenda, event("a", *MORNING), event("b", *NOON))
    before = {each["start"]: each["id"] for each in bookings(agenda)}
    later = ("20261124T150000", "20261124T160000")
    answer = upload(agenda, event("a", *later), event("b", *NOON))
    assert answer.json() == {"bookings": 2, "problems": []}
    after = {each["start"]: each["id"] for each in bookings(agenda)}
    assert after["2026-11-24T14:00:00Z"] == before["2026-11-24T08:00:00Z"]


def test_two_events_may_change_places(agenda: House) -> None:
    same = ("20261124T100000", "20261124T110000")
    upload(agenda, event("a", *MORNING), event("b", *same))
    answer = upload(agenda, event("b", *MORNING), event("a", *same))
    assert answer.json() == {"bookings": 2, "problems": []}
    assert len({each["id"] for each in bookings(agenda)}) == 2


def test_what_left_the_calendar_is_cancelled_and_lets_nobody_in(agenda: House) -> None:
    anna = agenda.member("Anna", email="anna@example.org")
    organizer = "ORGANIZER:mailto:Anna@example.org"
    upload(agenda, event("a", *MORNING, organizer), event("b", *NOON))
    assert holders(agenda) == [anna]
    upload(agenda, event("b", *NOON))
    assert said(agenda) == [
        ("2026-11-24T08:00:00Z", "cancelled"),
        ("2026-11-24T09:00:00Z", "booked"),
    ]
    assert holders(agenda) == []


def holders(house: House) -> list[str | None]:
    with house.store.reading() as session:
        return list(session.scalars(select(PassRow.member).order_by(PassRow.place)))


def test_organizer_and_attendees_are_known_by_their_addresses(agenda: House) -> None:
    bea = agenda.member("Bea", email="bea@example.org")
    carlo = agenda.member("Carlo", email="carlo@example.org")
    people = (
        "ORGANIZER:mailto:boss@elsewhere.example",
        "ATTENDEE:mailto:bea@example.org",
        "ATTENDEE:mailto:carlo@example.org",
    )
    upload(agenda, event("a", *MORNING, *people))
    [booking] = bookings(agenda)
    assert booking["member"] == bea
    known = {guest["email"]: guest["known"] for guest in booking["guests"]}
    assert known == {"boss@elsewhere.example": False, "carlo@example.org": True}
    assert holders(agenda) == [bea, carlo]


def test_what_is_booked_already_stands_and_the_event_is_reported(agenda: House) -> None:
    agenda.post(
        "bookings",
        {"room": "sala", "start": "2026-11-24T08:30:00Z", "end": "2026-11-24T09:30:00Z"},
    )
    answer = upload(agenda, event("a", *MORNING), event("b", "20261124T103000", "20261124T110000"))
    found = answer.json()
    assert found["bookings"] == 1
    [problem] = found["problems"]
    assert problem["uid"] == "a"
    assert "2026-11-24T08:30:00Z" in problem["problem"]
    assert agenda.get("calendars/sala")["problems"] == found["problems"]


def test_an_event_moved_into_a_clash_loses_its_old_place_too(agenda: House) -> None:
    upload(agenda, event("a", *MORNING))
    agenda.post(
        "bookings", {"room": "sala", "start": "2026-11-24T12:00:00Z", "end": "2026-11-24T13:00:00Z"}
    )
    answer = upload(agenda, event("a", "20261124T130000", "20261124T140000"))
    assert answer.json()["bookings"] == 0
    assert said(agenda)[0] == ("2026-11-24T08:00:00Z", "cancelled")


@pytest.mark.parametrize("body", ["<html>Sign in</html>", HEAD, "no calendar"])
def test_what_is_no_whole_calendar_changes_nothing(agenda: House, body: str) -> None:
    upload(agenda, event("a", *MORNING))
    before = bookings(agenda)
    answer = upload(agenda, body=body)
    assert (answer.status_code, slug(answer)) == (422, "unreadable-calendar")
    assert bookings(agenda) == before


def test_an_empty_upload_changes_nothing(agenda: House) -> None:
    upload(agenda, event("a", *MORNING))
    answer = agenda.ask("PUT", "calendars/sala/ics", headers={"Content-Type": "text/calendar"})
    assert (answer.status_code, slug(answer)) == (422, "unreadable-calendar")
    assert said(agenda) == [("2026-11-24T08:00:00Z", "booked")]


def test_the_same_calendar_again_writes_nothing(agenda: House) -> None:
    upload(agenda, event("a", *MORNING, "ATTENDEE:mailto:guest@example.org"))
    seq = agenda.last()["seq"]
    upload(agenda, event("a", *MORNING, "ATTENDEE:mailto:guest@example.org"))
    assert agenda.last()["seq"] == seq


def test_what_is_over_is_history(agenda: House) -> None:
    upload(agenda, event("a", *MORNING), event("b", *NOON))
    agenda.clock.passes(hours=23)  # 11:00 in Verona: the first is over, the second runs
    upload(agenda)
    assert said(agenda) == [
        ("2026-11-24T08:00:00Z", "over"),
        ("2026-11-24T09:00:00Z", "cancelled"),
    ]


def test_an_event_that_cannot_be_read_any_more_keeps_its_booking(agenda: House) -> None:
    upload(agenda, event("a", *MORNING), event("b", *NOON))
    backwards = (MORNING[1], MORNING[0])
    answer = upload(agenda, event("a", *backwards), event("b", *NOON))
    assert answer.json()["bookings"] == 2
    assert [each["uid"] for each in answer.json()["problems"]] == ["a"]
    there = upload(agenda, event("a", *backwards), event("c", *MORNING), event("b", *NOON))
    assert {each["uid"] for each in there.json()["problems"]} == {"a", "c"}
    assert [status for _, status in said(agenda)] == ["booked", "booked"]
    upload(agenda, event("b", *NOON))
    assert [status for _, status in said(agenda)] == ["cancelled", "booked"]


def test_json_is_no_calendar(agenda: House) -> None:
    answer = agenda.ask("PUT", "calendars/sala/ics", {"a": 1})
    assert (answer.status_code, slug(answer)) == (415, "unsupported-media-type")


def feed(house: House, url: str) -> Any:  # a response
    return house.ask("POST", "calendars", {"id": "feed", "room": "sala", "url": url})


@pytest.mark.parametrize("url", ["file:///etc/passwd", "gopher://x/", "https://", "no address"])
def test_an_address_that_is_none_is_refused(house: House, url: str) -> None:
    answer = feed(house, url)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "url"


def test_an_uploaded_calendar_has_nothing_to_fetch(agenda: House) -> None:
    answer = agenda.ask("POST", "calendars/sala/sync", {})
    assert (answer.status_code, slug(answer)) == (409, "no-address")


def test_a_calendar_that_is_dropped_takes_its_bookings_along(agenda: House) -> None:
    upload(agenda, event("a", *MORNING))
    assert agenda.ask("DELETE", "calendars/sala").status_code == 204
    assert said(agenda) == [("2026-11-24T08:00:00Z", "cancelled")]
    assert agenda.ask("GET", "calendars/sala").status_code == 404


def test_a_calendar_that_changes_rooms_is_read_anew_there(agenda: House) -> None:
    answer = agenda.ask("PATCH", "calendars/sala", {"room": "open-space"})
    assert answer.json()["errors"][0]["field"] == "room"
    assert agenda.ask("POST", "calendars", {"id": "sala", "room": "sala"}).status_code == 409


def test_thousands_of_events_are_taken_in_one_go(agenda: House) -> None:
    start = agenda.clock() + timedelta(days=1)
    events = []
    for number in range(3_000):
        begins, ends = (
            start + number * timedelta(minutes=30),
            start + (number + 1) * timedelta(minutes=30),
        )
        uid = f"UID:{number}\r\nDTSTAMP:20261101T000000Z"
        span = f"DTSTART:{begins:%Y%m%dT%H%M%SZ}\r\nDTEND:{ends:%Y%m%dT%H%M%SZ}"
        events.append(f"BEGIN:VEVENT\r\n{uid}\r\n{span}\r\nEND:VEVENT\r\n")
    assert upload(agenda, *events).json() == {"bookings": 3_000, "problems": []}
