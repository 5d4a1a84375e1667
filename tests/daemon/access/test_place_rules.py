"""Step 6 and the open schedule: anti-passback, PINs, two badges, hours that begin with staff."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.access.decide import decide
from daemon.access.facts import Facts, Message, Passback, PinShown, Role
from daemon.access.verdict import Granted, Reason, Refused
from tests.daemon.access.cooffice import (
    ANNA,
    DAY,
    DOOR,
    EXIT,
    NOON,
    OFFICE_HOURS,
    SECOND,
    STAFF_TAP,
    TAP,
    at_door,
    of_member,
    rome,
)

QUARTER = timedelta(minutes=15)
PLAN = Granted(Reason.PLAN)
INSIDE = replace(TAP, inside_since=NOON - QUARTER)


def back(mode: Passback, facts: Facts = INSIDE, role: Role = Role.ENTRY) -> Facts:
    return at_door(replace(DOOR, role=role, passback=mode, passback_for=QUARTER), facts)


# ---- anti-passback ------------------------------------------------------------------------------


def test_who_is_inside_does_not_enter_again_where_that_is_enforced() -> None:
    assert decide(back(Passback.ENFORCE), NOON) == Refused(Reason.PASSBACK)
    assert decide(back(Passback.ENFORCE, TAP), NOON) == PLAN


@pytest.mark.parametrize("mode", [Passback.OFF, Passback.ALERT])
def test_elsewhere_a_second_entry_is_let_pass(mode: Passback) -> None:
    assert decide(back(mode), NOON) == PLAN


def test_a_timed_passback_ends_on_the_stroke() -> None:
    assert decide(back(Passback.TIMED), NOON - SECOND) == Refused(Reason.PASSBACK)
    assert decide(back(Passback.TIMED), NOON) == PLAN


@pytest.mark.parametrize("mode", Passback)
@pytest.mark.parametrize("role", [Role.EXIT, Role.TOGGLE, Role.ROOM])
def test_passback_is_asked_of_who_enters_and_never_of_who_leaves(
    mode: Passback, role: Role
) -> None:
    assert isinstance(decide(back(mode, role=role), NOON), Granted)


def test_passback_keeps_no_staff_out() -> None:
    staff = replace(STAFF_TAP, inside_since=NOON - QUARTER)
    assert decide(back(Passback.ENFORCE, staff), NOON) == Granted(Reason.STAFF)


def test_a_tap_that_comes_twice_is_a_repeat_and_no_second_entry() -> None:
    twice = replace(INSIDE, message=Message(repeat_of=NOON - SECOND))
    assert decide(back(Passback.ENFORCE, twice), NOON) == Granted(Reason.REPEAT)


# ---- PINs ---------------------------------------------------------------------------------------


def typed(pin: PinShown, facts: Facts = TAP, role: Role = Role.ENTRY) -> Facts:
    return replace(at_door(replace(DOOR, pin=True, role=role), facts), pin=pin, has_pin=True)


def test_a_door_with_a_pin_opens_for_badge_and_pin_together() -> None:
    assert decide(typed(PinShown.NONE), NOON) == Refused(Reason.PIN_NEEDED)
    assert decide(typed(PinShown.WRONG), NOON) == Refused(Reason.PIN_WRONG)
    assert decide(typed(PinShown.RIGHT), NOON) == PLAN


def test_staff_type_their_pin_as_well() -> None:
    assert decide(typed(PinShown.NONE, STAFF_TAP), NOON) == Refused(Reason.PIN_NEEDED)


def test_a_right_pin_does_not_make_up_for_a_missing_right() -> None:
    nobody = of_member(replace(ANNA, plan=None, plan_id=None))
    assert decide(typed(PinShown.RIGHT, nobody), NOON) == Refused(Reason.ROOM_CLOSED)


@pytest.mark.parametrize("pin", PinShown)
def test_nobody_needs_a_pin_to_leave(pin: PinShown) -> None:
    assert isinstance(decide(typed(pin, role=Role.EXIT), NOON), Granted)


def test_another_door_does_not_look_at_a_pin() -> None:
    assert decide(replace(TAP, pin=PinShown.WRONG), NOON) == PLAN


# ---- two badges ---------------------------------------------------------------------------------


def test_the_first_of_two_waits_for_the_second() -> None:
    vault = at_door(replace(DOOR, two_badges=True))
    assert decide(vault, NOON) == Refused(Reason.SECOND_BADGE_NEEDED)
    assert decide(replace(vault, first="bea"), NOON) == PLAN


def test_two_badges_do_not_make_up_for_a_missing_right() -> None:
    nobody = of_member(replace(ANNA, plan=None, plan_id=None))
    vault = replace(at_door(replace(DOOR, two_badges=True), nobody), first="bea")
    assert decide(vault, NOON) == Refused(Reason.ROOM_CLOSED)


def test_one_badge_is_enough_to_leave() -> None:
    assert isinstance(decide(at_door(replace(EXIT, two_badges=True)), NOON), Granted)


def test_the_pin_is_asked_before_the_second_badge() -> None:
    vault = replace(DOOR, two_badges=True, pin=True)
    assert decide(at_door(vault), NOON) == Refused(Reason.PIN_NEEDED)
    right = replace(at_door(vault), pin=PinShown.RIGHT)
    assert decide(right, NOON) == Refused(Reason.SECOND_BADGE_NEEDED)


# ---- open schedules -----------------------------------------------------------------------------

SHOP = replace(DOOR, open_hours=OFFICE_HOURS)
GUEST = at_door(SHOP, of_member(replace(ANNA, plan=None, plan_id=None)))
OPEN = replace(GUEST, staff_came=True)


def test_an_open_door_waits_for_the_first_of_the_staff() -> None:
    assert decide(GUEST, NOON) == Refused(Reason.ROOM_CLOSED)
    assert decide(OPEN, NOON) == Granted(Reason.OPEN_SCHEDULE)


@pytest.mark.parametrize(
    ("wall", "granted"),
    [
        ("2026-11-23T07:59:59", False),
        ("2026-11-23T08:00", True),
        ("2026-11-23T17:59:59", True),
        ("2026-11-23T18:00", False),
        ("2026-11-22T12:00", False),
        ("2026-12-25T12:00", False),
    ],
)
def test_a_door_is_open_in_its_hours_and_not_on_holidays(wall: str, granted: bool) -> None:  # noqa: FBT001 - the table's column
    assert isinstance(decide(OPEN, rome(wall)), Granted) is granted


def test_an_open_door_is_open_to_welcome_badges_only() -> None:
    stranger = replace(OPEN, badge=None, member=None)
    assert decide(stranger, NOON) == Refused(Reason.UNKNOWN_BADGE)
    gone = replace(OPEN, member=replace(ANNA, plan=None, plan_id=None, valid_until=NOON - DAY))
    assert decide(gone, NOON) == Refused(Reason.MEMBERSHIP_EXPIRED)


def test_a_right_of_ones_own_is_named_first() -> None:
    assert decide(replace(at_door(SHOP), staff_came=True), NOON) == PLAN
