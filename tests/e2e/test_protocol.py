"""CONTRACT 4 sentence by sentence: the native protocol over a real Mosquitto, two processes."""

import json
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from daemon.store import acts
from daemon.store.acts import Wish
from daemon.store.tables import JournalRow, VisitRow
from devices.clock import moment, now
from devices.moments import parse, shown
from tests.faults.house import Card, House, furnished
from tests.faults.oracle import assert_sound, journal
from tests.faults.street import A_WHILE, NOBODY, SOON, Heard, Street, new_id

pytestmark = pytest.mark.mosquitto
SECOND = timedelta(seconds=1)
FIELDS = {"seq", "id", "at", "received_at", "kind", "door", "reader", "member", "badge"} | {
    "granted", "reason", "late", "detail", "hash"
}  # fmt: skip
SETTLING = 1.1
"""In the first second after a start what has no clock may have waited."""


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """Give one house to all; every test brings a badge of its own."""
    with furnished() as house:
        house.daemon.start()
        with Street(house, "first") as street:
            street.ask(NOBODY)
        yield house
        assert "Traceback" not in house.daemon.said()
        assert_sound(house)


@pytest.fixture
def street(house: House) -> Iterator[Street]:
    """Give the devices, at a house whose doorman is on duty for a while."""
    with Street(house) as street:
        if house.daemon.is_new:
            street.ask(NOBODY)
            time.sleep(SETTLING)
            house.daemon.is_new = False
        yield street


@pytest.fixture
def card(house: House) -> Card:
    return house.somebody()


def entries(house: House, message: str) -> list[JournalRow]:
    """Return what the journal says of a message, once it says something."""
    limit = time.monotonic() + SOON
    while True:
        found = [row for row in journal(house) if row.id == message]
        if found or time.monotonic() > limit:
            return found
        time.sleep(0.05)


def since(house: House, seq: int, kind: str, count: int = 1) -> list[JournalRow]:
    """Return the entries of a kind behind `seq`, once there are so many."""
    limit = time.monotonic() + SOON
    while True:
        found = [row for row in journal(house, kind) if row.seq > seq]
        if len(found) >= count or time.monotonic() > limit:
            return found
        time.sleep(0.05)


def last(house: House) -> int:
    return journal(house)[-1].seq


def answers(street: Street, message: str) -> list[bytes]:
    return [each.payload for each in street.feedback() if each.said()["tap"] == message]


def restart(house: House, *, kill: bool) -> None:
    if kill:
        house.daemon.kill()
    else:
        assert house.daemon.stop() == 0
    house.daemon.start()


def is_online(heard: Heard) -> bool:
    return heard.word == "online" and heard.door == ""


# ---- what a tap gets ----------------------------------------------------------------------------


def test_a_granted_tap_gets_one_feedback_and_one_unlock(
    house: House, street: Street, card: Card
) -> None:
    before = now()
    tap = street.tap(card)
    answer = street.answer(tap)
    assert answer == {
        "tap": tap,
        "granted": True,
        "reason": "plan",
        "message": answer["message"],
        "language": "it",
        "presence": "in",
        "signal": "green",
    }
    time.sleep(A_WHILE)
    [command] = street.commands(tap)
    assert len(answers(street, tap)) == 1
    said = command.said()
    assert sorted(said) == ["action", "expires", "id", "issued", "seconds", "tap"]
    assert (said["action"], said["seconds"], command.door) == ("unlock", 5, "front")
    issued, expires = parse(str(said["issued"])), parse(str(said["expires"]))
    assert before <= issued <= now() < expires
    assert expires - issued == 5 * SECOND
    assert command.expiry is not None
    assert 1 <= command.expiry <= 5
    assert not command.retain
    [entry] = entries(house, tap)
    assert (entry.granted, entry.reason, entry.badge) == (True, "plan", card.uid[-4:])


def test_a_refused_tap_gets_one_feedback_and_no_unlock(street: Street) -> None:
    tap = street.tap(NOBODY)
    answer = street.answer(tap)
    assert (answer["granted"], answer["presence"], answer["signal"]) == (False, None, "red")
    time.sleep(A_WHILE)
    assert len(answers(street, tap)) == 1
    assert not street.commands(tap)


