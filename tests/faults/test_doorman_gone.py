"""The doorman is gone and the API lives: it says so, and says so again when he is back."""

import http.client
import json
import time
from collections.abc import Callable

import pytest

from tests.e2e.brokers import wait_for_port
from tests.faults.house import House, furnished
from tests.faults.street import Street
from tests.faults.test_kill import answered

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow]
KNOWN_WITHIN = 15.0


def seconds_until_known(house: House, *, on_duty: bool) -> float:
    """Return after how many seconds the API knows whether the doorman is on duty."""
    began = time.monotonic()
    while True:
        status, said = house.get("/readyz")
        checks = {each["name"]: each["ok"] for each in json.loads(said)["checks"]}
        if checks["doorman"] is on_duty:
            assert (status == http.client.OK) is on_duty
            return time.monotonic() - began
        assert time.monotonic() - began < KNOWN_WITHIN, said
        time.sleep(0.05)


def test_the_api_says_that_he_is_gone_and_that_he_is_back(tell: Callable[[str], None]) -> None:
    with furnished() as house, Street(house) as street:
        house.daemon.start()
        house.api.start()
        wait_for_port(house.api_port)
        answered(house, street)
        seconds_until_known(house, on_duty=True)
        house.daemon.kill()
        gone = seconds_until_known(house, on_duty=False)
        assert "usciere_doorman_up 0" in house.get("/metrics")[1]
        house.daemon.start()
        back = seconds_until_known(house, on_duty=True)
        assert "Traceback" not in house.api.said()
    tell(f"known to be gone after {gone:.2f} s, to be back after {back:.2f} s")
