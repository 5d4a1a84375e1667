"""Who gets into a booked room, through the entrance, and what the others are told."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from daemon.access.decide import decide
from daemon.access.facts import (
    Badge,
    Facts,
    Member,
    Pass,
    PassKind,
    Place,
    Plan,
    Role,
    Slot,
)
from daemon.access.rules import booking, guest, owner, walk_in
from daemon.access.verdict import Granted, Reason, Refused
from tests.daemon.access.cooffice import BADGE, CALENDAR, NOON

MINUTE, MICRO = timedelta(minutes=1), timedelta(microseconds=1)
ANNA = Member("anna", plan_id="always", plan=Plan("always", holidays=True))
ROOM = Place("sala", "sala", Role.ROOM, bookable=True, early=10 * MINUTE, late=5 * MINUTE)
FREE_ROOM = replace(ROOM, walk_in=True)
ENTRANCE = Place("front", "hall", Role.ENTRY, entrance=True, early=10 * MINUTE, late=5 * MINUTE)
CARD = Badge("lent-1", "5880", lent=True)
HOUR = 60


def minute(number: int) -> datetime:
    return NOON + number * MINUTE


def a_pass(
    start: int = 0, end: int = HOUR, kind: PassKind = PassKind.BOOKING, ref: str = "k"
) -> Pass:
    return Pass(kind, ref, minute(start), minute(end), "sala", host="anna")


def slot(start: int, end: int, member: str | None = "bea", ref: str = "other") -> Slot:
    return Slot(ref, minute(start), minute(end), member)


def tap(
    place: Place, *passes: Pass, slots: tuple[Slot, ...] = (), member: Member | None = ANNA
) -> Facts:
    badge = CARD if member is None else BADGE
    return Facts(place, CALENDAR, badge=badge, member=member, passes=passes, slots=slots)


MINE = slot(0, HOUR, "anna", "k")


@pytest.mark.parametrize(
    ("at", "granted"), [(-11, False), (-10, True), (0, True), (60, True), (64, True), (65, False)]
)
@pytest.mark.parametrize("kind", [PassKind.BOOKING, PassKind.GUEST])
def test_a_booking_lets_in_from_early_to_late(kind: PassKind, at: int, granted: bool) -> None:  # noqa: FBT001 - drawn
    facts = tap(ROOM, a_pass(kind=kind), slots=(MINE,))
    assert (decide(facts, minute(at)) == Granted(Reason(kind.value))) is granted


def test_at_the_stroke_the_next_is_in_and_the_last_is_not() -> None:
    slots = (MINE, slot(HOUR, 2 * HOUR))
    anna = tap(ROOM, a_pass(), slots=slots)
    bea = tap(ROOM, a_pass(HOUR, 2 * HOUR, ref="other"), slots=slots, member=Member("bea"))
    before, stroke = minute(HOUR) - MICRO, minute(HOUR)
    assert decide(anna, before) == Granted(Reason.BOOKING)
    assert decide(bea, before) == Refused(Reason.BOOKED_BY_OTHER, stroke)
    assert decide(anna, stroke) == Refused(Reason.BOOKED_BY_OTHER)
    assert decide(bea, stroke) == Granted(Reason.BOOKING)


def test_too_early_says_when_the_room_opens_also_behind_a_neighbour() -> None:
    assert decide(tap(ROOM, a_pass(), slots=(MINE,)), minute(-30)) == Refused(
        Reason.TOO_EARLY, minute(-10)
    )
    clipped = tap(ROOM, a_pass(), slots=(slot(-25, -5), MINE))
    assert decide(clipped, minute(-30)) == Refused(Reason.TOO_EARLY, minute(-5))
    far = replace(tap(ROOM, a_pass(), slots=(slot(-90, -80),)), before=slot(-20, -3))
    assert decide(far, minute(-100)) == Refused(Reason.TOO_EARLY, minute(-3))


def test_without_a_booking_one_is_needed() -> None:
    assert decide(tap(ROOM), NOON) == Refused(Reason.NO_BOOKING)
    assert decide(tap(ROOM, slots=(slot(-5, 5),)), NOON) == Refused(Reason.BOOKED_BY_OTHER)
    assert decide(tap(ROOM, slots=(slot(-5, 0),)), NOON) == Refused(Reason.NO_BOOKING)


def test_a_booking_of_another_room_opens_the_entrance_and_not_this_one() -> None:
    elsewhere = replace(a_pass(), room="elsewhere")
    assert decide(tap(ROOM, elsewhere), NOON) == Refused(Reason.NO_BOOKING)
    nobody = Member("anna")
    assert decide(tap(ENTRANCE, elsewhere, member=nobody), NOON) == Granted(Reason.BOOKING)
    inner = replace(ENTRANCE, entrance=False)
    assert decide(tap(inner, elsewhere, member=nobody), NOON) == Refused(Reason.ROOM_CLOSED)


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        (-11, Refused(Reason.TOO_EARLY, minute(-10))),
        (-10, Granted(Reason.GUEST)),
        (64, Granted(Reason.GUEST)),
        (65, Refused(Reason.ROOM_CLOSED)),
    ],
)
def test_a_guest_passes_the_entrance_for_all_of_early_and_late(
    at: int, verdict: Granted | Refused
) -> None:
    facts = tap(ENTRANCE, a_pass(kind=PassKind.GUEST), member=None)
    assert decide(facts, minute(at)) == verdict


def test_the_earliest_opening_that_any_right_knows_is_told() -> None:
    guest_sooner = a_pass(60, 120, PassKind.GUEST, "g")
    facts = tap(ROOM, guest_sooner, a_pass(180, 240))
    assert decide(facts, NOON) == Refused(Reason.TOO_EARLY, minute(50))


def test_no_opening_is_told_behind_the_end_of_membership_or_badge() -> None:
    leaves = replace(ANNA, valid_until=minute(20))
    assert decide(tap(ROOM, a_pass(30, 60), member=leaves), NOON).reason is Reason.NO_BOOKING
    facts = replace(tap(ROOM, a_pass(30, 60)), badge=replace(BADGE, valid_until=minute(20)))
    assert decide(facts, NOON) == Refused(Reason.NO_BOOKING)
    assert decide(facts, minute(19)) == Refused(Reason.NO_BOOKING)


# ---- lent cards ---------------------------------------------------------------------------------


def test_a_lent_card_is_neither_unknown_nor_ownerless_nor_throttled() -> None:
    refusals = tuple(NOON - number * timedelta(seconds=1) for number in range(6, 0, -1))
    facts = replace(tap(ROOM, a_pass(kind=PassKind.GUEST), member=None), refusals=refusals)
    assert decide(facts, NOON) == Granted(Reason.GUEST)
    assert owner.judge(facts, NOON) is None
    assert owner.tell(facts, NOON).english == "a guest's card"


def test_a_lent_card_has_no_right_but_its_passes() -> None:
    facts = tap(FREE_ROOM, member=None)
    assert decide(facts, NOON) == Refused(Reason.NO_BOOKING)
    assert booking.judge(facts, NOON) is None
    assert walk_in.judge(facts, NOON) is None


def test_a_lent_card_is_expired_once_its_last_pass_has_ended() -> None:
    facts = tap(ROOM, member=None)
    facts = replace(facts, badge=replace(CARD, valid_until=NOON))
    assert decide(facts, NOON) == Refused(Reason.BADGE_EXPIRED)


def test_a_lent_card_leaves_also_after_its_time() -> None:
    leaving = replace(tap(replace(ENTRANCE, role=Role.EXIT), member=None))
    facts = replace(leaving, badge=replace(CARD, valid_until=NOON))
    assert decide(facts, NOON) == Granted(Reason.EXIT)


# ---- walking in ---------------------------------------------------------------------------------


def test_a_free_room_lets_members_walk_in() -> None:
    assert decide(tap(FREE_ROOM), NOON) == Granted(Reason.WALK_IN)
    assert decide(tap(ROOM), NOON) == Refused(Reason.NO_BOOKING)
    leaving = replace(FREE_ROOM, role=Role.EXIT)
    assert decide(tap(leaving), NOON) == Granted(Reason.EXIT)


def test_a_taken_room_says_when_it_is_free_again() -> None:
    facts = tap(FREE_ROOM, slots=(slot(-30, 30),))
    assert decide(facts, NOON) == Refused(Reason.BOOKED_BY_OTHER, minute(30))


def test_nobody_walks_in_when_the_next_holder_may_come_already() -> None:
    facts = tap(FREE_ROOM, slots=(slot(10, 30),))
    assert decide(facts, NOON - MICRO) == Granted(Reason.WALK_IN)
    assert decide(facts, NOON) == Refused(Reason.NO_BOOKING, minute(30))


def test_ones_own_booking_goes_before_walking_in() -> None:
    assert decide(tap(FREE_ROOM, a_pass(5, 30)), NOON) == Granted(Reason.BOOKING)


# ---- what explain says --------------------------------------------------------------------------


def test_the_rights_say_why_and_when() -> None:
    facts = tap(ROOM, a_pass(30, 60), slots=(slot(30, 60, "anna", "k"),))
    told = booking.tell(facts, NOON)
    assert told.english == (
        "no booking opens this door (a little too early), opens on 2026-11-23 12:20"
    )
    assert told.italian.endswith("apre il 2026-11-23 12:20")
    assert booking.tell(facts, minute(25)).english == "the member's booking is on"
    assert guest.tell(facts, NOON).english == "no invitation opens this door"
    assert walk_in.tell(facts, NOON).english == "nobody walks in here without a booking"
