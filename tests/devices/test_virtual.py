"""Virtual doors: they obey once, in time, and move as if somebody walked through."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from devices.contract import Action, Command
from devices.mqtt import native
from devices.uid import parse
from devices.virtual import VirtualDoor, VirtualReader, answer_to, command_in

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
BADGE = parse("04A224B1C35880")


def order(name: str = "c1", action: Action = Action.UNLOCK, seconds: int = 5) -> bytes:
    """Return a command given at noon that holds for five seconds."""
    return native.command(Command("front", name, action, seconds, NOON, NOON + 5 * SECOND))


def door(*, has_contact: bool = True) -> VirtualDoor:
    return VirtualDoor("front", has_contact=has_contact)


def test_a_door_is_locked_and_closed_to_begin_with() -> None:
    assert json.loads(door().state(NOON)) == {
        "contact": "closed",
        "bolt": "locked",
        "at": "2026-03-02T12:00:00Z",
    }


def test_a_door_without_contact_says_nothing_of_one() -> None:
    assert "contact" not in json.loads(door(has_contact=False).state(NOON))


def test_somebody_walks_through_an_unlocked_door_and_it_locks_again() -> None:
    front = door()
    assert front.obey(order(), NOON)
    assert (front.locked, front.open) == (False, False)
    seen = []
    at: datetime | None = front.next_change()
    while at is not None:
        assert front.pass_time(at)
        seen.append((at - NOON, front.locked, front.open))
        at = front.next_change()
    assert [(locked, is_open) for _, locked, is_open in seen] == [
        (False, True),
        (False, False),
        (True, False),
    ]
    assert seen[-1][0] == 5 * SECOND


def test_nobody_is_seen_to_walk_where_there_is_no_contact() -> None:
    front = door(has_contact=False)
    front.obey(order(), NOON)
    front.pass_time(NOON + 2 * SECOND)
    assert front.open is False
    assert front.locked is False


def test_an_id_is_obeyed_once() -> None:
    front = door()
    assert front.obey(order(), NOON)
    front.pass_time(NOON + 5 * SECOND)
    assert not front.obey(order(), NOON + SECOND)
    assert front.locked


def test_another_id_is_another_command() -> None:
    front = door()
    assert front.obey(order("c1"), NOON)
    assert front.obey(order("c2"), NOON)


@pytest.mark.parametrize("late", [timedelta(0), SECOND, timedelta(days=1)])
def test_nothing_is_obeyed_at_or_after_its_expiry(late: timedelta) -> None:
    front = door()
    assert not front.obey(order(), NOON + 5 * SECOND + late)
    assert front.locked


def test_a_command_is_obeyed_until_just_before_its_expiry() -> None:
    assert door().obey(order(), NOON + 5 * SECOND - timedelta(microseconds=1))


def test_a_door_held_open_stays_so_until_it_is_locked() -> None:
    front = door()
    front.obey(order("c1", Action.HOLD_OPEN), NOON)
    assert front.next_change() is None
    assert not front.pass_time(NOON + timedelta(hours=1))
    assert front.locked is False
    front.obey(order("c2", Action.LOCK), NOON)
    assert front.locked is True


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        b'{"id":1,"action":"unlock","seconds":5,"issued":"2026-03-02T12:00:00Z","expires":"x"}',
        order().replace(b"unlock", b"explode"),
        order().replace(b'"seconds":5', b'"seconds":-5'),
        order().replace(b'"seconds":5', b'"seconds":1e9'),
        order().replace(b'"seconds":5', b'"seconds":true'),
    ],
)
def test_rubbish_moves_nothing(payload: bytes) -> None:
    front = door()
    assert command_in("front", payload) is None
    assert not front.obey(payload, NOON)
    assert front.locked


def test_a_reader_says_the_same_each_time_it_asks_again() -> None:
    reader = VirtualReader("fuori")
    said = reader.tap(BADGE, "t1", NOON)
    assert said == reader.tap(BADGE, "t1", NOON)
    assert json.loads(said) == {
        "uid": "04A224B1C35880",
        "id": "t1",
        "at": "2026-03-02T12:00:00Z",
        "reader": "fuori",
    }


def test_a_reader_takes_only_the_answer_to_its_own_tap() -> None:
    said = b'{"tap":"t1","granted":true,"reason":"plan","message":"Ciao Anna"}'
    answer = answer_to("t1", said)
    assert answer is not None
    assert (answer.granted, answer.reason, answer.message) == (True, "plan", "Ciao Anna")
    assert answer_to("t2", said) is None
    assert answer_to("t1", b"rubbish") is None


@pytest.mark.parametrize("granted", [b'"true"', b"1", b"null"])
def test_only_a_plain_true_is_a_grant(granted: bytes) -> None:
    answer = answer_to("t1", b'{"tap":"t1","granted":' + granted + b"}")
    assert answer is not None
    assert answer.granted is False
