"""Carnets over HTTP: sold, changed, taken back; what is left, for staff and for oneself."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from daemon.store.book import book_of
from daemon.store.tables import CarnetRow
from daemon.taps import Doorstep, take_tap
from devices.contract import Tap
from devices.uid import parse
from tests.api.house import CARD, House, slug


@pytest.fixture
def anna(house: House) -> str:
    """Return Anna's id, whose plan has two entries a month."""
    house.post("plans", {"id": "due", "entries_per_month": 2})
    anna = house.member(plan="due")
    house.badge(anna)
    return anna


def sold(house: House, member: str, **said: object) -> Any:  # a JSON document
    return house.post(f"members/{member}/carnets", {"entries": 10, **said})


def taps(house: House, days: int = 0) -> str:
    """Let the card be read in so many days; return the reason."""
    at = house.clock() + timedelta(days=days)
    parts = house.app.state.parts
    with book_of(house.store, "cooffice") as book:
        tap = Tap("ingresso", "main", parse(CARD), None, None, at, f"print-{at}")
        deed = take_tap(book, Doorstep(parts.house, parts.key), tap, guarded=False)
    assert deed.feedback is not None
    return deed.feedback.text.split('"reason":"')[1].split('"')[0]


def test_a_carnet_is_shown_as_it_was_sold(house: House, anna: str) -> None:
    answer = house.ask(
        "POST",
        f"members/{anna}/carnets",
        {"entries": 10, "label": "Dieci ingressi", "valid_until": "2026-12-31"},
    )
    carnet = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/carnets/{carnet['id']}"
    assert carnet == {
        "id": carnet["id"],
        "member": anna,
        "label": "Dieci ingressi",
        "covers": "day",
        "entries": 10,
        "used": 0,
        "left": 10,
        "valid_from": None,
        "valid_until": "2026-12-31",
    }
    assert house.get(f"carnets/{carnet['id']}") == carnet
    assert house.get(f"members/{anna}/carnets")["items"] == [carnet]


def test_a_long_list_comes_in_pieces(house: House, anna: str) -> None:
    ids = sorted(sold(house, anna)["id"] for _ in range(3))
    first = house.get(f"members/{anna}/carnets?limit=2")
    rest = house.get(f"members/{anna}/carnets?limit=2&after={first['next']}")
    assert [each["id"] for each in first["items"] + rest["items"]] == ids
    assert rest["next"] is None


def test_a_day_pass_is_good_for_the_own_day_and_not_a_moment_longer(
    house: House, anna: str
) -> None:
    day = {"entries": 1, "valid_from": "2026-11-24", "valid_until": "2026-11-24"}
    carnet = house.post(f"members/{anna}/carnets", day)
    with house.store.reading() as session:
        row = session.get_one(CarnetRow, ("cooffice", carnet["id"]))
        assert row.valid_from is not None
        assert row.valid_until is not None
        begins = 1_795_489_200_000_000  # 04:00 in Rome
        assert (row.valid_from, row.valid_until - row.valid_from) == (begins, 86_400_000_000)


def test_the_next_tap_finds_what_was_just_sold(house: House, anna: str) -> None:
    assert [taps(house, day) for day in (0, 1, 2)] == ["plan", "plan", "no-entries-left"]
    sold(house, anna)
    assert taps(house, 2) == "plan"
    left = house.get(f"members/{anna}/entries")
    assert (left["month"], left["per_month"], left["used"], left["left"]) == ("2026-11", 2, 2, 0)
    assert [each["left"] for each in left["carnets"]] == [9]


def test_a_member_sees_what_is_left_of_their_own(house: House, anna: str) -> None:
    mine, other = sold(house, anna)["id"], sold(house, house.member("Bruno"))["id"]
    taps(house)
    answer = house.ask("GET", "me", role=house.member_token(anna))
    entries = answer.json()["entries"]
    assert (entries["used"], entries["left"], entries["over"]) == (1, 1, 0)
    assert [each["id"] for each in entries["carnets"]] == [mine]
    assert other not in answer.text


def test_who_has_a_plan_without_counting_has_nothing_to_count(house: House) -> None:
    left = house.get(f"members/{house.member()}/entries")
    assert (left["per_month"], left["left"], left["over"], left["carnets"]) == (None, None, 0, [])


def test_what_is_left_comes_in_the_order_of_use(house: House, anna: str) -> None:
    untils = (None, "2026-12-31", "2026-11-30", "2026-11-22")
    ids = [sold(house, anna, valid_until=until)["id"] for until in untils]
    shown = [each["id"] for each in house.get(f"members/{anna}/entries")["carnets"]]
    assert shown == [ids[2], ids[1], ids[0]]  # and the last has expired


