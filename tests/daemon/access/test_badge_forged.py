"""Badges that fail to prove themselves, and doors that open for no others."""

from dataclasses import replace

import pytest

from daemon.access.decide import decide, explain
from daemon.access.facts import BadgeStatus, Facts, Hold, Place, Shown
from daemon.access.rules import badge_forged
from daemon.access.verdict import Granted, Reason, Refused
from daemon.access.words import Language, message
from tests.daemon.access.cooffice import (
    ANNA,
    BADGE,
    DOOR,
    EXIT,
    FIRE,
    HELD,
    NOON,
    STAFF_TAP,
    TAP,
    UNKNOWN_TAP,
    at_door,
    in_building,
    of_badge,
    of_member,
)

VAULT = replace(DOOR, cryptographic=True)
WAY_OUT = replace(EXIT, cryptographic=True)
FORGED = Refused(Reason.BADGE_FORGED)


def showing(shown: Shown, facts: Facts = TAP) -> Facts:
    return replace(facts, shown=shown)


def detail(facts: Facts, language: Language) -> str:
    _, findings = explain(facts, NOON, language)
    return next(each.detail for each in findings if each.rule == "badge-forged")


def test_a_number_is_enough_where_nobody_asks_for_more() -> None:
    assert decide(TAP, NOON) == Granted(Reason.PLAN)
    assert decide(showing(Shown.PROOF), NOON) == Granted(Reason.PLAN)


@pytest.mark.parametrize("place", [DOOR, VAULT])
def test_a_proof_that_fails_opens_no_door(place: Place) -> None:
    facts = replace(showing(Shown.FORGERY), place=place)
    assert decide(facts, NOON) == FORGED


@pytest.mark.parametrize("facts", [TAP, STAFF_TAP], ids=["member", "staff"])
def test_a_door_that_demands_a_proof_opens_for_nobody_without(facts: Facts) -> None:
    assert decide(at_door(VAULT, facts), NOON) == FORGED
    assert isinstance(decide(at_door(VAULT, showing(Shown.PROOF, facts)), NOON), Granted)


def test_a_proof_gives_no_right() -> None:
    poor = of_member(replace(ANNA, plan_id=None, plan=None), at_door(VAULT))
    facts = showing(Shown.PROOF, poor)
    assert decide(facts, NOON) == Refused(Reason.ROOM_CLOSED)


@pytest.mark.parametrize("shown", Shown)
def test_nobody_is_kept_in(shown: Shown) -> None:
    assert isinstance(decide(showing(shown, at_door(WAY_OUT)), NOON), Granted)
    assert isinstance(decide(showing(shown, at_door(EXIT)), NOON), Granted)


@pytest.mark.parametrize("shown", Shown)
def test_a_fire_lets_everybody_through_and_a_held_door_nobody(shown: Shown) -> None:
    vault = showing(shown, at_door(VAULT))
    assert decide(in_building(FIRE, vault), NOON) == Granted(Reason.FIRE)
    assert decide(in_building(HELD, vault), NOON) == Refused(Reason.HELD_LOCKED)
    assert HELD.hold is Hold.LOCKED


def test_what_is_known_of_the_badge_is_said_first() -> None:
    lost = of_badge(replace(BADGE, status=BadgeStatus.LOST), showing(Shown.FORGERY))
    assert decide(lost, NOON) == Refused(Reason.BADGE_LOST)
    assert decide(showing(Shown.FORGERY, UNKNOWN_TAP), NOON) == Refused(Reason.UNKNOWN_BADGE)
    assert decide(at_door(VAULT, UNKNOWN_TAP), NOON) == Refused(Reason.UNKNOWN_BADGE)


def test_the_person_hears_what_is_wrong() -> None:
    said = {language: message(Reason.BADGE_FORGED, language) for language in Language}
    assert said[Language.ITALIAN].startswith("Il badge non dimostra di essere autentico")
    assert said[Language.ENGLISH].startswith("This badge cannot show that it is genuine")


def test_an_explanation_says_what_would_be_needed() -> None:
    assert "NTAG 424 DNA or DESFire" in detail(at_door(VAULT), Language.ENGLISH)
    assert "il solo numero non basta" in detail(at_door(VAULT), Language.ITALIAN)
    assert "NTAG 424" in detail(at_door(VAULT, UNKNOWN_TAP), Language.ENGLISH)
    assert "number is enough" in detail(TAP, Language.ENGLISH)
    assert "no enrolled badge" in detail(UNKNOWN_TAP, Language.ENGLISH)
    assert "proved" in detail(showing(Shown.PROOF), Language.ENGLISH)
    assert "failed" in detail(showing(Shown.FORGERY), Language.ENGLISH)


def test_no_badge_is_accused_where_there_is_none() -> None:
    assert badge_forged.judge(showing(Shown.FORGERY, UNKNOWN_TAP), NOON) is None
