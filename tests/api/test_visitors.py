"""`/visitors`: somebody's guests over HTTP."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from daemon.store.tables import PassRow
from tests.api.house import CARD, MONDAY_NOON, House, slug

VERA = {"name": "Vera", "until": "2026-11-25", "uid": CARD}


def passes(house: House) -> list[tuple[str | None, str | None, int]]:
    """Return every pass's doors, host and end, as another connection sees them."""
    with house.store.reading() as session:
        return [(each.doors, each.host, each.ends) for each in session.scalars(select(PassRow))]


@pytest.fixture
def anna(house: House) -> str:
    member = house.member("Anna")
    house.tokens["anna"] = house.member_token(member)
    return member


def test_a_member_announces_a_visitor_of_her_own(house: House, anna: str) -> None:
    answer = house.ask("POST", "visitors", VERA, role="anna")
    assert answer.status_code == 201
    made = answer.json()
    assert answer.headers["location"] == f"/api/v1/visitors/{made['id']}"
    assert made | {"id": ""} == {
        "id": "",
        "name": "Vera",
        "host": anna,
        "email": None,
        "tail": "5880",
        "from": "2026-11-23T11:00:00Z",
        "until": "2026-11-25T23:00:00Z",
        "doors": ["ingresso"],
        "uses": None,
        "uses_left": None,
        "while_host_in": False,
        "arrived": None,
        "code": None,
    }
    assert house.get(f"visitors/{made['id']}", role="anna") == made
    assert house.get("visitors", role="anna") == {"items": [made], "next": None}
    entry = house.last()
    assert (entry["kind"], entry["reason"], entry["member"]) == ("change", "visitor-added", anna)
    assert "Vera" not in str(entry)


def test_a_change_is_answered_when_the_pass_has_it(house: House, anna: str) -> None:
    made = house.post("visitors", VERA, role="anna")
    soon = "2026-11-23T12:30:00+01:00"
    changed = house.ask("PATCH", f"visitors/{made['id']}", {"until": soon}, role="anna")
    assert changed.json()["until"] == "2026-11-23T11:30:00Z"
    end = int((MONDAY_NOON + timedelta(minutes=30)).timestamp()) * 1_000_000
    assert passes(house) == [('["ingresso"]', anna, end)]
    assert house.ask("DELETE", f"visitors/{made['id']}", role="anna").status_code == 204
    assert passes(house) == []
    gone = house.ask("GET", f"visitors/{made['id']}", role="anna")
    assert (gone.status_code, slug(gone)) == (404, "no-such-visitor")


def test_staff_announce_for_anybody_and_see_all(house: House, anna: str) -> None:
    bruno = house.member("Bruno")
    for host in (anna, bruno):
        house.post("visitors", VERA | {"host": host, "uid": None})
    assert len(house.get("visitors")["items"]) == 2
    assert [each["host"] for each in house.get(f"visitors?host={bruno}")["items"]] == [bruno]
    first = house.get("visitors?limit=1")
    rest = house.get(f"visitors?limit=1&after={first['next']}")
    assert first["items"] + rest["items"] == house.get("visitors")["items"]


def test_another_members_visitors_are_not_there(house: House, anna: str) -> None:
    made = house.post("visitors", VERA | {"host": house.member("Bruno")})
    for method, body in (("GET", None), ("PATCH", {"name": "X"}), ("DELETE", None)):
        answer = house.ask(method, f"visitors/{made['id']}", body, role="anna")
        assert (answer.status_code, slug(answer)) == (404, "no-such-visitor")
    assert house.get("visitors", role="anna")["items"] == []
    other = house.ask("GET", f"visitors?host={made['host']}", role="anna")
    assert (other.status_code, slug(other)) == (403, "forbidden")
    theirs = house.ask("POST", "visitors", VERA | {"host": made["host"]}, role="anna")
    assert (theirs.status_code, slug(theirs)) == (403, "forbidden")
    assert anna not in theirs.text


def test_a_members_badge_is_refused_and_it_is_not_said_whose(house: House, anna: str) -> None:
    bruno = house.member("Bruno")
    house.badge(bruno)
    answer = house.ask("POST", "visitors", VERA, role="anna")
    assert (answer.status_code, slug(answer)) == (409, "badge-taken")
    assert bruno not in answer.text
    assert house.get(f"visitors?host={anna}", role="anna")["items"] == []


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"until": "2026-11-25T10:00:00"}, "until"),
        ({"until": None}, "until"),
        ({"from": "tomorrow"}, "from"),
        ({"doors": []}, "doors"),
        ({"doors": ["nowhere"]}, "doors"),
        ({"doors": ["porta-sala"]}, "doors"),
        ({"uses": 0}, "uses"),
        ({"uid": "not a number"}, "uid"),
        ({"since": "2026-11-23"}, "since"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_is_told_by_its_field(
    house: House, anna: str, said: dict[str, object], field: str
) -> None:
    answer = house.ask("POST", "visitors", VERA | said, role="anna")
    assert (answer.status_code, slug(answer)) == (422, "invalid")
    assert [each["field"] for each in answer.json()["errors"]] == [field]
    assert house.get("visitors") == {"items": [], "next": None}, anna


def test_from_can_be_changed_but_not_cleared(house: House, anna: str) -> None:
    made = house.post("visitors", VERA | {"host": anna})
    answer = house.ask("PATCH", f"visitors/{made['id']}", {"from": None})
    assert "`from` can be changed but not cleared" in answer.json()["detail"]
