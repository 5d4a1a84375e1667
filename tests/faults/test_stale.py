"""Once a change has been answered, no decision uses the old state: two processes, one badge."""

import http.client
import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from tests.e2e.brokers import HOST, wait_for_port
from tests.faults.house import Card, House, furnished
from tests.faults.oracle import journal
from tests.faults.street import Street, dice_of

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow]
ROUNDS = 500


class Staff:
    """Somebody at the web pages."""

    def __init__(self, house: House) -> None:
        self._line = http.client.HTTPConnection(HOST, house.api_port, timeout=10)
        self._token = house.token

    def set_status(self, card: Card, status: str) -> None:
        """Return once the change has been answered."""
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
        }
        body = json.dumps({"status": status})
        self._line.request("PATCH", f"/api/v1/badges/{card.id}", body, headers)
        answer = self._line.getresponse()
        said = answer.read()
        assert answer.status == 200, said

    def close(self) -> None:
        """Leave."""
        self._line.close()


@pytest.fixture
def house() -> Iterator[House]:
    with furnished() as house:
        house.daemon.start()
        house.api.start()
        wait_for_port(house.api_port)
        yield house


def test_no_tap_meets_a_badge_as_it_was_before(
    house: House, seed: int, tell: Callable[[str], None]
) -> None:
    dice, card = dice_of(seed), house.somebody()
    stale, began = [], time.monotonic()
    with Street(house) as street, closing(Staff(house)) as staff:
        street.ask(card)
        for number in range(ROUNDS):
            status = dice.choice(["active", "blocked", "lost"])
            staff.set_status(card, status)
            tap = street.tap(card, dice.choice(["front", "north", "lab"]))
            answer = street.answer(tap)
            if answer["granted"] is not (status == "active"):
                stale.append((number, status, answer))
    tell(f"{ROUNDS} rounds in {time.monotonic() - began:.1f} s: {len(stale)} stale decisions")
    assert not stale
    changes = [row for row in journal(house, "change") if str(row.reason).startswith("badge-")]
    assert len(changes) > ROUNDS / 2
