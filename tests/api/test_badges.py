"""Badges over HTTP: a number goes in and never comes out."""

import logging

import pytest

from tests.api.house import CARD, FOB, House, slug


def test_a_badge_shows_no_more_than_its_last_four_digits(house: House) -> None:
    anna = house.member()
    answer = house.ask("POST", f"members/{anna}/badges", {"uid": "04:a2:24:b1-c3 58 80"})
    assert answer.status_code == 201
    badge = answer.json()
    assert answer.headers["location"] == f"/api/v1/badges/{badge['id']}"
    assert badge == {
        "id": badge["id"],
        "member": anna,
        "label": None,
        "tail": "5880",
        "status": "active",
        "valid_until": None,
        "alike": 0,
    }
    assert house.get(f"badges/{badge['id']}") == badge
    assert house.get(f"members/{anna}/badges")["items"] == [badge]


def test_a_number_belongs_to_one_badge_and_the_refusal_names_nobody(house: House) -> None:
    anna, bruno = house.member("Anna"), house.member("Bruno")
    house.badge(anna, CARD)
    answer = house.ask("POST", f"members/{bruno}/badges", {"uid": CARD.lower()})
    assert answer.status_code == 409
    assert slug(answer) == "badge-taken"
    assert anna not in answer.text
    assert "Anna" not in answer.text


def test_a_reversed_number_is_the_same_card(house: House) -> None:
    anna = house.member()
    house.badge(anna, CARD)
    turned = bytes.fromhex(CARD)[::-1].hex()
    answer = house.ask(
        "POST", f"members/{anna}/badges", {"uid": turned, "uid_format": "hex-reversed"}
    )
    assert slug(answer) == "badge-taken"


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "uid"),
        ({"uid": "xyz"}, "uid"),
        ({"uid": "0102"}, "uid"),
        ({"uid": "00000000"}, "uid"),
        ({"uid": "08112233"}, "uid"),
        ({"uid": "88112233"}, "uid"),
        ({"uid": "01" * 60}, "uid"),
        ({"uid": CARD, "uid_format": "decimal"}, "uid"),
        ({"uid": FOB, "uid_format": "morse"}, "uid_format"),
        ({"uid": FOB, "label": ""}, "label"),
        ({"uid": FOB, "valid_until": "soon"}, "valid_until"),
        ({"uid": FOB, "tail": "0405"}, "tail"),
    ],
)
def test_what_is_no_badge_is_named_by_its_field(
    house: House, form: dict[str, object], field: str
) -> None:
    anna = house.member()
    answer = house.ask("POST", f"members/{anna}/badges", form)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


def test_a_badge_is_blocked_lost_and_active_again(house: House) -> None:
    badge = house.badge(house.member())
    said = []
    for status in ("blocked", "lost", "active"):
        answer = house.ask("PATCH", f"badges/{badge}", {"status": status})
        assert answer.json()["status"] == status
        said.append(house.last()["reason"])
    assert said == ["badge-blocked", "badge-lost", "badge-unblocked"]
    assert house.last()["badge"] == "5880"


def test_a_blocked_badge_opens_nothing_from_that_moment_on(house: House) -> None:
    badge = house.badge(house.member(role="staff"))
    question = {"door": "ingresso", "uid": CARD}
    assert house.post("explain", question)["granted"]
    house.ask("PATCH", f"badges/{badge}", {"status": "blocked"})
    assert house.post("explain", question)["reason"] == "badge-blocked"


def test_a_badge_taken_back_is_free_for_somebody_else(house: House) -> None:
    badge = house.badge(house.member("Anna"))
    assert house.ask("DELETE", f"badges/{badge}").status_code == 204
    assert house.badge(house.member("Bruno"))


def test_labels_and_dates_come_and_go(house: House) -> None:
    badge = house.badge(house.member(), label="blue", valid_until="2026-12-31")
    changed = house.ask("PATCH", f"badges/{badge}", {"label": None}).json()
    assert (changed["label"], changed["valid_until"]) == (None, "2026-12-31")
    answer = house.ask("PATCH", f"badges/{badge}", {"status": None})
    assert answer.status_code == 422


def test_no_number_is_stored_or_logged(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    anna = house.member()
    house.badge(anna, CARD)
    house.ask("POST", f"members/{anna}/badges", {"uid": CARD})
    house.post("explain", {"door": "ingresso", "uid": CARD})
    house.store.close()
    house.app.state.parts.store.close()
    written = b"".join(f.read_bytes() for f in house.settings.folder.iterdir())
    for number in (bytes.fromhex(CARD), CARD.encode(), CARD.lower().encode()):
        assert number not in written
    assert CARD.lower() not in caplog.text.lower()
