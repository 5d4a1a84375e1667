"""Plans over HTTP: hours, holidays, rooms; nobody is left with a plan that is gone."""

import pytest

from tests.api.house import House, slug

FLEX = {
    "id": "flex",
    "name": "Flex",
    "hours": [{"days": ["mon", "fri"], "from": "08:00", "to": "20:00"}],
    "holidays": False,
    "entries_per_month": 8,
    "rooms": ["open-space"],
}


def test_a_plan_is_kept_as_it_was_written(house: House) -> None:
    answer = house.ask("POST", "plans", FLEX)
    assert answer.status_code == 201
    assert answer.json() == FLEX
    assert answer.headers["location"] == "/api/v1/plans/flex"
    assert house.get("plans/flex") == FLEX
    assert house.get("plans") == {"items": [FLEX], "next": None}


def test_what_is_not_said_means_always_and_unlimited(house: House) -> None:
    plan = house.post("plans", {"id": "full"})
    assert plan == {
        "id": "full",
        "name": None,
        "hours": None,
        "holidays": False,
        "entries_per_month": None,
        "rooms": None,
    }


def test_a_change_leaves_the_rest_and_an_empty_list_means_never(house: House) -> None:
    house.post("plans", FLEX)
    changed = house.ask("PATCH", "plans/flex", {"hours": [], "rooms": None}).json()
    assert changed == FLEX | {"hours": [], "rooms": None}
    assert house.last()["detail"]["fields"] == {"hours": [], "rooms": None}


def test_an_id_is_taken_once(house: House) -> None:
    house.post("plans", FLEX)
    assert slug(house.ask("POST", "plans", FLEX)) == "plan-taken"


def test_a_plan_somebody_has_stays(house: House) -> None:
    house.post("plans", FLEX)
    anna = house.member(plan="flex")
    answer = house.ask("DELETE", "plans/flex")
    assert (answer.status_code, slug(answer)) == (409, "plan-in-use")
    house.ask("PATCH", f"members/{anna}", {"plan": None})
    assert house.ask("DELETE", "plans/flex").status_code == 204
    assert slug(house.ask("GET", "plans/flex")) == "no-such-plan"


def _hours(**said: object) -> dict[str, object]:
    return {"hours": [{"days": ["mon"], "from": "08:00", "to": "20:00"} | said]}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"id": "Big Id"}, "id"),
        ({"rooms": ["attic"]}, "rooms"),
        ({"entries_per_month": -1}, "entries_per_month"),
        ({"entries_per_month": 1.5}, "entries_per_month"),
        ({"holidays": None}, "holidays"),
        ({"holidays": "yes"}, "holidays"),
        ({"hours": "always"}, "hours"),
        (_hours(days=[]), "hours.0.days"),
        (_hours(days=["mon", "mon"]), "hours.0.days"),
        (_hours(days=["lun"]), "hours.0.days.0"),
        (_hours(to="24:00"), "hours.0.to"),
        (_hours(to="8"), "hours.0.to"),
        (_hours(until="20:00"), "hours.0.until"),
    ],
)
def test_impossible_terms_are_named_by_their_field(
    house: House, said: dict[str, object], field: str
) -> None:
    answer = house.ask("POST", "plans", {"id": "flex"} | said)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


def test_new_terms_hold_from_the_next_tap_on(house: House) -> None:
    house.post("plans", {"id": "flex"})
    anna = house.member(plan="flex")
    house.badge(anna)
    question = {"door": "ingresso", "member": anna}
    assert house.post("explain", question)["reason"] == "plan"
    house.ask("PATCH", "plans/flex", {"hours": []})
    assert house.post("explain", question)["reason"] == "outside-hours"
