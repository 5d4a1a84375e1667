"""`/reports`: for staff, as JSON and as a sheet, and what cannot be asked for."""

import csv
import io

import pytest

from tests.api.house import House, slug

MONTH = "month=2026-11"
BOOKING = {
    "room": "sala",
    "start": "2026-11-23T12:00:00+01:00",
    "end": "2026-11-23T13:30:00+01:00",
}


@pytest.fixture
def anna(house: House) -> str:
    """Return Anna, who was in for half an hour and has the meeting room for an hour and a half."""
    member = house.member("=Anna")
    house.post("bookings", BOOKING | {"member": member})
    house.post(f"presence/{member}/check-in", {"room": "open-space"})
    house.clock.passes(minutes=30)
    house.post(f"presence/{member}/check-out", {})
    return member


def test_a_month_says_who_was_there_how_long(house: House, anna: str) -> None:
    found = house.get(f"reports/attendance?{MONTH}")
    assert found == {
        "month": "2026-11",
        "items": [
            {
                "member": anna,
                "name": "=Anna",
                "plan": None,
                "days": 1,
                "hours": 0.5,
                "entries": 1,
                "unknown_ends": 0,
                "booked_hours": 1.5,
                "no_shows": 0,
            }
        ],
    }
    assert house.get("reports/attendance?month=2026-10")["items"] == []


@pytest.mark.usefixtures("anna")
def test_a_sheet_has_the_same_numbers_and_no_formula(house: House) -> None:
    answer = house.ask("GET", f"reports/attendance?{MONTH}&format=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    [line] = csv.DictReader(io.StringIO(answer.text))
    assert (line["name"], line["hours"], line["booked_hours"]) == ("'=Anna", "0.5", "1.5")
    for report in (f"rooms?{MONTH}", "occupancy?from=2026-11-01&to=2026-11-30"):
        told = house.ask("GET", f"reports/{report}", headers={"Accept": "text/csv"})
        assert told.headers["content-type"].startswith("text/csv")
        assert len(told.text.splitlines()) == 2


@pytest.mark.usefixtures("anna")
def test_rooms_and_the_week_are_told(house: House) -> None:
    [room] = house.get(f"reports/rooms?{MONTH}")["items"]
    assert (room["room"], room["bookings"], room["booked_hours"]) == ("sala", 1, 1.5)
    assert room["open_hours"] == 21 * 12
    found = house.get("reports/occupancy?from=2026-11-23&to=2026-11-23")
    assert found["days"] == [{"day": "2026-11-23", "people": 1, "peak": 1, "hours": 0.5}]
    full = {(hour["weekday"], hour["hour"]): hour["average"] for hour in found["hours"]}
    assert len(full) == 168
    assert {key: value for key, value in full.items() if value} == {(0, 12): 0.5}


@pytest.mark.parametrize("role", ["public", "kiosk", "member"])
@pytest.mark.parametrize("path", [f"attendance?{MONTH}", f"rooms?{MONTH}"])
def test_reports_are_for_staff(house: House, role: str, path: str) -> None:
    if role == "member":
        house.tokens["member"] = house.member_token(house.member())
    assert house.ask("GET", f"reports/{path}", role=role).status_code in {401, 403}


@pytest.mark.parametrize(
    "path",
    [
        "attendance",
        "attendance?month=november",
        "attendance?month=2026-13",
        "attendance?month=0000-01",
        "rooms?month=9999-12",
        "occupancy?from=2026-11-02&to=2026-11-01",
        "occupancy?from=2001-01-01&to=2026-11-01",
        "occupancy?from=0001-01-01&to=0001-01-02",
        "occupancy?from=9999-12-31&to=9999-12-31",
        "occupancy?from=2026-11-02",
        f"rooms?{MONTH}&format=pdf",
    ],
)
def test_what_cannot_be_told_is_refused_by_its_field(house: House, path: str) -> None:
    refused = house.ask("GET", f"reports/{path}")
    assert (refused.status_code, slug(refused)) == (422, "invalid")