def test_a_carnet_is_changed_but_not_below_what_was_used(house: House, anna: str) -> None:
    carnet = sold(house, anna)["id"]
    for day in range(4):
        taps(house, day)
    changed = house.ask("PATCH", f"carnets/{carnet}", {"entries": 12, "valid_until": "2027-01-31"})
    assert changed.status_code == 200
    assert (changed.json()["left"], changed.json()["valid_until"]) == (10, "2027-01-31")
    cleared = house.ask("PATCH", f"carnets/{carnet}", {"valid_until": None}).json()
    assert (cleared["valid_until"], cleared["entries"]) == (None, 12)
    fewer = house.ask("PATCH", f"carnets/{carnet}", {"entries": 1})
    assert (fewer.status_code, slug(fewer)) == (422, "invalid")
    assert "2 were used already" in fewer.text
    assert house.ask("PATCH", f"carnets/{carnet}", {"entries": 2}).json()["left"] == 0


def test_a_change_of_nothing_leaves_no_entry(house: House, anna: str) -> None:
    carnet = sold(house, anna)["id"]
    before = len(house.journal())
    house.ask("PATCH", f"carnets/{carnet}", {"entries": 10})
    assert len(house.journal()) == before


def test_only_an_untouched_carnet_is_taken_back(house: House, anna: str) -> None:
    carnet, spare = sold(house, anna)["id"], sold(house, anna, valid_until="2030-01-01")["id"]
    for day in range(3):
        taps(house, day)
    assert house.ask("DELETE", f"carnets/{carnet}").status_code == 204
    refused = house.ask("DELETE", f"carnets/{spare}")
    assert (refused.status_code, slug(refused)) == (409, "carnet-used")
    assert house.ask("GET", f"carnets/{carnet}").status_code == 404


def test_every_change_is_in_the_journal_without_its_label(house: House, anna: str) -> None:
    carnet = sold(house, anna, label="regalo di Bea")["id"]
    house.ask("PATCH", f"carnets/{carnet}", {"label": "dono", "entries": 5})
    house.ask("DELETE", f"carnets/{carnet}")
    told = house.journal()[-3:]
    assert [entry["reason"] for entry in told] == [
        "carnet-added",
        "carnet-changed",
        "carnet-removed",
    ]
    assert {entry["member"] for entry in told} == {anna}
    assert told[1]["detail"]["fields"] == {"entries": 5}
    assert "regalo" not in str(told)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "entries"),
        ({"entries": 0}, "entries"),
        ({"entries": 1001}, "entries"),
        ({"entries": True}, "entries"),
        ({"entries": 1, "covers": "hour"}, "covers"),
        ({"entries": 1, "used": 1}, "used"),
        ({"entries": 1, "valid_until": "soon"}, "valid_until"),
        ({"entries": 1, "valid_from": "2026-11-24", "valid_until": "2026-11-23"}, "valid_until"),
    ],
)
def test_what_is_no_carnet_is_named_by_its_field(
    house: House, anna: str, form: dict[str, object], field: str
) -> None:
    answer = house.ask("POST", f"members/{anna}/carnets", form)
    assert (answer.status_code, slug(answer)) == (422, "invalid")
    assert field in [each["field"] for each in answer.json()["errors"]]


def test_nobody_who_is_not_there_gets_a_carnet(house: House) -> None:
    assert house.ask("POST", "members/nobody/carnets", {"entries": 1}).status_code == 404
    assert house.ask("GET", "members/nobody/carnets").status_code == 404
    assert house.ask("GET", "members/nobody/entries").status_code == 404


def test_who_leaves_takes_the_carnets_along(house: House, anna: str) -> None:
    carnet = sold(house, anna)["id"]
    for day in range(3):
        taps(house, day)
    assert house.ask("DELETE", f"members/{anna}").status_code == 204
    assert house.ask("GET", f"carnets/{carnet}").status_code == 404


def test_an_explanation_tells_what_is_left(house: House, anna: str) -> None:
    sold(house, anna, valid_until="2026-12-31")
    asked = {"door": "ingresso", "member": anna}
    details = {each["rule"]: each["detail"] for each in house.post("explain", asked)["rules"]}
    assert details["right: plan"].endswith("ingressi rimasti: 2 del mese, 10 di carnet")
    house.clock.passes(days=50)  # in the new year
    later = {each["rule"]: each["detail"] for each in house.post("explain", asked)["rules"]}
    assert later["right: plan"].endswith("ingressi rimasti: 2 del mese, 0 di carnet")


def test_a_spent_carnet_is_not_shown_as_left(house: House, anna: str) -> None:
    carnet = sold(house, anna, entries=3)["id"]
    with house.store.writing() as session:
        session.execute(update(CarnetRow).values(used=3))
    assert house.get(f"members/{anna}/entries")["carnets"] == []
    assert house.get(f"carnets/{carnet}")["left"] == 0
