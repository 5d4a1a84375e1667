"""Twenty taps a second for as long as one likes: nothing grows but the journal."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.brokers import HOST, wait_for_port
from tests.faults.house import House, furnished
from tests.faults.oracle import assert_nothing_wrong, assert_sound, compare
from tests.faults.sizes import size
from tests.faults.street import Crowd, Street, dice_of
from tests.faults.test_kill import answered

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow]
SECONDS = 60 * size("USCIERE_SOAK_MINUTES", 0) or 15
RATE = 20
GROWS_BY_AT_MOST = 10.0
LARGEST_LOG = 64 * 1024 * 1024
STEPS = 10
"""Figures are taken so often; the first tenth, in which caches fill, does not count."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What two processes hold at one moment: MiB resident, open files, bytes of the WAL."""

    doorman: float
    api: float
    files: tuple[int, int]
    log: int


def figures(house: House) -> Figures:
    log = Path(f"{house.store.url.database}-wal")
    pids = house.daemon.pid, house.api.pid
    resident = [each.resident() for each in (house.daemon, house.api)]
    files = [len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in pids]
    return Figures(resident[0], resident[1], (files[0], files[1]), log.stat().st_size)


def test_nothing_grows_under_twenty_taps_a_second(seed: int, tell: Callable[[str], None]) -> None:
    with furnished() as house, Street(house) as street:
        house.daemon.start()
        house.api.start()
        wait_for_port(house.api_port)
        answered(house, street)
        crowd = Crowd(house, street, dice_of(seed), rate=RATE)
        with _watched(house):
            crowd.begin()
            seen = []
            for _ in range(STEPS):
                time.sleep(SECONDS / STEPS)
                seen.append(figures(house))
            crowd.finish()
        sent = crowd.doors()
        assert_nothing_wrong(compare(house, sent, street.answers(), street.commands()))
        entries = assert_sound(house)
        assert "Traceback" not in house.daemon.said() + house.api.said()
    doorman, api = ([round(getattr(each, who)) for each in seen] for who in ("doorman", "api"))
    tell(f"{SECONDS} s, {len(sent)} taps, {crowd.resent} sent again, {entries} entries")
    tell(f"MiB: doorman {doorman}, API {api}; WAL {seen[-1].log}; files {seen[-1].files}")
    assert len(sent) > SECONDS * RATE * 0.9
    assert max(each.doorman for each in seen) - seen[0].doorman < GROWS_BY_AT_MOST
    assert max(each.api for each in seen) - seen[0].api < GROWS_BY_AT_MOST
    assert max(sum(each.files) for each in seen) <= sum(seen[0].files) + 2
    assert max(each.log for each in seen) < LARGEST_LOG


@contextmanager
def _watched(house: House) -> Iterator[None]:
    """Let somebody have the board in view, who asks every second."""
    ends = threading.Event()
    headers = {"Authorization": f"Bearer {house.token}"}

    def look() -> None:
        line = http.client.HTTPConnection(HOST, house.api_port, timeout=10)
        while not ends.wait(1.0):
            for path in ("/api/v1/occupancy", "/api/v1/presence", "/api/v1/doors"):
                line.request("GET", path, headers=headers)
                with line.getresponse() as answer:
                    assert json.loads(answer.read())
        line.close()

    watcher = threading.Thread(target=look, name="watcher")
    watcher.start()
    try:
        yield
    finally:
        ends.set()
        watcher.join()
