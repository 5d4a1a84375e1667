"""One number on two cards, at two entrances at once: the second stays out, or staff hear of it."""

import json
import time
from collections.abc import Callable

import pytest

from tests.faults.house import Card, House, Terms, furnished
from tests.faults.oracle import assert_sound, journal
from tests.faults.sizes import size
from tests.faults.street import NOBODY, Heard, Street

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow]
PAIRS = size("USCIERE_PAIRS", 20)
TOLD_WITHIN = 1.0
SETTLING = 1.1
_ENTRANCE = """\
[[doors]]
id = "{door}"
room = "open-space"
entrance = true
passback = "{passback}"
readers = [{{ id = "outside" }}, {{ id = "inside", role = "exit" }}]
"""
ENTRANCES = "".join(
    _ENTRANCE.format(door=door, passback=passback)
    for door, passback in (("gate", "alert"), ("garage", "alert"), ("cellar", "enforce"))
)


def is_alarm(card: Card, door: str) -> Callable[[Heard], bool]:
    """Tell whether staff hear that somebody inside with this badge enters again at this door."""

    def wanted(heard: Heard) -> bool:
        if heard.word != "journal" or b'"passback"' not in heard.payload:
            return False
        said = heard.said()
        return (said["kind"], said["door"], said["member"]) == ("alarm", door, card.member)

    return wanted


def pair(street: Street, card: Card, second: str) -> tuple[str, str]:
    """Hold both cards to their readers at the same moment; return the taps' ids."""
    return street.tap(card, "gate"), street.tap(card, second)


def leave(street: Street, card: Card) -> None:
    assert street.answer(street.tap(card, "gate", reader="inside"))["granted"]


def test_a_clone_at_the_other_entrance_is_an_alarm_or_stays_outside(
    tell: Callable[[str], None],
) -> None:
    took = []
    with furnished(Terms(more=ENTRANCES, repeat=0)) as house, Street(house) as street:
        begin(house, street)
        for number in range(PAIRS):
            card = house.cards[number % len(house.cards)]
            first, clone = pair(street, card, "garage")
            began = time.monotonic()
            street.until(is_alarm(card, "garage"), 10)
            took.append(time.monotonic() - began)
            assert street.answer(first)["reason"] == "plan"
            street.answer(clone)
            leave(street, card)
            street.heard = [each for each in street.heard if not is_alarm(card, "garage")(each)]
        for card in house.cards[:PAIRS]:
            first, clone = pair(street, card, "cellar")
            assert (street.answer(first)["granted"], street.answer(clone)["granted"]) == (
                True,
                False,
            )
            assert street.answer(clone)["reason"] == "passback"
            assert not street.commands(clone)
        alarms = [row for row in journal(house, "alarm") if row.reason == "passback"]
        assert_sound(house)
    tell(f"{PAIRS} clones, each told within {max(took):.2f} s; {PAIRS} kept out")
    told = {json.loads(str(row.detail))["tap"] for row in alarms if row.door == "garage"}
    assert len(told) == PAIRS
    assert max(took) < TOLD_WITHIN


def begin(house: House, street: Street) -> None:
    house.daemon.start()
    street.ask(NOBODY, "lab")
    time.sleep(SETTLING)
