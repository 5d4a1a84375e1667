"""Taps that somebody has written down are sent again, or held back: nothing opens a second time."""

import time
from collections.abc import Callable

import pytest

from tests.faults.house import House, furnished
from tests.faults.oracle import assert_nothing_wrong, assert_sound, compare, journal
from tests.faults.sizes import size
from tests.faults.street import NOBODY, SOON, Crowd, Street, dice_of
from tests.faults.test_kill import answered

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow]
REPLAYS = size("USCIERE_REPLAYS", 100)
"""How many taps are captured; each is sent again three times."""
HELD = size("USCIERE_HELD_SECONDS", 3)
"""How long taps are held back by the broker; they are late after two seconds."""


def send_all_again(street: Street, crowd: Crowd) -> None:
    """Send all that the crowd has sent, byte by byte; return once each is answered once more."""
    seen, waiting = len(street.heard), set(crowd.sent)
    for tap in crowd.sent.values():
        street.say(tap.door, "tap", tap.payload)
    limit = time.monotonic() + SOON + REPLAYS / 50
    while waiting:
        assert time.monotonic() < limit, f"{len(waiting)} are not answered again"
        new = street.heard[seen:]
        seen += len(new)
        waiting -= {str(each.said()["tap"]) for each in new if each.word == "feedback"}
        time.sleep(0.05)


def test_captured_taps_open_nothing_again_whoever_was_restarted_meanwhile(
    seed: int, tell: Callable[[str], None]
) -> None:
    with furnished() as house, Street(house) as street:
        house.daemon.start()
        answered(house, street)
        crowd = Crowd(house, street, dice_of(seed), rate=100)
        crowd.begin()
        while len(crowd.sent) < REPLAYS:
            time.sleep(0.01)
        crowd.finish()
        answered(house, street)
        unlocks, rows = len(street.commands()), taps_in(house, crowd)
        send_all_again(street, crowd)
        for victim in (house.daemon, house.broker):
            victim.kill()
            victim.start()
            street.ask(NOBODY, "lab")
            send_all_again(street, crowd)
        sent = crowd.doors()
        found = compare(house, sent, street.answers(), street.obeyed())
        assert_sound(house)
        assert len(street.commands()) == unlocks
        assert taps_in(house, crowd) == rows == len(sent)
    tell(f"{len(sent)} taps, each sent again three times: {unlocks} unlocks before and after")
    assert_nothing_wrong(found)


def taps_in(house: House, crowd: Crowd) -> int:
    return sum(row.id in crowd.sent for row in journal(house, "tap"))


def test_what_the_broker_held_back_is_a_fact_and_opens_nothing(tell: Callable[[str], None]) -> None:
    with furnished() as house, Street(house) as street:
        config = house.settings.folder / "usciere.toml"
        config.write_text(
            config.read_text().replace("[access]", "[access]\nmax_tap_age_seconds = 2")
        )
        house.daemon.start()
        answered(house, street)
        house.daemon.kill()
        dated = [street.tap(card, "north") for card in house.cards[:30]]
        undated = [street.tap(card, "south", at=None) for card in house.cards[30:]]
        time.sleep(HELD)
        house.daemon.start()
        answers = [street.answer(tap) for tap in (*dated, *undated)]
        answered(house, street)
        rows = {row.id: row for row in journal(house, "tap")}
        assert_sound(house)
        unlocks = street.commands()
    tell(f"{len(answers)} taps held back for {HELD} s: {len(unlocks)} unlocks")
    assert {(each["granted"], each["reason"]) for each in answers} == {(False, "late")}
    assert all(rows[tap].late for tap in (*dated, *undated))
    assert unlocks == []
