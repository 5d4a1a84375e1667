"""systemd hears that we serve, that we live, that we end: sd_notify over a real socket."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from daemon.supervisor import handed_over, supervisor_of


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@contextmanager
def systemd(address: str) -> Iterator[socket.socket]:
    """Listen as systemd does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(address)
        line.settimeout(0)
        yield line


def heard(line: socket.socket) -> list[str]:
    """Return every word that has come."""
    words = []
    while True:
        try:
            words.append(line.recv(100).decode())
        except BlockingIOError:
            return words


@pytest.mark.parametrize("kind", ["path", "abstract"])
def test_a_service_is_ready_once_and_says_that_it_ends(tmp_path: Path, kind: str) -> None:
    name = str(tmp_path / "notify") if kind == "path" else f"@usciere-test-{os.getpid()}"
    with systemd(name.replace("@", "\0")) as line:
        supervisor = supervisor_of({"NOTIFY_SOCKET": name}, Clock())
        assert heard(line) == []
        supervisor.ready()
        supervisor.ready()
        supervisor.alive()  # no watchdog was asked for
        supervisor.stopping()
        assert heard(line) == ["READY=1", "STOPPING=1"]


def test_the_watchdog_is_fed_twice_in_its_time_and_not_more(tmp_path: Path) -> None:
    clock, name = Clock(), str(tmp_path / "notify")
    environ = {"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "10000000", "WATCHDOG_PID": str(os.getpid())}
    with systemd(name) as line:
        supervisor = supervisor_of(environ, clock)
        for _ in range(100):
            supervisor.alive()
            clock.seconds += 0.25
        assert heard(line) == ["WATCHDOG=1"] * 5


def test_a_watchdog_meant_for_another_process_is_not_ours_to_feed(tmp_path: Path) -> None:
    name = str(tmp_path / "notify")
    environ = {"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "10000000", "WATCHDOG_PID": "1"}
    with systemd(name) as line:
        supervisor_of(environ, Clock()).alive()
        assert heard(line) == []


@pytest.mark.parametrize("period", ["", "0", "soon", "-5"])
def test_a_watchdog_without_a_sane_time_is_none(tmp_path: Path, period: str) -> None:
    name = str(tmp_path / "notify")
    with systemd(name) as line:
        supervisor_of({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": period}, Clock()).alive()
        assert heard(line) == []


def test_children_cannot_speak_in_our_name() -> None:
    ours = {"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "1", "WATCHDOG_PID": "1", "LISTEN_FDS": "0"}
    environ = {**ours, "LISTEN_PID": "1", "LISTEN_FDNAMES": "http", "HOME": "/"}
    supervisor_of(environ, Clock())
    handed_over(environ)
    assert environ == {"HOME": "/"}


def test_a_systemd_that_has_gone_costs_a_line_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    supervisor_of({"NOTIFY_SOCKET": str(tmp_path / "gone")}, Clock()).ready()
    assert "systemd cannot be told READY=1: No such file or directory" in caplog.text


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"LISTEN_FDS": "1"},
        {"LISTEN_FDS": "1", "LISTEN_PID": "1"},
        {"LISTEN_FDS": "x", "LISTEN_PID": str(os.getpid())},
    ],
)
def test_sockets_that_were_not_handed_to_us_are_left_alone(environ: dict[str, str]) -> None:
    assert handed_over(environ) == []
