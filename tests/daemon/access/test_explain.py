"""An explanation names every rule and never says anything else than the door does."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.access.decide import Finding, decide, explain
from daemon.access.facts import (
    Badge,
    BadgeStatus,
    Building,
    Facts,
    Hold,
    Member,
    MemberStatus,
    Message,
    Pass,
    Passback,
    PassKind,
    PinShown,
    Plan,
    Role,
    Slot,
)
from daemon.access.rules import RULES
from daemon.access.verdict import Granted, Reason, Refused
from daemon.access.words import Language
from tests.daemon.access.cooffice import (
    ANNA,
    BADGE,
    CALENDAR,
    DOOR,
    EXIT,
    MEETING_ROOM,
    NOON,
    OFFICE_HOURS,
    PLAN,
    SECOND,
    TAP,
    UNKNOWN_TAP,
    at_door,
    of_badge,
    of_member,
)

NAMES: Final = [rule.name for rule in RULES]
AROUND_NOON = st.none() | st.sampled_from((NOON - SECOND, NOON, NOON + SECOND))

PLACE: Final = {"capacity", "passback", "pin-needed", "pin-wrong", "second-badge-needed"}
RIGHTS: Final = {
    Reason.STAFF,
    Reason.PLAN,
    Reason.BOOKING,
    Reason.GUEST,
    Reason.WALK_IN,
    Reason.OPEN_SCHEDULE,
}
MINUTE: Final = timedelta(minutes=1)

badges = st.builds(
    Badge,
    st.just("b"),
    st.just("5880"),
    st.sampled_from(BadgeStatus),
    AROUND_NOON,
    lent=st.booleans(),
)
passes = st.builds(
    lambda kind, minutes, room: Pass(
        kind, "k", NOON + minutes * MINUTE, NOON + (minutes + 30) * MINUTE, room
    ),
    st.sampled_from((PassKind.BOOKING, PassKind.GUEST)),
    st.sampled_from((-40, -35, -30, -20, 0, 9, 10, 11)),
    st.sampled_from(("sala", "other")),
)
slots = st.builds(
    lambda minutes, member: Slot(
        "s", NOON + minutes * MINUTE, NOON + (minutes + 30) * MINUTE, member
    ),
    st.sampled_from((-30, -20, 0, 5, 60)),
    st.sampled_from(("anna", "bea", None)),
)
members = st.builds(
    Member,
    st.just("anna"),
    st.booleans(),
    st.sampled_from(MemberStatus),
    AROUND_NOON,
    AROUND_NOON,
    st.sampled_from((None, "full-time")),
    st.sampled_from((None, PLAN, Plan("never", ()))),
)
places = st.builds(
    replace,
    st.sampled_from((DOOR, EXIT, MEETING_ROOM, replace(MEETING_ROOM, walk_in=True))),
    entrance=st.booleans(),
    early=st.just(10 * MINUTE),
    late=st.just(5 * MINUTE),
    role=st.sampled_from(Role),
    enforced_capacity=st.none() | st.integers(0, 2),
    present=st.integers(0, 2),
    already_there=st.booleans(),
    passback=st.sampled_from(Passback),
    passback_for=st.just(10 * MINUTE),
    pin=st.booleans(),
    two_badges=st.booleans(),
    open_hours=st.sampled_from(((), OFFICE_HOURS)),
)
taps = st.builds(
    Facts,
    places,
    st.just(CALENDAR),
    st.builds(Message, st.booleans(), AROUND_NOON),
    st.builds(Building, st.booleans(), st.booleans(), st.sampled_from(Hold), AROUND_NOON),
    st.none() | badges,
    st.none() | members,
    st.lists(st.integers(-1, 80), max_size=7).map(
        lambda ages: tuple(sorted(NOON - timedelta(seconds=age) for age in ages))
    ),
    st.lists(passes, max_size=2).map(tuple),
    st.lists(slots, max_size=1).map(tuple),
    inside_since=st.none() | st.sampled_from((NOON - 20 * MINUTE, NOON - MINUTE)),
    pin=st.sampled_from(PinShown),
    has_pin=st.booleans(),
    first=st.sampled_from((None, "bea")),
    staff_came=st.booleans(),
)


def findings(facts: Facts, language: Language = Language.ENGLISH) -> dict[str, Finding]:
    return {finding.rule: finding for finding in explain(facts, NOON, language)[1]}


@given(taps, st.sampled_from(Language))
@settings(max_examples=200)
def test_every_rule_has_its_line_and_the_verdict_is_the_doors(
    facts: Facts, language: Language
) -> None:
    verdict, found = explain(facts, NOON, language)
    assert verdict == decide(facts, NOON)
    assert [finding.rule for finding in found] == NAMES
    assert all(finding.detail for finding in found)


@given(taps)
@settings(max_examples=200)
def test_the_lines_alone_tell_the_verdict(facts: Facts) -> None:
    """Whoever reads the lines from top to bottom comes to the same answer."""
    verdict, found = explain(facts, NOON, Language.ITALIAN)
    failed = [f.rule for f in found if not f.passed and not f.rule.startswith("right: ")]
    holds = [f.rule for f in found if f.passed and f.rule.startswith("right: ")]
    if isinstance(verdict, Refused):
        assert failed or not holds
        named = Reason.BROKEN_FACTS if failed and failed[0] == "owner" else verdict.reason
        assert verdict.reason is named
        place = set() if holds else PLACE  # asked of nobody who has no right
        assert not failed or failed[0] in {verdict.reason, "owner", *place}
    elif verdict.reason in RIGHTS:
        assert not failed
        assert holds[0] == f"right: {verdict.reason}"
    elif verdict.reason is not Reason.FIRE:
        assert verdict.reason in {Reason.EXIT, Reason.REPEAT}


def test_all_that_is_wrong_is_listed_not_only_the_first() -> None:
    blocked = of_badge(replace(BADGE, status=BadgeStatus.BLOCKED))
    suspended = of_member(replace(ANNA, status=MemberStatus.SUSPENDED), blocked)
    wrong = {finding.rule for finding in findings(suspended).values() if not finding.passed}
    names = ("staff", "booking", "guest", "visitor", "gathering", "walk-in", "open-schedule")
    rights = {f"right: {name}" for name in names}
    assert wrong == {"badge-blocked", "member-suspended", *rights}


def test_an_exit_tells_what_it_overlooked() -> None:
    lost = at_door(EXIT, of_badge(replace(BADGE, status=BadgeStatus.LOST)))
    assert decide(lost, NOON) == Granted(Reason.EXIT)
    found = findings(lost)
    assert not found["badge-lost"].passed
    assert found["exit"].passed


@pytest.mark.parametrize(
    ("rule", "language", "detail"),
    [
        ("unknown-badge", Language.ENGLISH, "badge enrolled, ending in 5880"),
        ("unknown-badge", Language.ITALIAN, "badge registrato, termina con 5880"),
        ("right: plan", Language.ENGLISH, "plan full-time includes it"),
        ("right: plan", Language.ITALIAN, "il piano full-time lo prevede"),
        ("right: staff", Language.ENGLISH, "is not staff"),
        ("capacity", Language.ITALIAN, "nessun limite imposto"),
    ],
)
def test_a_line_speaks_the_language_of_the_house(
    rule: str, language: Language, detail: str
) -> None:
    assert findings(TAP, language)[rule].detail == detail


@pytest.mark.parametrize(
    ("member", "detail"),
    [
        (Member("anna"), "no plan"),
        (Member("anna", plan_id="gone"), "plan gone is missing"),
        (replace(ANNA, plan=Plan("full-time", ())), "plan full-time: outside its hours"),
        (None, "no member"),
    ],
)
def test_a_plan_says_why_it_does_not_hold(member: Member | None, detail: str) -> None:
    assert findings(of_member(member))["right: plan"].detail == detail


def test_a_plan_says_when_it_opens() -> None:
    _, found = explain(TAP, NOON + timedelta(hours=8), Language.ENGLISH)
    plan = next(finding for finding in found if finding.rule == "right: plan")
    assert plan.detail == "plan full-time: outside its hours, opens on 2026-11-24 08:00"


def test_an_unknown_badge_is_explained_too() -> None:
    found = findings(UNKNOWN_TAP)
    assert not found["unknown-badge"].passed
    assert found["badge-lost"].detail == "no enrolled badge"


def test_an_exit_does_not_claim_to_open_for_an_unknown_badge() -> None:
    assert findings(at_door(EXIT, UNKNOWN_TAP))["exit"].detail == "no enrolled badge"
