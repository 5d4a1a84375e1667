"""Silent and dawdling visitors at the API: whoever has something to say is served meanwhile."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from tests.e2e.brokers import HOST, wait_for_port
from tests.faults.house import House, furnished
from tests.faults.sizes import size

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow]
IDLERS = size("USCIERE_IDLERS", 500)
SERVED_WITHIN = 1.0


@contextmanager
def idlers(port: int, number: int) -> Iterator[list[socket.socket]]:
    """Give so many visitors: every other one has begun a sentence."""
    came = []
    try:
        for each in range(number):
            came.append(socket.create_connection((HOST, port), 10))
            if each % 2:
                came[-1].sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX")
        yield came
    finally:
        for line in came:
            line.close()


def ask(house: House) -> tuple[float, int]:
    """Ask who is in, with a token; return how long it took and the status."""
    began = time.monotonic()
    status, _ = house.get("/api/v1/presence", patience=30)
    return time.monotonic() - began, status


def dawdle(came: list[socket.socket]) -> None:
    """Say one byte more, where a sentence has begun."""
    for line in came[1::2]:
        with suppress(OSError):  # hung up on, to make room
            line.sendall(b"y")


def test_who_has_something_to_say_is_served_among_idlers(tell: Callable[[str], None]) -> None:
    with furnished() as house:
        house.api.start()
        wait_for_port(house.api_port)
        ask(house)
        with idlers(house.api_port, IDLERS) as came:
            asked = []
            for _ in range(4):
                dawdle(came)
                asked.append(ask(house))
                time.sleep(0.3)
        assert "Traceback" not in house.api.said()
    slowest = max(took for took, _ in asked)
    tell(f"{IDLERS} idlers: {[status for _, status in asked]}, the slowest took {slowest:.2f} s")
    assert {status for _, status in asked} == {200}
    assert slowest < SERVED_WITHIN
