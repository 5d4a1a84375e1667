"""Doorman and API as systemd runs them: told, watched, handed a socket, under the unit's filter."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.sandbox import library
from tests.faults.house import House, furnished
from tests.faults.street import Street
from tests.units import syscalls

_PATIENCE = 20.0
_TRY = """\
import mmap, socket
for family in (socket.AF_INET6, socket.AF_PACKET):
    try:
        socket.socket(family)
        print("opened", family)
    except OSError as refused:
        print(refused.errno)
try:
    mmap.mmap(-1, 4096, prot=mmap.PROT_WRITE | mmap.PROT_EXEC)
    print("mapped")
except PermissionError as refused:
    print(refused.errno)
import os
try:
    os.chroot("/")
    print("moved")
except PermissionError as refused:
    print(refused.errno)
"""


class Unit:
    """A program as a service. `heard` is what systemd would have heard."""

    def __init__(
        self, folder: Path, unit: str, command: list[str], more: Mapping[str, str]
    ) -> None:
        library()
        assert syscalls(unit)
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._line.bind(str(folder / "notify"))
        self._line.settimeout(_PATIENCE)
        said = {"NOTIFY_SOCKET": str(folder / "notify"), "WATCHDOG_USEC": "400000"}
        self.folder = folder
        with (folder / "said.log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.e2e.sandbox", unit, sys.executable, "-P", *command],
                env={**os.environ, **said, **more},
                stdout=subprocess.PIPE,
                stderr=log,
            )

    def hears(self, word: str) -> None:
        """Wait for a word; all before it is thrown away."""
        limit = time.monotonic() + _PATIENCE
        while time.monotonic() < limit:
            if self._line.recv(100).decode() == word:
                return
        pytest.fail(f"systemd never heard {word}: {self.said()}")

    def drain(self) -> int:
        """Return how many words wait to be heard."""
        self._line.settimeout(0)
        count = 0
        try:
            while self._line.recv(100):
                count += 1
        except BlockingIOError:
            self._line.settimeout(_PATIENCE)
        return count

    def said(self) -> str:
        return (self.folder / "said.log").read_text(errors="replace")

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(_PATIENCE)

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()
        self._line.close()


@contextmanager
def service(
    folder: Path, unit: str, command: list[str], more: Mapping[str, str] | None = None
) -> Iterator[Unit]:
    running = Unit(folder, unit, command, more or {})
    try:
        yield running
    finally:
        running.close()


def words(house: House, word: str) -> list[str]:
    return ["-m", "commands", "--config", str(house.settings.folder / "usciere.toml"), word]


@pytest.fixture
def house() -> Iterator[House]:
    with furnished() as house:
        yield house


def test_the_filter_is_really_there(tmp_path: Path) -> None:
    with service(tmp_path, "usciere.service", ["-c", _TRY]) as tried:
        out, _ = tried.process.communicate(timeout=_PATIENCE)
    assert out.decode().split() == ["97", "97", "1", "1"], tried.said()


@pytest.mark.mosquitto
def test_the_doorman_serves_under_his_units_filter_and_says_so(
    tmp_path: Path, house: House
) -> None:
    with service(tmp_path, "usciere.service", words(house, "daemon")) as doorman:
        doorman.hears("READY=1")
        with Street(house) as street:
            assert street.ask(house.somebody())["granted"] is True
            _stands_still(doorman)
            assert street.ask(house.somebody())["granted"] is True
        assert doorman.stop() == 0
        doorman.hears("STOPPING=1")
        assert "Traceback" not in doorman.said()


def _stands_still(doorman: Unit) -> None:
    """See that a doorman who is stuck feeds nobody, and that he goes on afterwards."""
    doorman.hears("WATCHDOG=1")
    doorman.process.send_signal(signal.SIGSTOP)
    time.sleep(0.1)
    doorman.drain()
    time.sleep(1.0)
    assert doorman.drain() == 0
    doorman.process.send_signal(signal.SIGCONT)
    doorman.hears("WATCHDOG=1")


@pytest.mark.mosquitto
def test_the_api_serves_at_the_socket_it_is_handed_and_can_open_no_other(
    tmp_path: Path, house: House
) -> None:
    command = words(house, "api")
    with service(tmp_path, "usciere-api.service", command, {"LISTEN": "1"}) as api:
        assert api.process.stdout is not None
        port = int(api.process.stdout.readline())
        api.hears("READY=1")
        api.hears("WATCHDOG=1")
        assert port != house.api_port
        assert _status(port, "/healthz") == 200
        assert _status(port, "/api/v1/occupancy") == 200
        with pytest.raises(ConnectionRefusedError):
            _status(house.api_port, "/healthz")
        assert api.stop() == 0
        api.hears("STOPPING=1")
        assert "Traceback" not in api.said()


def _status(port: int, path: str) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    line.request("GET", path)
    with line.getresponse() as answer:
        answer.read()
    line.close()
    return answer.status
