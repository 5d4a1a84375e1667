"""Rooms for everybody: what is on, what comes next, nobody's name; and the board says the same."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update

from daemon.store.tables import BookingRow
from tests.api.desk import book, utc
from tests.api.house import House, slug


def at(house: House, hour: int, minute: int = 0) -> Any:  # a JSON document
    """Return the meeting room as everybody sees it at a local time of the day."""
    house.clock.now = datetime(2026, 11, 24, hour - 1, minute, tzinfo=UTC)
    shown = house.get("rooms/sala", role="public")
    [counted] = [each for each in house.get("occupancy")["rooms"] if each["id"] == "sala"]
    for field in ("status", "until", "next"):
        assert counted[field] == shown[field]
    return shown


def test_rooms_are_listed_in_their_order_with_what_they_are(house: House) -> None:
    listed = house.get("rooms", role="public")
    assert listed["next"] is None
    assert [each["id"] for each in listed["items"]] == ["open-space", "sala"]
    assert listed["items"][1] == {
        "id": "sala",
        "name": "Sala riunioni",
        "area_m2": None,
        "capacity": 8,
        "bookable": True,
        "status": "free",
        "until": None,
        "next": None,
    }
    first = house.get("rooms?limit=1")
    rest = house.ask("GET", "rooms", params={"after": first["next"]}).json()
    assert [each["id"] for each in rest["items"]] == ["sala"]


def test_a_room_is_booked_from_stroke_to_stroke(house: House) -> None:
    book(house, "9", "10")
    book(house, "10", "11")
    book(house, "14", "15", title="Segreto", member=house.member("Anna"))
    for hour, minute, status, until, then in (
        (8, 59, "free", "9", "9"),
        (9, 0, "booked", "10", "10"),
        (10, 0, "booked", "11", "14"),
        (10, 59, "booked", "11", "14"),
        (11, 0, "free", "14", "14"),
        (14, 0, "booked", "15", None),
        (15, 0, "free", None, None),
    ):
        shown = at(house, hour, minute)
        expected = (
            status,
            None if until is None else utc(until),
            None if then is None else utc(then),
        )
        assert (shown["status"], shown["until"], shown["next"]) == expected
        assert not {"member", "title"} & shown.keys()


@pytest.mark.parametrize("status", ["cancelled", "released"])
def test_a_booking_that_does_not_hold_the_room_is_not_on(house: House, status: str) -> None:
    book(house, "9", "10")
    book(house, "11", "12")
    with house.store.writing() as session:
        session.execute(update(BookingRow).values(status=status))
    shown = at(house, 9)
    assert (shown["status"], shown["until"], shown["next"]) == ("free", None, None)


def test_a_room_is_occupied_once_somebody_is_there(house: House) -> None:
    book(house, "9", "10")
    with house.store.writing() as session:
        session.execute(update(BookingRow).values(status="checked-in"))
    shown = at(house, 9)
    assert (shown["status"], shown["until"]) == ("occupied", utc("10"))
    shown = at(house, 10)
    assert (shown["status"], shown["until"]) == ("free", None)
    house.post(f"presence/{house.member('Anna')}/check-in", {"room": "sala"})
    shown = at(house, 10)
    assert (shown["status"], shown["until"]) == ("occupied", None)


def test_a_room_that_is_not_there_says_so(house: House) -> None:
    answer = house.ask("GET", "rooms/cantina", role="public")
    assert (answer.status_code, slug(answer)) == (404, "no-such-room")
    assert house.ask("GET", "rooms?after=x", role="public").status_code == 422