def test_a_uid_may_be_written_in_any_usual_way(street: Street, card: Card) -> None:
    pairs = [card.uid[n : n + 2] for n in range(0, len(card.uid), 2)]
    for written in (card.uid.lower(), ":".join(pairs), "-".join(pairs), " ".join(pairs)):
        assert street.answer(street.tap(written))["granted"]


def test_without_an_id_the_doorman_makes_one(house: House, street: Street, card: Card) -> None:
    seq = last(house)
    street.tap(card, id=None)
    [entry] = since(house, seq, "tap")
    assert street.answer(entry.id)["granted"]
    assert len(street.commands(entry.id)) == 1


def test_without_a_reader_it_was_the_first_one(house: House, street: Street, card: Card) -> None:
    tap, out = street.tap(card), street.tap(card, reader="inside")
    assert street.answer(tap)["presence"] == "in"
    assert street.answer(out)["presence"] == "out"
    assert [row.reader for row in entries(house, tap) + entries(house, out)] == [
        "outside",
        "inside",
    ]


def test_an_unknown_reader_is_malformed(house: House, street: Street, card: Card) -> None:
    tap = street.tap(card, reader="window")
    assert street.answer(tap)["reason"] == "malformed"
    assert [row.reason for row in entries(house, tap)] == ["malformed"]
    assert not street.commands(tap)


# ---- the same id --------------------------------------------------------------------------------


def test_the_same_id_gets_the_same_feedback_one_entry_and_no_second_unlock(
    house: House, street: Street, card: Card
) -> None:
    tap = street.tap(card)
    street.answer(tap)
    for _ in range(3):
        street.tap(card, id=tap)
    time.sleep(A_WHILE)
    assert len(answers(street, tap)) == 4
    assert len(set(answers(street, tap))) == 1
    assert len(street.commands(tap)) == 1
    assert len(entries(house, tap)) == 1


@pytest.mark.parametrize("kill", [False, True], ids=["stopped", "killed"])
@pytest.mark.parametrize("pause", [0.0, 1.5], ids=["at once", "a moment later"])
def test_so_it_is_across_a_restart(
    house: House, street: Street, card: Card, *, kill: bool, pause: float
) -> None:
    tap = street.tap(card)
    street.until(lambda each: each.word == "command" and each.said().get("tap") == tap)
    time.sleep(pause)
    restart(house, kill=kill)
    street.tap(card, id=tap)
    first = street.answer(tap)
    street.tap(card, id=tap)
    limit = time.monotonic() + SOON
    while len(answers(street, tap)) < 2 and time.monotonic() < limit:
        time.sleep(0.05)
    time.sleep(A_WHILE)
    assert first["granted"]
    assert len(set(answers(street, tap))) == 1
    assert len(street.commands(tap)) == 1
    assert len(entries(house, tap)) == 1


def test_the_same_id_with_another_badge_is_a_replay(
    house: House, street: Street, card: Card
) -> None:
    tap = street.tap(card)
    street.answer(tap)
    street.tap(house.somebody(), id=tap)
    replay = street.until(
        lambda each: b'"replay"' in each.payload and each.said()["tap"] == tap
    ).said()
    assert (replay["tap"], replay["granted"]) == (tap, False)
    time.sleep(A_WHILE)
    assert len(street.commands(tap)) == 1
    assert [row.reason for row in entries(house, tap)] == ["plan", "replay"]


def test_the_same_id_at_another_door_is_another_tap(street: Street, card: Card) -> None:
    tap = street.tap(card, "north")
    street.answer(tap)
    street.tap(card, "south", id=tap)
    time.sleep(A_WHILE)
    assert sorted(each.door for each in street.commands(tap)) == ["north", "south"]


def test_a_repeat_is_granted_but_opens_and_moves_nothing(
    house: House, street: Street, card: Card
) -> None:
    first, second = street.tap(card), street.tap(card)
    assert street.answer(first)["reason"] == "plan"
    repeat = street.answer(second)
    assert (repeat["granted"], repeat["reason"], repeat["presence"]) == (True, "repeat", None)
    time.sleep(A_WHILE)
    assert not street.commands(second)
    assert len(entries(house, second)) == 1


