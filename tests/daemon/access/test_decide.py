"""Who gets in and why, one sentence each, and that the first rule that refuses names the reason."""

from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import pytest

from daemon.access.decide import decide
from daemon.access.facts import (
    Badge,
    BadgeStatus,
    Building,
    Facts,
    Hold,
    Member,
    MemberStatus,
    Message,
    Place,
    Role,
)
from daemon.access.verdict import Granted, Reason, Refused
from tests.daemon.access.cooffice import (
    ANNA,
    BADGE,
    DAY,
    DOOR,
    EXIT,
    FIRE,
    HELD,
    LOCKDOWN,
    NOON,
    SECOND,
    STAFF_TAP,
    TAP,
    UNKNOWN_TAP,
    at_door,
    in_building,
    of_badge,
    of_member,
)

LATE = Message(late=True)
REPEAT = Message(repeat_of=NOON - 2 * SECOND)
FULL = replace(DOOR, enforced_capacity=8, present=8)
LOST, BLOCKED = replace(BADGE, status=BadgeStatus.LOST), replace(BADGE, status=BadgeStatus.BLOCKED)
EXPIRED = replace(BADGE, valid_until=NOON)
SUSPENDED = replace(ANNA, status=MemberStatus.SUSPENDED)


def test_a_member_within_the_plan_gets_in() -> None:
    assert decide(TAP, NOON) == Granted(Reason.PLAN)


def test_staff_get_in_without_a_plan_at_any_hour() -> None:
    assert decide(STAFF_TAP, NOON + DAY / 2) == Granted(Reason.STAFF)


SPOILT: dict[Reason, Facts] = {
    Reason.LATE: replace(TAP, message=LATE),
    Reason.LOCKDOWN: in_building(LOCKDOWN),
    Reason.HELD_LOCKED: in_building(HELD),
    Reason.UNKNOWN_BADGE: UNKNOWN_TAP,
    Reason.BADGE_LOST: of_badge(LOST),
    Reason.BADGE_BLOCKED: of_badge(BLOCKED),
    Reason.BADGE_EXPIRED: of_badge(EXPIRED),
    Reason.BROKEN_FACTS: of_member(None),
    Reason.MEMBER_SUSPENDED: of_member(SUSPENDED),
    Reason.MEMBERSHIP_NOT_STARTED: of_member(replace(ANNA, valid_from=NOON + SECOND)),
    Reason.MEMBERSHIP_EXPIRED: of_member(replace(ANNA, valid_until=NOON)),
    Reason.ROOM_CLOSED: of_member(replace(ANNA, plan=None, plan_id=None)),
    Reason.CAPACITY: at_door(FULL),
}
"""One thing wrong each, in the order of the contract."""


@pytest.mark.parametrize("reason", SPOILT)
def test_one_thing_wrong_is_named(reason: Reason) -> None:
    verdict = decide(SPOILT[reason], NOON)
    assert isinstance(verdict, Refused)
    assert verdict.reason is reason


def merged(first: Facts, second: Facts) -> Facts:
    """Return facts with both things wrong; where both touch one record, field by field."""
    return Facts(
        place=first.place if first.place != DOOR else second.place,
        calendar=TAP.calendar,
        message=first.message if first.message != Message() else second.message,
        building=_orders(first.building, second.building),
        badge=_badge(first.badge, second.badge),
        member=_member(first.member, second.member),
    )


def _orders(first: Building, second: Building) -> Building:
    hold = Hold.LOCKED if Hold.LOCKED in {first.hold, second.hold} else Hold.NORMAL
    return Building(lockdown=first.lockdown or second.lockdown, hold=hold)


def _badge(first: Badge | None, second: Badge | None) -> Badge | None:
    if first is None or second is None:
        return None
    spoilt = first if first.status is not BadgeStatus.ACTIVE else second
    return replace(spoilt, valid_until=first.valid_until or second.valid_until)


def _member(first: Member | None, second: Member | None) -> Member | None:
    if first is None or second is None:
        return None
    planless = first.plan is None or second.plan is None
    suspended = MemberStatus.SUSPENDED in {first.status, second.status}
    return replace(
        ANNA,
        status=MemberStatus.SUSPENDED if suspended else MemberStatus.ACTIVE,
        valid_from=first.valid_from or second.valid_from,
        valid_until=first.valid_until or second.valid_until,
        plan_id=None if planless else ANNA.plan_id,
        plan=None if planless else ANNA.plan,
    )


