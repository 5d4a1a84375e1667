"""One door: which grants were used, which were not, and when the door did what it should not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.door import (
    Bolt,
    Contact,
    DoorState,
    Forced,
    Grant,
    Happening,
    HeldOpen,
    NotUsed,
    Outcome,
    Used,
    bolted,
    closed,
    found,
    granted,
    hold_begun,
    hold_ended,
    lost,
    opened,
    passed_by,
    released,
)

NOON = datetime(2026, 11, 2, 11, 0, tzinfo=UTC)
FIVE = timedelta(seconds=5)
HALF_A_MINUTE = timedelta(seconds=30)
SHUT = DoorState(contact=Contact.CLOSED, bolt=Bolt.LOCKED, online=True)
MOMENT = timedelta(microseconds=1)


def seconds(number: float) -> datetime:
    return NOON + timedelta(seconds=number)


def grant(seq: int, at: float = 0) -> Grant:
    return Grant(seq, seconds(at), seconds(at) + FIVE)


def at_the_door(*grants: Grant, door: DoorState = SHUT) -> DoorState:
    for each in grants:
        door, _ = granted(door, each)
    return door


def by(door: DoorState, number: float) -> Outcome:
    return passed_by(door, seconds(number), HALF_A_MINUTE)


def test_a_grant_waits_behind_a_closed_door() -> None:
    door, happened = granted(SHUT, grant(1))
    assert happened == ()
    assert [each.seq for each in door.pending] == [1]


@pytest.mark.parametrize(
    "door",
    [
        replace(SHUT, contact=Contact.OPEN),
        replace(SHUT, contact=Contact.UNKNOWN),
        replace(SHUT, online=False),
        DoorState(),
    ],
)
def test_a_grant_is_used_at_once_where_the_door_is_open_or_nobody_can_tell(door: DoorState) -> None:
    after, happened = granted(door, grant(1))
    assert happened == (Used((1,)),)
    assert after.pending == ()


@pytest.mark.parametrize(
    ("opens", "happened"),
    [
        (seconds(0), (Used((1,)),)),
        (seconds(5) - MOMENT, (Used((1,)),)),
        (seconds(5), (NotUsed((1,)), Forced(seconds(5)))),
        (seconds(-1), (Used((1,)),)),
    ],
)
def test_a_grant_is_used_by_an_opening_within_its_time(
    opens: datetime, happened: tuple[Happening, ...]
) -> None:
    assert opened(at_the_door(grant(1)), opens)[1] == happened


def test_one_opening_uses_every_grant_that_waits() -> None:
    door, happened = opened(at_the_door(grant(1), grant(2, 2), grant(3, 3)), seconds(4))
    assert happened == (Used((1, 2, 3)),)
    assert by(door, 20)[1] == ()


def test_a_grant_whose_time_is_over_is_not_used_though_a_later_one_is() -> None:
    assert opened(at_the_door(grant(1), grant(2, 3)), seconds(6))[1] == (Used((2,)), NotUsed((1,)))


def test_nobody_came_so_nothing_moved() -> None:
    door = at_the_door(grant(1), grant(2, 3))
    assert by(door, 4.9) == (door, ())
    door, happened = by(door, 5)
    assert happened == (NotUsed((1,)),)
    door, happened = by(door, 8)
    assert happened == (NotUsed((2,)),)
    assert by(door, 60) == (door, ())


def test_a_door_that_opens_without_leave_was_forced() -> None:
    assert opened(SHUT, seconds(0))[1] == (Forced(seconds(0)),)


def test_a_door_may_open_twice_while_its_lock_is_released() -> None:
    door, _ = opened(at_the_door(grant(1)), seconds(1))
    shut_again, _ = closed(door)
    assert opened(shut_again, seconds(4.9))[1] == ()
    assert opened(shut_again, seconds(5))[1] == (Forced(seconds(5)),)


def test_a_shorter_grant_takes_nothing_from_a_longer_one() -> None:
    door = at_the_door(Grant(1, seconds(0), seconds(20)), grant(2, 1))
    door, _ = closed(opened(door, seconds(2))[0])
    assert opened(door, seconds(19))[1] == ()


def test_a_release_that_moves_nobody_is_leave_to_open_and_nothing_waits_for_it() -> None:
    door, happened = released(SHUT, seconds(5))
    assert (happened, door.pending) == ((), ())
    assert opened(door, seconds(4))[1] == ()
    assert opened(door, seconds(5))[1] == (Forced(seconds(5)),)
    assert by(door, 60)[1] == ()


def test_a_door_held_open_by_staff_is_not_forced_and_may_stand_open() -> None:
    door, _ = opened(hold_begun(SHUT)[0], seconds(0))
    assert by(door, 3600) == (door, ())
    after, _ = hold_ended(door, seconds(3600))
    assert by(after, 3630)[1] == ()
    assert by(after, 3631)[1] == (HeldOpen(seconds(3600)),)


def test_a_hold_that_ends_behind_a_closed_door_starts_no_clock() -> None:
    door, _ = hold_ended(hold_begun(SHUT)[0], seconds(1))
    assert by(door, 3600)[1] == ()
    assert opened(door, seconds(3601))[1] == (Forced(seconds(3601)),)


def test_a_door_open_for_too_long_is_told_once_an_opening() -> None:
    door, _ = opened(at_the_door(grant(1)), seconds(1))
    assert by(door, 31)[1] == ()
    door, happened = passed_by(door, seconds(31) + MOMENT, HALF_A_MINUTE)
    assert happened == (HeldOpen(seconds(1)),)
    assert by(door, 90)[1] == ()
    again, _ = opened(at_the_door(grant(2, 100), door=closed(door)[0]), seconds(101))
    assert by(again, 140)[1] == (HeldOpen(seconds(101)),)


def test_a_door_that_repeats_that_it_is_open_tells_nothing_new() -> None:
    door, _ = opened(at_the_door(grant(1)), seconds(1))
    assert opened(door, seconds(20)) == (door, ())
    assert by(door, 32)[1] == (HeldOpen(seconds(1)),)


def test_a_door_first_heard_of_open_was_not_forced_but_its_clock_starts() -> None:
    door, happened = opened(found(DoorState())[0], seconds(0))
    assert happened == ()
    assert by(door, 31)[1] == (HeldOpen(seconds(0)),)


def test_grants_that_wait_count_as_used_when_the_door_is_lost() -> None:
    door, happened = lost(at_the_door(grant(1), grant(2)))
    assert happened == (Used((1, 2)),)
    assert (door.contact, door.bolt, door.online) == (Contact.UNKNOWN, Bolt.UNKNOWN, False)
    assert lost(door)[1] == ()


def test_a_door_that_came_back_is_believed_once_it_has_told_its_contact() -> None:
    door, _ = found(lost(SHUT)[0])
    assert granted(door, grant(1))[1] == (Used((1,)),)
    assert granted(closed(door)[0], grant(1))[1] == ()


def test_closing_leaves_grants_waiting() -> None:
    door = at_the_door(grant(1))
    assert closed(door) == (door, ())


def test_the_bolt_moves_nobody() -> None:
    assert bolted(SHUT, Bolt.UNLOCKED) == (replace(SHUT, bolt=Bolt.UNLOCKED), ())


DEEDS = st.lists(st.tuples(st.sampled_from("gggoocclfht"), st.integers(0, 3)), max_size=30)


@settings(max_examples=150)
@given(DEEDS)
def test_every_grant_is_told_used_or_not_used_exactly_once(deeds: list[tuple[str, int]]) -> None:
    door, now = SHUT, 0
    asked: list[int] = []
    told: list[int] = []
    for seq, (deed, later) in enumerate(deeds):
        now += later
        asked += [seq] if deed == "g" else []
        door, happened = _after(deed, door, grant(seq, now))
        told += _seqs(happened)
    told += _seqs(by(door, now + 5)[1])
    assert sorted(told) == asked


def _after(deed: str, door: DoorState, asked: Grant) -> Outcome:
    match deed:
        case "g":
            return granted(door, asked)
        case "o":
            return opened(door, asked.at)
        case "t":
            return passed_by(door, asked.at, HALF_A_MINUTE)
    return {"c": closed, "l": lost, "f": found, "h": hold_begun}[deed](door)


def _seqs(happened: tuple[Happening, ...]) -> list[int]:
    return [seq for each in happened if isinstance(each, Used | NotUsed) for seq in each.seqs]