# ---- late ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [-30, 30], ids=["too old", "from the future"])
def test_a_tap_of_another_time_is_a_fact_and_not_a_request(
    house: House, street: Street, card: Card, seconds: int
) -> None:
    at = now() + timedelta(seconds=seconds)
    tap = street.tap(card, at=shown(at))
    answer = street.answer(tap)
    assert (answer["granted"], answer["reason"]) == (False, "late")
    time.sleep(A_WHILE)
    assert not street.commands(tap)
    [entry] = entries(house, tap)
    assert (entry.late, entry.granted, moment(entry.at)) == (True, False, at)


def test_a_late_tap_moves_presence_at_its_own_time(
    house: House, street: Street, card: Card
) -> None:
    at = now() - timedelta(seconds=20)
    street.answer(street.tap(card, at=shown(at)))
    assert [began for _, began in who_is_in(house, card)] == [at]


def test_a_clock_that_was_never_set_counts_as_none(street: Street, card: Card) -> None:
    assert street.answer(street.tap(card, at="1970-01-01T00:00:12Z"))["granted"]


def test_what_waited_while_the_doorman_was_down_is_late_if_it_has_no_clock(
    house: House, street: Street, card: Card
) -> None:
    assert house.daemon.stop() == 0
    other = house.somebody()
    without, within = street.tap(card, at=None), street.tap(other)
    street.say("front", "exit", {"id": "waited"})
    time.sleep(A_WHILE)
    house.daemon.start()
    assert street.answer(without)["reason"] == "late"
    assert street.answer(within)["granted"]
    [press] = entries(house, "waited")
    assert (press.kind, press.late, press.granted) == ("exit", True, False)
    assert not street.commands(without)
    assert [each.said().get("tap") for each in street.commands()] == [within]


# ---- what is no tap -----------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["tap", "exit", "command"])
def test_a_retained_message_is_one_entry_and_nothing_else(
    house: House, street: Street, card: Card, word: str
) -> None:
    seq, name = last(house), new_id()
    later = shown(now() + timedelta(hours=1))
    said = {"uid": card.uid, "id": name, "action": "unlock", "seconds": 5, "expires": later}
    street.say("west", word, said, retain=True)
    found = since(house, seq, "retained")
    street.say("west", word, b"", retain=True)
    time.sleep(A_WHILE)
    assert [(row.door, row.reason) for row in found][:1] == [("west", "retained")]
    assert len(since(house, seq, "retained")) in {1, 2}  # clearing it is a retained message too
    assert not answers(street, name)
    assert not [each for each in street.commands() if each.said().get("id") != name]


def test_a_retained_tap_that_waits_is_found_by_a_doorman_who_is_new_to_the_broker() -> None:
    with furnished() as house, Street(house) as street:
        street.say("front", "tap", {"uid": house.cards[0].uid, "id": "old"}, retain=True)
        house.daemon.start()
        assert street.ask(house.cards[1])["granted"]
        assert [row.kind for row in journal(house) if row.kind == "retained"] == ["retained"]
        assert not answers(street, "old")
        assert len(street.commands()) == 1


def test_a_malformed_message_is_one_entry_and_says_so(house: House, street: Street) -> None:
    seq = last(house)
    street.say("front", "tap", b'{"uid":"04A2", "id":"m1"')
    found = street.answer(None)
    assert (found["granted"], found["reason"]) == (False, "malformed")
    assert found["signal"] == "yellow"
    assert [row.reason for row in since(house, seq, "tap")] == ["malformed"]


def test_a_message_for_an_unknown_door_is_one_entry_without_an_answer(
    house: House, street: Street, card: Card
) -> None:
    seq = last(house)
    tap = street.tap(card, "cellar")
    assert [row.reason for row in since(house, seq, "tap")] == ["unknown-door"]
    time.sleep(A_WHILE)
    assert not answers(street, tap)
    assert not street.commands()


