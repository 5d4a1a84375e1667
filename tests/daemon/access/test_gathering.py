"""The right of an attendee: the gathering's room and the entrance, in its window and only then."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.access.decide import decide
from daemon.access.facts import Facts, Member, Pass, PassKind, Place, Role
from daemon.access.rules import gathering
from daemon.access.verdict import Granted, Reason, Refused
from tests.daemon.access.cooffice import BADGE, CALENDAR, DOOR, NOON, SECOND, TAP, at_door

HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)
ENTRANCE = replace(DOOR, entrance=True, early=QUARTER, late=QUARTER)
ROOM = Place("sala", "sala", Role.ROOM, bookable=True, early=QUARTER, late=QUARTER)
LAB = Place("lab", "lab", Role.ROOM)
COURSE = Pass(PassKind.GATHERING, "g1", NOON, NOON + HOUR, room="sala")
ATTENDEE = Facts(ENTRANCE, CALENDAR, badge=BADGE, member=Member("ugo"), passes=(COURSE,))


@pytest.mark.parametrize("place", [ENTRANCE, ROOM])
def test_a_gathering_opens_its_room_and_the_entrance_in_its_window_and_only_then(
    place: Place,
) -> None:
    """Neither early nor late, as bookings are: staff begin it as early as people may come."""
    facts = at_door(place, ATTENDEE)
    assert decide(facts, NOON - SECOND) == Refused(Reason.TOO_EARLY, NOON)
    assert decide(facts, NOON) == Granted(Reason.GATHERING)
    assert decide(facts, NOON + HOUR - SECOND) == Granted(Reason.GATHERING)
    closed = Reason.NO_BOOKING if place.bookable else Reason.ROOM_CLOSED
    assert decide(facts, NOON + HOUR) == Refused(closed)


def test_a_gathering_opens_no_other_room() -> None:
    assert decide(at_door(LAB, ATTENDEE), NOON) == Refused(Reason.ROOM_CLOSED)


def test_a_member_on_the_list_comes_in_outside_the_plans_hours() -> None:
    evening = NOON + 10 * HOUR
    course = replace(COURSE, start=evening, end=evening + HOUR)
    member = replace(TAP, place=ENTRANCE, passes=(course,))
    assert decide(member, evening) == Granted(Reason.GATHERING)
    outside = decide(member, evening + HOUR)
    assert isinstance(outside, Refused)
    assert outside.reason is Reason.OUTSIDE_HOURS


def test_of_two_gatherings_the_one_that_ends_first_is_attended() -> None:
    later = replace(COURSE, ref="g2", end=NOON + 2 * HOUR)
    assert gathering.holding(replace(ATTENDEE, passes=(COURSE, later)), NOON) == COURSE


@pytest.mark.parametrize("kind", [kind for kind in PassKind if kind is not PassKind.GATHERING])
def test_another_kind_of_pass_makes_no_attendee(kind: PassKind) -> None:
    assert gathering.judge(replace(ATTENDEE, passes=(replace(COURSE, kind=kind),)), NOON) is None


@pytest.mark.parametrize(
    ("minutes", "italian", "english"),
    [
        (0, "iscrizione valida fino al 2026-11-23 13:00", "on the list until 2026-11-23 13:00"),
        (-1, "iscrizione valida dal 2026-11-23 12:00", "on the list from 2026-11-23 12:00 on"),
        (60, "nessun corso o evento per questa porta", "no gathering for this door"),
    ],
)
def test_a_gathering_is_told_in_both_languages(minutes: int, italian: str, english: str) -> None:
    text = gathering.tell(ATTENDEE, NOON + timedelta(minutes=minutes))
    assert (text.italian, text.english) == (italian, english)
