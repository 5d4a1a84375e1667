"""`/gatherings`: courses and events over HTTP, their lists, and who was there."""

import csv
import io
from typing import Any

import pytest

from tests.api.house import CARD, House, slug

COURSE = {
    "title": "Ceramica",
    "kind": "course",
    "room": "sala",
    "start": "2026-11-23T12:00:00+01:00",
    "end": "2026-11-23T14:00:00+01:00",
    "capacity": 2,
}
VERA = {"name": "=Vera", "email": "vera@example.org", "badge": CARD}


@pytest.fixture
def anna(house: House) -> str:
    member = house.member("Anna", email="anna@example.org")
    house.tokens["anna"] = house.member_token(member)
    return member


def course(house: House, **said: object) -> Any:  # a JSON document
    return house.post("gatherings", COURSE | said)


def test_staff_plan_and_members_see_when_and_where(house: House, anna: str) -> None:
    answer = house.ask("POST", "gatherings", COURSE | {"organiser": anna})
    made = answer.json()
    assert (answer.status_code, made["start"]) == (201, "2026-11-23T11:00:00Z")
    assert answer.headers["location"] == f"/api/v1/gatherings/{made['id']}"
    house.post(f"gatherings/{made['id']}/attendees", VERA)
    seen = house.get(f"gatherings/{made['id']}", role="anna")
    assert seen == made | {"attendees": 1}
    assert house.get("gatherings?room=sala", role="anna") == {"items": [seen], "next": None}
    moved = house.ask("PATCH", f"gatherings/{made['id']}", {"capacity": None}).json()
    assert moved == seen | {"capacity": None}
    assert house.ask("DELETE", f"gatherings/{made['id']}").status_code == 204
    gone = house.ask("GET", f"gatherings/{made['id']}")
    assert (gone.status_code, slug(gone)) == (404, "no-such-gathering")


def test_the_list_is_the_organisers_and_nobody_elses(house: House, anna: str) -> None:
    mine = course(house, organiser=anna)
    other = course(house, room="open-space")
    made = house.post(f"gatherings/{mine['id']}/attendees", VERA, role="anna")
    at = f"gatherings/{mine['id']}/attendees/{made['id']}"
    assert made["tail"] == "5880"
    assert made["known"]
    assert house.get(at, role="anna") == made
    assert house.get(f"gatherings/{mine['id']}/attendees", role="anna")["items"] == [made]
    assert house.ask("PATCH", at, {"name": "Vera"}, role="anna").json()["name"] == "Vera"
    assert house.ask("DELETE", at, role="anna").status_code == 204
    for method, path, body in (
        ("GET", "attendees", None),
        ("POST", "attendees", VERA),
        ("GET", "attendance", None),
    ):
        answer = house.ask(method, f"gatherings/{other['id']}/{path}", body, role="anna")
        assert (answer.status_code, slug(answer)) == (403, "forbidden")


def test_one_too_many_and_one_twice_are_refused(house: House, anna: str) -> None:
    made = course(house)
    path = f"gatherings/{made['id']}/attendees"
    first = house.post(path, VERA)
    twice = house.ask("POST", path, VERA)
    assert (twice.status_code, slug(twice)) == (409, "already-attending")
    second = house.post(path, {"name": "Anna", "email": "anna@example.org"})
    assert second["member"] == anna
    full = house.ask("POST", path, {"name": "Carla"})
    assert (full.status_code, slug(full)) == (409, "gathering-full")
    page = house.get(f"{path}?limit=1")
    rest = house.get(f"{path}?after={page['next']}")
    assert page["items"] + rest["items"] == [first, second]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"room": "gym"}, "room"),
        ({"end": COURSE["start"]}, "end"),
        ({"start": "2026-11-23T12:00:00"}, "start"),
        ({"kind": "party"}, "kind"),
        ({"capacity": 0}, "capacity"),
        ({"organiser": "nobody"}, "organiser"),
    ],
)
def test_what_cannot_be_is_told_by_its_field(
    house: House, said: dict[str, object], field: str
) -> None:
    answer = house.ask("POST", "gatherings", COURSE | said)
    assert (answer.status_code, slug(answer)) == (422, "invalid")
    assert [each["field"] for each in answer.json()["errors"]] == [field]


def test_who_was_there_is_told_as_json_and_as_csv(house: House, anna: str) -> None:
    made = course(house)
    path = f"gatherings/{made['id']}"
    house.post(f"{path}/attendees", VERA)
    house.post(f"{path}/attendees", {"name": "Anna", "email": "anna@example.org"})
    house.post(f"presence/{anna}/check-in", {"room": "sala"})
    house.clock.passes(minutes=30)
    there = house.get(f"{path}/attendance")
    assert (there["present"], there["gathering"]["id"]) == (1, made["id"])
    vera, me = there["items"]
    assert (vera["attendee"]["name"], vera["minutes"], vera["arrived"]) == ("=Vera", 0, None)
    assert me | {"attendee": None} == {
        "attendee": None,
        "minutes": 30,
        "percent": 25,
        "arrived": "2026-11-23T11:00:00Z",
        "left": None,
        "present": True,
    }
    by_accept = house.ask("GET", f"{path}/attendance", headers={"Accept": "text/csv"})
    by_format = house.ask("GET", f"{path}/attendance?format=csv")
    assert by_accept.text == by_format.text
    assert by_format.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(by_format.text)))
    assert rows[0] == ["name", "email", "arrived", "left", "minutes", "percent", "present"]
    assert rows[1][:2] == ["'=Vera", "vera@example.org"]
    assert rows[2][2:] == ["2026-11-23 12:00", "", "30", "25", "yes"]


def test_its_booking_is_changed_with_the_gathering_alone(house: House, anna: str) -> None:
    made = course(house, organiser=anna)
    path = f"bookings/{made['id']}"
    house.clock.passes(minutes=10)
    for role in ("staff", "anna"):
        for method, where, body in (
            ("DELETE", path, None),
            ("PATCH", path, {"title": "Mia"}),
            ("POST", f"{path}/end", None),
        ):
            answer = house.ask(method, where, body, role=role)
            assert (answer.status_code, slug(answer)) == (409, "gathering-booking"), where
    assert house.get(path)["status"] == "booked"
    assert house.ask("DELETE", f"gatherings/{made['id']}").status_code == 204
    assert house.get(path)["status"] == "cancelled"


def test_an_organiser_who_leaves_takes_no_room_along(house: House, anna: str) -> None:
    made = course(house, organiser=anna)
    own = house.post(
        "bookings",
        {
            "room": "sala",
            "member": anna,
            "start": "2026-11-23T15:00:00+01:00",
            "end": "2026-11-23T16:00:00+01:00",
        },
    )
    assert house.ask("DELETE", f"members/{anna}").status_code == 204
    assert house.get(f"gatherings/{made['id']}")["organiser"] is None
    held = house.get(f"bookings/{made['id']}")
    assert (held["status"], held["member"]) == ("booked", None)
    assert house.get(f"bookings/{own['id']}")["status"] == "cancelled"