def test_an_exit_button_opens_also_in_lockdown(house: House, street: Street, card: Card) -> None:
    order = Wish("", "drill")
    acts.order_lockdown(house.act(), order, active=True)
    try:
        assert street.answer(street.tap(card))["reason"] == "lockdown"
        name = new_id()
        street.say("front", "exit", {"id": name})
        street.say("front", "exit", {"id": name})
        opened = street.until(lambda each: each.word == "command").said()
        assert (opened["action"], "tap" in opened) == ("unlock", False)
        time.sleep(A_WHILE)
        assert len(street.commands()) == 1
        assert [(row.kind, row.granted) for row in entries(house, name)] == [("exit", True)]
    finally:
        acts.order_lockdown(house.act(), order, active=False)


# ---- a contact ----------------------------------------------------------------------------------


def test_a_grant_that_nobody_used_moves_nobody(house: House, street: Street, card: Card) -> None:
    seq = last(house)
    street.say("lab", "state", {"contact": "closed"})
    assert street.answer(street.tap(card, "lab"))["granted"]
    assert not who_is_in(house, card)
    [unused] = [
        row
        for row in since(house, seq, "presence")
        if row.reason == "not-used" and row.member == card.member
    ]
    assert unused.door == "lab"
    assert not who_is_in(house, card)


def test_a_grant_that_was_used_moves_at_the_time_of_the_tap(
    house: House, street: Street, card: Card
) -> None:
    street.say("lab", "state", {"contact": "closed"})
    tap = street.tap(card, "lab")
    street.answer(tap)
    street.say("lab", "state", {"contact": "open"})
    limit = time.monotonic() + SOON
    while not who_is_in(house, card) and time.monotonic() < limit:
        time.sleep(0.05)
    street.say("lab", "state", {"contact": "closed"})
    [entry] = entries(house, tap)
    assert who_is_in(house, card) == [("lab", moment(entry.at))]


# ---- the doorman's own topics -------------------------------------------------------------------


def test_whether_the_doorman_is_there_is_kept_by_the_broker(house: House) -> None:
    with Street(house, "before") as street:
        there = street.until(is_online)
        assert (there.payload, there.retain) == (b"true", True)
        house.daemon.kill()
        street.until(lambda each: is_online(each) and each.payload == b"false")
    with Street(house, "after") as street:
        gone = street.until(is_online)
        assert (gone.payload, gone.retain) == (b"false", True)
        house.daemon.start()
        street.until(lambda each: is_online(each) and each.payload == b"true")


def test_occupancy_is_kept_by_the_broker_and_follows_the_taps(house: House, card: Card) -> None:
    with Street(house, "before") as street:
        said = street.until(lambda each: each.word == "occupancy")
        assert said.retain
        before = said.said()["present"]
        street.answer(street.tap(card))
        street.until(lambda each: each.word == "occupancy" and each.said()["present"] != before)
        assert "people" not in said.said()


def test_the_journal_topic_carries_every_entry_in_order(
    house: House, street: Street, card: Card
) -> None:
    seq = last(house)
    for door in ("north", "south", "east", "print"):
        street.answer(street.tap(card, door))
    final = street.tap(NOBODY)
    street.until(lambda each: each.word == "journal" and each.said()["id"] == final)
    told = [each.said() for each in street.heard if each.word == "journal"]
    numbers = [int(str(entry["seq"])) for entry in told]
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    assert numbers[0] <= seq + 1
    assert set(told[-1]) == FIELDS


def test_no_badge_number_leaves_but_in_a_readers_own_tap(
    house: House, street: Street, card: Card
) -> None:
    street.answer(street.tap(card))
    street.say("front", "tap", json.dumps({"uid": card.uid, "reader": card.uid}).encode())
    street.until(lambda each: each.word == "feedback" and b"malformed" in each.payload)
    street.say(card.uid, "exit", {"id": new_id()})
    street.say("lab", "state", {"contact": card.uid})
    time.sleep(A_WHILE)
    for each in street.heard:
        if each.word not in {"tap", "exit", "state"}:
            assert card.uid not in each.payload.decode()
    assert card.uid not in house.daemon.said()


def who_is_in(house: House, card: Card) -> list[tuple[str, datetime]]:
    """Return room and beginning of the open visits of a badge's owner."""
    with house.store.reading() as session:
        rows = session.scalars(
            select(VisitRow).where(VisitRow.member == card.member, VisitRow.ended_by.is_(None))
        )
        return [(row.room, moment(row.began)) for row in rows]
