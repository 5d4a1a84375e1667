"""Codes to type in, for guests who have no card."""

import pytest

from tests.api.house import CARD, House, slug

COURSE = {
    "title": "Ceramica",
    "room": "sala",
    "start": "2026-11-23T11:00:00+01:00",
    "end": "2026-11-23T14:00:00+01:00",
}
VISIT = {"name": "Vera", "until": "2026-11-23"}


@pytest.fixture
def anna(house: House) -> str:
    member = house.member("Anna", email="anna@example.org")
    house.tokens["anna"] = house.member_token(member)
    return member


def answer(house: House, code: str, door: str = "ingresso") -> str:
    return str(house.post("explain", {"door": door, "uid": code})["reason"])


def test_an_attendee_types_the_code_in_a_cards_place(house: House) -> None:
    path = f"gatherings/{house.post('gatherings', COURSE)['id']}/attendees"
    made = house.post(path, {"name": "Vera", "code": True})
    code = made["code"]
    assert (len(code), code.isdecimal(), made["known"]) == (8, True, True)
    assert (
        answer(house, code) == answer(house, f"{code[:4]} {code[4:]}", "porta-sala") == "gathering"
    )
    wrong = ("1111" if code[:4] != "1111" else "2222") + code[4:]
    assert answer(house, wrong) == "unknown-badge"


def test_a_code_is_shown_once_and_written_nowhere(house: House) -> None:
    path = f"gatherings/{house.post('gatherings', COURSE)['id']}/attendees"
    made = house.post(path, {"name": "Vera", "code": True})
    again = house.get(f"{path}/{made['id']}")
    assert again == made | {"code": None}
    assert made["code"] not in str(house.journal())


def test_a_new_code_takes_the_place_of_the_lost_one(house: House) -> None:
    path = f"gatherings/{house.post('gatherings', COURSE)['id']}/attendees"
    made = house.post(path, {"name": "Vera", "code": True})
    new = house.ask("PATCH", f"{path}/{made['id']}", {"code": True}).json()
    assert answer(house, made["code"]) == "unknown-badge"
    assert answer(house, new["code"]) == "gathering"
    kept = house.ask("PATCH", f"{path}/{made['id']}", {"name": "Vera Rossi"}).json()
    assert (kept["code"], answer(house, new["code"])) == (None, "gathering")


def test_a_visitor_types_a_code_until_the_visit_ends(house: House, anna: str) -> None:
    made = house.post("visitors", VISIT | {"code": True}, role="anna")
    assert (made["host"], made["tail"]) == (anna, made["code"][-4:])
    assert answer(house, made["code"]) == "visitor"
    new = house.ask("PATCH", f"visitors/{made['id']}", {"code": True}, role="anna").json()
    assert answer(house, made["code"]) == "unknown-badge"
    assert answer(house, new["code"]) == "visitor"
    assert house.get(f"visitors/{made['id']}", role="anna")["code"] is None
    house.clock.passes(hours=13)
    assert answer(house, new["code"]) != "visitor"


@pytest.mark.parametrize("card", ["badge", "uid"])
def test_a_card_and_a_code_are_not_for_one_person(house: House, anna: str, card: str) -> None:
    where, said = "visitors", VISIT | {"host": anna}
    if card == "badge":
        where = f"gatherings/{house.post('gatherings', COURSE)['id']}/attendees"
        said = {"name": "Vera"}
    refused = house.ask("POST", where, said | {card: CARD, "code": True})
    assert (refused.status_code, slug(refused)) == (422, "invalid")
    assert "not both" in refused.text
