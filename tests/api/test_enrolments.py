"""Enrolments over HTTP: opened and withdrawn by staff, ended by a doorman at the tap."""

import pytest

from daemon import enrolling
from daemon.store.book import book_of
from devices.contract import Tap
from devices.uid import parse
from tests.api.house import CARD, House, slug

PLACE = {"door": "ingresso"}


def hold(house: House, uid: str = CARD, reader: str = "main") -> None:
    """Hold an unknown card to the entrance's reader, in front of the real doorman's step."""
    now = house.clock()
    tap = Tap("ingresso", reader, parse(uid), "t", None, now, "print")
    with book_of(house.store, "cooffice") as book:
        enrolling.enrol(book, house.app.state.parts.key, tap, alike=0, forged=False)


def test_an_enrolment_waits_a_minute_and_then_is_over(house: House) -> None:
    anna = house.member()
    answer = house.ask("POST", "enrolments", {"member": anna, "label": "blue", **PLACE})
    assert answer.status_code == 201
    opened = answer.json()
    assert answer.headers["location"] == f"/api/v1/enrolments/{opened['id']}"
    assert opened == {
        "id": opened["id"],
        "member": anna,
        "door": "ingresso",
        "reader": "main",
        "label": "blue",
        "status": "waiting",
        "opened": "2026-11-23T11:00:00Z",
        "expires": "2026-11-23T11:01:00Z",
        "badge": None,
        "tail": None,
        "problem": None,
        "taken": None,
        "originality": None,
        "originality_words": None,
    }
    assert house.get(f"enrolments/{opened['id']}") == opened
    house.clock.passes(seconds=60)
    assert house.get(f"enrolments/{opened['id']}")["status"] == "expired"


def test_the_card_that_is_held_there_is_the_members_badge(house: House) -> None:
    anna = house.member()
    opened = house.post("enrolments", {"member": anna, "label": "blue", **PLACE})
    house.clock.passes(seconds=10)
    hold(house)
    ended = house.get(f"enrolments/{opened['id']}")
    assert (ended["status"], ended["tail"]) == ("enrolled", "5880")
    [badge] = house.get(f"members/{anna}/badges")["items"]
    assert badge == {
        "id": ended["badge"],
        "member": anna,
        "label": "blue",
        "tail": "5880",
        "status": "active",
        "valid_until": None,
        "alike": 0,
    }
    assert house.last()["detail"]["by"]["name"] == "staff token"


def test_an_enrolment_can_be_withdrawn_once(house: House) -> None:
    opened = house.post("enrolments", {"member": house.member(), **PLACE})
    assert house.ask("DELETE", f"enrolments/{opened['id']}").status_code == 204
    assert house.last()["reason"] == "enrolment-withdrawn"
    again = house.ask("DELETE", f"enrolments/{opened['id']}")
    assert (again.status_code, slug(again)) == (409, "enrolment-over")
    hold(house)
    assert house.get(f"enrolments/{opened['id']}")["status"] == "withdrawn"


def test_at_one_reader_one_waits(house: House) -> None:
    anna = house.member()
    house.post("enrolments", {"member": anna, **PLACE})
    second = house.ask("POST", "enrolments", {"member": anna, **PLACE})
    assert (second.status_code, slug(second)) == (409, "enrolment-open")


def test_those_of_the_last_hour_are_listed(house: House) -> None:
    anna = house.member()
    opened = house.post("enrolments", {"member": anna, **PLACE})
    other = house.post("enrolments", {"member": anna, "door": "porta-sala"})
    first = house.get("enrolments?limit=1")
    rest = house.get(f"enrolments?after={first['next']}")
    found = {each["id"] for each in (*first["items"], *rest["items"])}
    assert found == {opened["id"], other["id"]}
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"member": "nobody", "door": "ingresso"}, 404, "no-such-member"),
        ({"door": "ingresso"}, 422, "invalid"),
        ({"member": "ANNA", "door": "cantina"}, 404, "no-such-door"),
        ({"member": "ANNA", "door": "ingresso", "reader": "nessuno"}, 422, "invalid"),
        ({"member": "ANNA", "door": "ingresso", "uid": CARD}, 422, "invalid"),
    ],
)
def test_what_cannot_be_awaited_is_refused(
    house: House, form: dict[str, str], status: int, code: str
) -> None:
    anna = house.member()
    said = {key: anna if value == "ANNA" else value for key, value in form.items()}
    answer = house.ask("POST", "enrolments", said)
    assert (answer.status_code, slug(answer)) == (status, code)
    assert house.get("enrolments")["items"] == []


def test_an_enrolment_that_is_not_there_is_not_found(house: House) -> None:
    assert house.ask("GET", "enrolments/nothing").status_code == 404
    assert house.ask("DELETE", "enrolments/nothing").status_code == 404


def test_nobody_waits_for_a_member_who_has_left(house: House) -> None:
    anna = house.member()
    opened = house.post("enrolments", {"member": anna, **PLACE})
    assert house.ask("DELETE", f"members/{anna}").status_code == 204
    assert house.ask("GET", f"enrolments/{opened['id']}").status_code == 404