@pytest.mark.parametrize(("first", "second"), list(combinations(SPOILT, 2)))
def test_of_two_things_wrong_the_earlier_step_is_named(first: Reason, second: Reason) -> None:
    assert decide(merged(SPOILT[first], SPOILT[second]), NOON).reason is first


@pytest.mark.parametrize("reason", [reason for reason in SPOILT if reason is not Reason.LATE])
def test_in_a_fire_every_door_opens_to_everybody(reason: Reason) -> None:
    assert decide(replace(SPOILT[reason], building=FIRE), NOON) == Granted(Reason.FIRE)


def test_a_fire_opens_through_lockdown_and_hold() -> None:
    worst = Building(fire=True, lockdown=True, hold=Hold.LOCKED)
    assert decide(in_building(worst), NOON) == Granted(Reason.FIRE)


def test_a_late_tap_opens_nothing_even_in_a_fire() -> None:
    assert decide(replace(TAP, message=LATE, building=FIRE), NOON) == Refused(Reason.LATE)


def test_a_second_tap_in_a_fire_unlocks_again() -> None:
    assert decide(replace(TAP, message=REPEAT, building=FIRE), NOON) == Granted(Reason.FIRE)


@pytest.mark.parametrize("order", [LOCKDOWN, HELD])
@pytest.mark.parametrize("place", [DOOR, EXIT])
def test_lockdown_and_hold_refuse_staff_too_and_at_exits(order: Building, place: Place) -> None:
    facts = replace(STAFF_TAP, building=order, place=place)
    assert isinstance(decide(facts, NOON), Refused)


def test_a_hold_ends_on_the_stroke() -> None:
    held = in_building(Building(hold=Hold.LOCKED, hold_until=NOON))
    assert decide(held, NOON - SECOND) == Refused(Reason.HELD_LOCKED)
    assert decide(held, NOON) == Granted(Reason.PLAN)


def test_a_door_held_open_decides_as_ever() -> None:
    assert decide(in_building(Building(hold=Hold.OPEN)), NOON) == Granted(Reason.PLAN)


def test_a_badge_ends_on_the_stroke() -> None:
    assert decide(of_badge(EXPIRED), NOON - SECOND) == Granted(Reason.PLAN)
    assert decide(of_badge(EXPIRED), NOON) == Refused(Reason.BADGE_EXPIRED)


def test_a_membership_holds_from_its_first_moment_to_its_end() -> None:
    tap = of_member(replace(ANNA, valid_from=NOON, valid_until=NOON + 2 * SECOND))
    assert decide(tap, NOON - SECOND) == Refused(Reason.MEMBERSHIP_NOT_STARTED, opens_at=NOON)
    assert decide(tap, NOON) == Granted(Reason.PLAN)
    assert decide(tap, NOON + SECOND) == Granted(Reason.PLAN)
    assert decide(tap, NOON + 2 * SECOND) == Refused(Reason.MEMBERSHIP_EXPIRED)


def test_suspended_staff_stay_outside() -> None:
    tap = of_member(Member("capo", staff=True, status=MemberStatus.SUSPENDED))
    assert decide(tap, NOON) == Refused(Reason.MEMBER_SUSPENDED)


def test_a_plan_that_is_missing_refuses_but_not_staff() -> None:
    missing = of_member(Member("anna", plan_id="gone"))
    assert decide(missing, NOON) == Refused(Reason.BROKEN_FACTS)
    assert decide(of_member(Member("c", staff=True, plan_id="gone")), NOON).reason is Reason.STAFF


@pytest.mark.parametrize(
    ("reason", "facts"),
    [
        (Reason.PLAN, TAP),
        (Reason.STAFF, STAFF_TAP),
        (Reason.EXIT, of_badge(LOST)),
        (Reason.EXIT, of_badge(BLOCKED)),
        (Reason.EXIT, of_badge(EXPIRED)),
        (Reason.EXIT, of_member(None)),
        (Reason.EXIT, of_member(SUSPENDED)),
        (Reason.EXIT, of_member(replace(ANNA, valid_from=NOON + DAY))),
        (Reason.EXIT, of_member(replace(ANNA, valid_until=NOON - DAY))),
        (Reason.EXIT, of_member(Member("anna", plan_id="gone"))),
        (Reason.EXIT, of_member(Member("anna"))),
    ],
)
def test_nobody_with_a_known_badge_is_locked_in(reason: Reason, facts: Facts) -> None:
    assert decide(at_door(EXIT, facts), NOON) == Granted(reason)


