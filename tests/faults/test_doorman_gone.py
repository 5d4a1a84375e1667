"""The doorman is gone and the API lives: it says so, and says so again when he is back."""

from collections.abc import Callable

import pytest

from tests.e2e.brokers import wait_for_port
from tests.faults.house import furnished
from tests.faults.street import Street
from tests.faults.test_kill import answered, seconds_until_known

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow]


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
