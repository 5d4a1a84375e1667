"""The API as a process: it says where it fails, ends in time, and waits for nobody for ever."""

import http.client
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

_PATIENCE = 30.0
_TOML = """
[site]
id = "cooffice"
name = "CoOffice"
[mqtt]
url = "embedded://127.0.0.1:{broker}"
[api]
listen = "127.0.0.1:{port}"
[[rooms]]
id = "open-space"
[[doors]]
id = "ingresso"
room = "open-space"
"""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Api:
    """`usciere api` of its own folder and port."""

    def __init__(self, folder: Path) -> None:
        self.port = _free_port()
        self.config = folder / "usciere.toml"
        self.config.write_text(_TOML.format(port=self.port, broker=_free_port()))
        self.process = self.start()

    def start(self) -> "subprocess.Popen[str]":
        command = [sys.executable, "-P", "-m", "commands", "api", "--config", str(self.config)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def wait(self) -> None:
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            try:
                self.get("/healthz")
            except OSError:
                time.sleep(0.05)
            else:
                return
        pytest.fail("the API did not come up")

    def get(self, path: str) -> int:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        line.request("GET", path)
        with line.getresponse() as answer:
            answer.read()
        line.close()
        return answer.status

    def open(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), _PATIENCE)


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    api = Api(tmp_path)
    api.wait()
    yield api
    api.process.kill()
    api.process.communicate()


def test_it_ends_in_time_although_somebody_watches(api: Api) -> None:
    assert api.get("/") == 200
    assert api.get("/readyz") == 503  # there is no broker
    with api.open() as watcher:
        watcher.sendall(b"GET /api/v1/stream HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"200 OK" in watcher.recv(4096)
        asked = time.monotonic()
        api.process.send_signal(signal.SIGTERM)
        assert api.process.wait(_PATIENCE) == 0
        assert time.monotonic() - asked < 5
    assert "Traceback" not in (api.process.stderr.read() if api.process.stderr else "")


def test_a_house_without_accounts_prints_a_code_for_the_first_admin(api: Api) -> None:
    assert api.process.stdout is not None
    said = api.process.stdout.readline()
    assert f"http://127.0.0.1:{api.port}/login/first: " in said
    assert len(said.rstrip().rsplit(" ", 1)[1]) == len("ABCD-EFGH-JKLM-NPQR")


def test_a_port_that_is_taken_is_one_line(api: Api) -> None:
    second = api.start()
    _, said = second.communicate(timeout=_PATIENCE)
    assert second.returncode == 1
    assert said.strip().splitlines()[-1].startswith(f"the API can't listen on 127.0.0.1:{api.port}")
    assert "Traceback" not in said


def test_who_does_not_say_what_he_wants_is_hung_up_on(api: Api) -> None:
    with api.open() as silent, api.open() as slow:
        slow.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
        began = time.monotonic()
        assert silent.recv(1) == b""
        assert slow.recv(1) == b""
        assert 9 < time.monotonic() - began < 12
