"""People over HTTP: they join, change, leave; what is wrong is said by field."""

import pytest

from tests.api.house import House, slug

ANNA = {"name": "Anna Bianchi", "email": "Anna@Example.org", "language": "en"}


def test_somebody_joins_and_is_shown_as_written(house: House) -> None:
    answer = house.ask("POST", "members", ANNA | {"valid_from": "2026-01-01"})
    assert answer.status_code == 201
    anna = answer.json()
    assert answer.headers["location"] == f"/api/v1/members/{anna['id']}"
    assert anna == {
        "id": anna["id"],
        "name": "Anna Bianchi",
        "email": "anna@example.org",
        "plan": None,
        "role": "member",
        "valid_from": "2026-01-01",
        "valid_until": None,
        "status": "active",
        "language": "en",
        "visibility": "count",
    }
    assert house.get(f"members/{anna['id']}") == anna


def test_a_change_leaves_the_rest_and_null_clears(house: House) -> None:
    anna = house.member("Anna", email="a@b.it", valid_until="2026-12-31T18:00:00+01:00")
    changed = house.ask("PATCH", f"members/{anna}", {"email": None, "name": "Anna B."}).json()
    assert changed["email"] is None
    assert changed["name"] == "Anna B."
    assert changed["valid_until"] == "2026-12-31T18:00:00+01:00"


def test_a_change_that_changes_nothing_leaves_no_entry(house: House) -> None:
    anna = house.member("Anna", plan=None)
    before = len(house.journal())
    house.ask("PATCH", f"members/{anna}", {"name": "Anna", "plan": None})
    assert len(house.journal()) == before


def test_every_change_is_in_the_journal_without_name_and_address(house: House) -> None:
    anna = house.member("Anna Bianchi", email="a@b.it")
    house.ask("PATCH", f"members/{anna}", {"status": "suspended"})
    house.ask("DELETE", f"members/{anna}")
    entries = [entry for entry in house.journal() if entry["member"] == anna]
    reasons = [entry["reason"] for entry in entries]
    assert reasons == ["member-added", "member-suspended", "member-removed"]
    assert entries[0]["detail"]["fields"]["name"] == "changed"
    assert entries[1]["detail"]["fields"] == {"status": "suspended"}
    assert all(entry["detail"]["by"]["name"] == "staff token" for entry in entries)
    assert "Bianchi" not in str(entries)
    assert "a@b.it" not in str(entries)


def test_who_leaves_is_gone_with_badges_but_visits_stay(house: House) -> None:
    anna = house.member()
    badge = house.badge(anna)
    house.post(f"presence/{anna}/check-in", {})
    assert house.ask("DELETE", f"members/{anna}").status_code == 204
    assert slug(house.ask("GET", f"members/{anna}")) == "no-such-member"
    assert slug(house.ask("GET", f"badges/{badge}")) == "no-such-badge"
    assert [visit["member"] for visit in house.get("visits")["items"]] == [anna]
    [inside] = house.get("presence")["items"]
    assert (inside["member"], inside["name"]) == (anna, None)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"name": 7}, "name"),
        ({"name": "A", "colour": "red"}, "colour"),
        ({"name": "A", "email": "nowhere"}, "email"),
        ({"name": "A", "role": "king"}, "role"),
        ({"name": "A", "plan": "none-such"}, "plan"),
        ({"name": "A", "valid_from": "01/02/2026"}, "valid_from"),
        ({"name": "A", "valid_from": "2026-02-30"}, "valid_from"),
        ({"name": "A", "valid_from": "2026-02-03T10:00:00"}, "valid_from"),
        ({"name": "A", "valid_until": "9999-12-31"}, "valid_until"),
        ({"name": "A", "valid_from": "2026-02-03", "valid_until": "2026-02-02"}, "valid_until"),
        ({"name": "A", "language": "de"}, "language"),
        ({"name": "A", "visibility": "all"}, "visibility"),
    ],
)
def test_what_cannot_be_is_named_by_its_field(
    house: House, fields: dict[str, object], field: str
) -> None:
    answer = house.ask("POST", "members", fields)
    assert answer.status_code == 422
    assert slug(answer) == "invalid"
    assert answer.json()["errors"][0]["field"] == field


def test_a_last_day_counts_whole(house: House) -> None:
    anna = house.member("A", valid_from="2026-02-03", valid_until="2026-02-03")
    assert house.get(f"members/{anna}")["valid_until"] == "2026-02-03"


def test_a_name_can_be_changed_but_not_cleared(house: House) -> None:
    anna = house.member()
    answer = house.ask("PATCH", f"members/{anna}", {"name": None})
    assert answer.status_code == 422
    assert "not cleared" in answer.json()["detail"]


def test_one_address_belongs_to_one_member(house: House) -> None:
    house.member("Anna", email="a@b.it")
    bruno = house.member("Bruno")
    assert slug(house.ask("POST", "members", {"name": "C", "email": "A@B.it"})) == "email-taken"
    assert slug(house.ask("PATCH", f"members/{bruno}", {"email": "a@b.it"})) == "email-taken"


def test_a_list_goes_on_where_it_stopped(house: House) -> None:
    names = ["Carla", "Anna", "Dario", "Bruno", "Anna"]
    for name in names:
        house.member(name)
    page = house.get("members?limit=2")
    seen = page["items"]
    while page["next"]:
        page = house.get(f"members?limit=2&after={page['next']}")
        seen += page["items"]
    assert [member["name"] for member in seen] == sorted(names)


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "after=x", "after=WzFd"])
def test_a_list_refuses_what_it_did_not_say(house: House, query: str) -> None:
    assert house.ask("GET", f"members?{query}").status_code == 422


@pytest.mark.parametrize("name", ["nobody", "UPPER", "%00", "..%2f..", "a" * 70, "%ed%a0%80"])
def test_nobody_has_such_an_id(house: House, name: str) -> None:
    for method in ("GET", "DELETE"):
        assert house.ask(method, f"members/{name}").status_code == 404
    assert house.ask("PATCH", f"members/{name}", {}).status_code == 404


def test_a_pin_is_set_and_taken_away_and_shown_nowhere(house: House) -> None:
    anna = house.member("Anna")
    assert house.ask("PUT", f"members/{anna}/pin", {"pin": "73194682"}).status_code == 204
    assert "73194682" not in str(house.get(f"members/{anna}")) + str(house.journal())
    assert house.last()["reason"] == "pin-set"
    assert house.ask("DELETE", f"members/{anna}/pin").status_code == 204
    assert house.last()["reason"] == "pin-removed"


@pytest.mark.parametrize("pin", ["123", "123456789", "12a4", "", None, 1234, "١٢٣٤"])
def test_what_is_no_pin_is_refused_and_not_repeated(house: House, pin: object) -> None:
    anna = house.member("Anna")
    answer = house.ask("PUT", f"members/{anna}/pin", {"pin": pin})
    assert answer.status_code == 422
    assert not pin or str(pin) not in answer.text
    assert house.ask("PUT", "members/nobody/pin", {"pin": "1234"}).status_code == 404


def test_who_leaves_takes_the_pin_along(house: House) -> None:
    anna = house.member("Anna")
    house.ask("PUT", f"members/{anna}/pin", {"pin": "1234"})
    assert house.ask("DELETE", f"members/{anna}").status_code == 204
