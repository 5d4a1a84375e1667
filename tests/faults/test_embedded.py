"""The embedded broker is killed while people tap: it is there again, and nothing was lost."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.brokers import wait_for_port
from tests.faults.house import Program, furnished
from tests.faults.oracle import assert_nothing_wrong, assert_sound, compare
from tests.faults.sizes import size
from tests.faults.street import NOBODY, Crowd, Street, dice_of

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow]
KILLS = size("USCIERE_BROKER_KILLS", 2)
BACK_WITHIN = 8.0
"""Seconds: until it is started again, and the pause of both sides between two tries to connect."""


def brokers_below(program: Program) -> list[int]:
    """Return the process ids of the embedded brokers that a program has started."""
    children = Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text().split()
    return [
        int(each)
        for each in children
        if b"broker_child" in Path(f"/proc/{each}/cmdline").read_bytes()
    ]


def test_killed_under_load_it_is_there_again_and_nothing_is_lost(
    seed: int, tell: Callable[[str], None]
) -> None:
    dice, back = dice_of(seed), []
    with furnished() as house:
        house.broker.stop()
        config = house.settings.folder / "usciere.toml"
        config.write_text(config.read_text().replace("mqtt://", "embedded://"))
        everything = Program(config, "run")
        everything.start()
        try:
            wait_for_port(house.broker.port)
            with Street(house, five=False) as street:
                street.ask(NOBODY, "lab")
                crowd = Crowd(house, street, dice)
                crowd.begin()
                for _ in range(KILLS):
                    time.sleep(dice.uniform(0.1, 0.7))
                    [broker] = brokers_below(everything)
                    began = time.monotonic()
                    os.kill(broker, signal.SIGKILL)
                    street.ask(NOBODY, "lab")
                    back.append(time.monotonic() - began)
                crowd.finish()
                sent = crowd.doors()
                found = compare(house, sent, street.answers(), street.obeyed())
            assert everything.stop() == 0
        finally:
            everything.kill()
        assert_sound(house)
        assert "Traceback" not in everything.said()
    tell(f"{KILLS} kills, {len(sent)} taps, {crowd.resent} sent again; {found}")
    tell(f"back within {max(back):.1f} s")
    # An unlock that was in the broker when that was killed is gone with it: the person taps again.
    assert_nothing_wrong(replace(found, unopened=[]))
    assert max(back) < BACK_WITHIN