def test_leaving_after_hours_is_fine() -> None:
    assert decide(at_door(EXIT), NOON + DAY / 2) == Granted(Reason.EXIT)


def test_an_unknown_badge_does_not_open_an_exit() -> None:
    assert decide(at_door(EXIT, UNKNOWN_TAP), NOON) == Refused(Reason.UNKNOWN_BADGE)


def test_a_full_room_lets_people_out_by_their_right() -> None:
    assert decide(at_door(replace(FULL, role=Role.EXIT)), NOON) == Granted(Reason.PLAN)


@pytest.mark.parametrize(("present", "reason"), [(7, Reason.PLAN), (8, Reason.CAPACITY)])
def test_the_last_seat_is_given_away_and_none_after_it(present: int, reason: Reason) -> None:
    assert decide(at_door(replace(FULL, present=present)), NOON).reason is reason


def test_a_full_room_takes_staff_and_whoever_is_in_it_already() -> None:
    assert decide(at_door(FULL, STAFF_TAP), NOON) == Granted(Reason.STAFF)
    assert decide(at_door(replace(FULL, already_there=True)), NOON) == Granted(Reason.PLAN)


def test_a_room_that_only_warns_is_never_full() -> None:
    assert decide(at_door(replace(DOOR, present=99)), NOON) == Granted(Reason.PLAN)


@pytest.mark.parametrize("facts", [TAP, STAFF_TAP, at_door(EXIT), at_door(EXIT, of_badge(LOST))])
def test_a_second_tap_is_a_repeat(facts: Facts) -> None:
    assert decide(replace(facts, message=REPEAT), NOON) == Granted(Reason.REPEAT)


@pytest.mark.parametrize("reason", [reason for reason in SPOILT if reason is not Reason.LATE])
def test_a_second_tap_that_is_now_refused_is_refused(reason: Reason) -> None:
    assert decide(replace(SPOILT[reason], message=REPEAT), NOON).reason is reason


def refusals(*seconds_ago: float) -> Facts:
    past = tuple(NOON - timedelta(seconds=seconds) for seconds in seconds_ago)
    return replace(UNKNOWN_TAP, refusals=past)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (refusals(4, 3, 2, 1), Reason.UNKNOWN_BADGE),
        (refusals(5, 4, 3, 2, 1), Reason.THROTTLED),
        (refusals(1, 1, 1, 1, 0), Reason.THROTTLED),
        (refusals(34, 33, 32, 31, 30), Reason.UNKNOWN_BADGE),  # rested for 30 s
        (refusals(34, 33, 32, 31, 29.999), Reason.THROTTLED),
        (refusals(61, 40, 30, 20, 1), Reason.UNKNOWN_BADGE),  # 60 s apart
        (refusals(60.999, 40, 30, 20, 1), Reason.THROTTLED),
        (refusals(88, 70, 60, 40, 29), Reason.THROTTLED),
        (refusals(89, 70, 60, 40, 29), Reason.UNKNOWN_BADGE),
        (refusals(80, 40, 35, 32, 31, 5), Reason.THROTTLED),  # the later five count
        (refusals(45, 44, 43, 42, 41, 3), Reason.THROTTLED),  # rested, and once more
        (refusals(4, 3, 2, 1, -1), Reason.UNKNOWN_BADGE),  # a refusal still to come
    ],
)
def test_a_reader_with_five_refusals_in_a_minute_rests_half_a_minute(
    facts: Facts, reason: Reason
) -> None:
    assert decide(facts, NOON) == Refused(reason)


def test_a_known_badge_is_never_throttled() -> None:
    resting = refusals(5, 4, 3, 2, 1).refusals
    assert decide(replace(TAP, refusals=resting), NOON) == Granted(Reason.PLAN)
    blocked = replace(of_badge(BLOCKED), refusals=resting)
    assert decide(blocked, NOON) == Refused(Reason.BADGE_BLOCKED)
