"""Explanations over HTTP: the decision of a tap that nobody made, at any instant."""

import pytest

from tests.api.house import CARD, FOB, House, slug

MORNINGS = {"id": "am", "hours": [{"days": ["mon", "sun"], "from": "08:00", "to": "13:00"}]}


def test_a_decision_comes_with_every_rule(house: House) -> None:
    house.post("plans", MORNINGS)
    house.badge(house.member("Anna Bianchi", plan="am", language="en"))
    found = house.post("explain", {"door": "ingresso", "uid": CARD})
    assert (found["granted"], found["reason"], found["message"]) == (True, "plan", "Hello Anna")
    rules = {rule["rule"]: rule["passed"] for rule in found["rules"]}
    assert rules["right: plan"]
    assert not rules["right: staff"]
    assert all(isinstance(rule["detail"], str) for rule in found["rules"])


def test_a_proof_can_be_supposed(house: House) -> None:
    house.badge(house.member(role="staff"))
    question = {"door": "ingresso", "uid": CARD}
    for proven, words in ((True, "autentico"), (False, "basta il numero")):
        found = house.post("explain", question | {"proven": proven})
        detail = {rule["rule"]: rule["detail"] for rule in found["rules"]}["badge-forged"]
        assert words in detail


def test_any_instant_will_do(house: House) -> None:
    house.post("plans", MORNINGS)
    anna = house.member(plan="am")
    house.badge(anna)
    reasons = []
    for at in ("2026-11-23T11:59:59Z", "2026-11-23T12:00:00Z", "2027-11-22T08:00:00+01:00"):
        found = house.post("explain", {"door": "ingresso", "member": anna, "at": at})
        reasons.append(found["reason"])
    assert reasons == ["plan", "outside-hours", "plan"]


def test_orders_of_today_did_not_hold_yesterday(house: House) -> None:
    house.badge(house.member(role="staff"))
    house.post("site/lockdown", {"active": True, "reason": "drill"})
    question = {"door": "ingresso", "uid": CARD}
    assert house.post("explain", question)["reason"] == "lockdown"
    past = house.post("explain", question | {"at": "2026-11-22T11:00:00Z"})
    assert past["reason"] == "staff"


def test_a_member_is_explained_with_the_badge_that_works(house: House) -> None:
    anna = house.member(role="staff")
    lost = house.badge(anna, CARD)
    assert house.post("explain", {"door": "ingresso", "member": anna})["granted"]
    house.ask("PATCH", f"badges/{lost}", {"status": "lost"})
    assert house.post("explain", {"door": "ingresso", "member": anna})["reason"] == "badge-lost"
    house.badge(anna, FOB)
    assert house.post("explain", {"door": "ingresso", "member": anna})["reason"] == "staff"


def test_strangers_and_members_without_a_badge_are_unknown(house: House) -> None:
    anna = house.member()
    for who in ({"uid": FOB}, {"member": anna}):
        found = house.post("explain", {"door": "ingresso"} | who)
        assert (found["granted"], found["reason"]) == (False, "unknown-badge")


def test_explaining_leaves_no_trace(house: House) -> None:
    house.badge(house.member(role="staff"))
    before = house.journal()
    house.post("explain", {"door": "ingresso", "uid": CARD})
    assert house.journal() == before
    assert house.doorman.sent == []


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ({}, 422),
        ({"door": "ingresso"}, 422),
        ({"door": "ingresso", "uid": CARD, "member": "anna"}, 422),
        ({"door": "ingresso", "uid": "zz"}, 422),
        ({"door": "ingresso", "uid": CARD, "reader": "attic"}, 422),
        ({"door": "ingresso", "uid": CARD, "at": "noon"}, 422),
        ({"door": "garage", "uid": CARD}, 404),
        ({"door": "ingresso", "member": "nobody"}, 404),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    house: House, question: dict[str, object], status: int
) -> None:
    answer = house.ask("POST", "explain", question)
    assert answer.status_code == status
    assert slug(answer)
