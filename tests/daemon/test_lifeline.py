import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from daemon.lifeline import Child, Household

_FOLLOWS = "import time; from daemon.lifeline import follow_parent; follow_parent(); time.sleep(60)"
_STUBBORN = (
    "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    " open(sys.argv[1], 'w').close(); time.sleep(60)"
)
_PARENT = """\
import sys, time
from daemon.lifeline import Child
child = Child("the child", [sys.executable, "-c", sys.argv[1]])
child.start()
print(child._process.pid, flush=True)
time.sleep(60)
"""
_PATIENCE = 10.0


class Pretended:
    """A companion that is alive when told so, and may refuse to start."""

    def __init__(self, name: str, diary: list[str]) -> None:
        self.name, self.diary = name, diary
        self.alive = self.refuses = False

    def start(self) -> None:
        self.diary.append(f"{self.name} starts")
        if self.refuses:
            raise OSError("no")
        self.alive = True

    def is_alive(self) -> bool:
        return self.alive

    def stop(self, limit: float) -> None:
        self.diary.append(f"{self.name} stops within {limit:.0f}")
        self.alive = False


class Home:
    """A household of a broker and an API."""

    def __init__(self) -> None:
        self.diary: list[str] = []
        self.seconds = 0.0
        self.broker, self.api = Pretended("broker", self.diary), Pretended("api", self.diary)
        self.household = Household([self.broker, self.api], lambda: self.seconds)
        self.household.start()


@pytest.fixture
def home() -> Home:
    return Home()


@pytest.fixture
def child() -> Iterator[Child]:
    """Return a child that lives until it is asked, or left, to end."""
    made = Child("the child", [sys.executable, "-c", _FOLLOWS])
    made.start()
    yield made
    made.stop(0)


def comes_true(what: Callable[[], bool]) -> bool:
    limit = time.monotonic() + _PATIENCE
    while not what() and time.monotonic() < limit:
        time.sleep(0.01)
    return what()


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_upward_in_order_downward_in_reverse(home: Home) -> None:
    home.household.stop(2)
    assert home.diary == [
        "broker starts",
        "api starts",
        "api stops within 2",
        "broker stops within 2",
    ]


def test_who_has_died_is_started_again_every_two_seconds_at_most(home: Home) -> None:
    home.diary.clear()
    home.api.refuses, home.api.alive = True, False
    for _ in range(50):
        home.household.look_after()
        home.seconds += 0.1
    assert home.diary == ["api starts"] * 3
    home.api.refuses = False
    home.seconds += 2
    home.household.look_after()
    home.seconds += 2
    home.household.look_after()
    assert home.diary == ["api starts"] * 4


def test_one_that_cannot_start_keeps_nobody_else_down(home: Home) -> None:
    home.broker.refuses, home.broker.alive, home.api.alive = True, False, False
    home.household.look_after()
    assert home.api.alive


def test_a_child_lives_until_it_is_stopped(child: Child) -> None:
    assert child.is_alive()
    child.stop(_PATIENCE)
    assert not child.is_alive()
    child.stop(_PATIENCE)


def test_a_child_that_was_never_started_does_not_live() -> None:
    child = Child("nobody", ["true"])
    assert not child.is_alive()
    child.stop(0)


def test_a_child_that_died_is_seen_and_can_be_started_again(child: Child) -> None:
    first = child._process
    assert first is not None
    first.kill()
    assert comes_true(lambda: not child.is_alive())
    child.start()
    assert child.is_alive()


def test_a_stubborn_child_is_ended_in_time(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    child = Child("the mule", [sys.executable, "-c", _STUBBORN, str(ready)])
    child.start()
    assert comes_true(ready.exists)
    began = time.monotonic()
    child.stop(0.2)
    assert time.monotonic() - began < 2
    assert not child.is_alive()


def test_a_child_ends_with_its_parent_however_that_ends() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, _FOLLOWS], stdout=subprocess.PIPE, encoding="ascii"
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert lives(pid)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    assert comes_true(lambda: not lives(pid))
