"""A thousand hostile messages among good taps: one entry each, no door opens, nobody waits."""

import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from daemon.store.tables import JournalRow
from tests.faults.house import OPEN_DOORS, House, furnished
from tests.faults.malice import Malice, all_malice, known_at
from tests.faults.oracle import assert_sound, compare, journal
from tests.faults.street import SOON, Street, dice_of

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow]
LINES = 10
"""In the log, whatever comes: what is wrong with a message stands in the journal."""
GROWS_BY_AT_MOST = 10.0
REASONS = {"throttled": "unknown-badge"}
"""The throttle is right either way; who is throttled was unknown."""


@pytest.fixture
def house() -> Iterator[House]:
    with furnished() as house:
        house.daemon.start()
        yield house


def test_hostile_messages_are_one_entry_each_and_no_more(
    house: House, seed: int, tell: Callable[[str], None]
) -> None:
    dice = dice_of(seed)
    good, targets = house.cards[1:40], house.cards[40:]
    with Street(house) as street, Street(house, "stranger") as stranger:
        street.ask(house.cards[0])
        for door in OPEN_DOORS:
            street.answer(street.tap(house.cards[0], door, id=known_at(door)))
        known, memory = len(journal(house)), house.daemon.resident()
        taps: dict[str, str] = {}
        malice = all_malice(house, targets, dice)
        began = time.monotonic()
        for each in malice:
            stranger.shout(each.topic, each.payload, retain=each.retain)
            if dice.random() < 0.5:
                door = dice.choice(OPEN_DOORS)
                taps[street.tap(dice.choice(good), door)] = door
            time.sleep(0.001)
        for tap in taps:
            street.answer(tap)
        last = street.tap(house.cards[0], "lab")
        assert street.answer(last)["granted"]
        took, grown = time.monotonic() - began, house.daemon.resident() - memory
        entries = _all_written(house, known, malice)
        answers = {tap: [_bytes(street, tap)] for tap in taps}
        strangers = {each.payload for each in malice}
        commands = [each for each in street.commands() if each.payload not in strangers]
        found = compare(house, taps, answers, commands)
        refusals = [each for each in street.feedback() if each.said()["reason"] == "malformed"]
    lines = house.daemon.said().count("\n")
    tell(f"{len(malice)} hostile, {len(taps)} good in {took:.1f} s: {found}; {entries}")
    tell(f"{lines} lines in the log, {grown:.1f} MiB more memory")
    assert lines <= LINES
    assert grown < GROWS_BY_AT_MOST
    assert not found.lost
    assert not found.doubled
    assert not found.contradicted
    assert not found.opened_wrongly
    assert not found.opened_twice
    assert not found.unopened
    assert all(row.member not in {card.member for card in targets} for row in _granted(house))
    assert entries == Counter(_promised(each) for each in malice if each.kind)
    assert len(refusals) == sum("malformed" in each.reasons and each.answered for each in malice)
    assert "Traceback" not in house.daemon.said()
    assert house.daemon.is_alive()
    assert_sound(house)


def test_a_message_of_a_megabyte_is_one_entry(house: House) -> None:
    with Street(house) as street:
        street.ask(house.cards[0])
        street.say("front", "tap", {"uid": house.cards[1].uid, "fill": "x" * 1_000_000})
        said = street.until(lambda each: b'"malformed"' in each.payload and each.word == "feedback")
        assert said.said()["granted"] is False
        assert street.ask(house.cards[2])["granted"]
        assert not street.commands("null")
    problems = [row.detail for row in journal(house, "tap") if row.reason == "malformed"]
    assert len(problems) == 1
    assert "at most 4096 are read" in str(problems[0])
    assert "Traceback" not in house.daemon.said()


def _promised(malice: Malice) -> tuple[str, str]:
    reason = malice.reasons[0]
    return malice.kind, REASONS.get(reason, reason)


def _all_written(house: House, known: int, malice: list[Malice]) -> Counter[tuple[str, str]]:
    """Return kinds and reasons of what was written about hostile messages, once all of it is."""
    expected = sum(bool(each.kind) for each in malice)
    limit = time.monotonic() + SOON
    while True:
        rows = [
            row
            for row in journal(house)[known:]
            if row.granted is not True and row.reason != "repeated-refusals"
        ]
        if len(rows) >= expected or time.monotonic() > limit:
            reasons = [(row.kind, str(row.reason)) for row in rows]
            return Counter((kind, REASONS.get(reason, reason)) for kind, reason in reasons)
        time.sleep(0.1)


def _bytes(street: Street, tap: str) -> bytes:
    return next(each.payload for each in street.feedback() if each.said()["tap"] == tap)


def _granted(house: House) -> list[JournalRow]:
    return [row for row in journal(house) if row.granted]
