"""Fifty or a hundred people want the same room at the same moment: one has it, the rest are told.

A real server, a real database, requests that are let go together.
"""

import http.client
import json
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from daemon.store.engine import Store
from daemon.store.forms import NewToken
from daemon.store.people import Act, Actor
from daemon.store.tokens import add_token
from devices.clock import now
from tests.postgresql import SITE, Server

_PATIENCE = 60.0
_TOML = """
[site]
id = "cooffice"
name = "CoOffice"
[database]
url = "{url}"
[mqtt]
url = "embedded://127.0.0.1:{broker}"
[api]
listen = "127.0.0.1:{port}"
[[rooms]]
id = "sala"
bookable = true
[[doors]]
id = "porta"
room = "sala"
"""
_START, _END = "2027-03-01T{:02}:00:00+01:00", "2027-03-01T{:02}:30:00+01:00"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Api:
    """`usciere api` on a database of its own, and a staff token."""

    def __init__(self, folder: Path, url: str) -> None:
        self.port = _free_port()
        store = Store(url)
        act = Act(store, SITE, Actor("test"), now())
        self.token = add_token(act, NewToken(name="staff", role="staff"))[1]
        store.close()
        config = folder / "usciere.toml"
        config.write_text(_TOML.format(url=url, port=self.port, broker=_free_port()))
        command = [sys.executable, "-P", "-m", "commands", "api", "--config", str(config)]
        self.process = subprocess.Popen(command)

    def wait(self) -> None:
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            try:
                self.line().close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        pytest.fail("the API did not come up")

    def line(self) -> http.client.HTTPConnection:
        """Return a connection that is open already."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        line.connect()
        return line

    def ask(
        self, line: http.client.HTTPConnection, method: str, body: object = None
    ) -> tuple[int, dict[str, object]]:
        """Ask for bookings, or for one."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        content = None if body is None else json.dumps(body)
        line.request(method, "/api/v1/bookings", content, headers)
        with line.getresponse() as answer:
            return answer.status, json.loads(answer.read())


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def api(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Api]:
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_ready"), tmp_path / "usciere.db")
        url = f"sqlite:///{tmp_path}/usciere.db"
    else:
        server: Server = request.getfixturevalue("postgresql")
        url = server.new_database()
    api = Api(tmp_path, url)
    api.wait()
    yield api
    api.process.kill()
    api.process.wait()


def _rush(api: Api, people: int, hour: int) -> list[tuple[int, dict[str, object]]]:
    barrier = Barrier(people)
    body = {"room": "sala", "start": _START.format(hour), "end": _END.format(hour)}

    def person(_: int) -> tuple[int, dict[str, object]]:
        line = api.line()
        barrier.wait(_PATIENCE)
        answer = api.ask(line, "POST", body)
        line.close()
        return answer

    with ThreadPoolExecutor(people) as crowd:
        return list(crowd.map(person, range(people)))


@pytest.mark.slow
def test_of_a_crowd_one_has_the_room(api: Api) -> None:
    for hour, people in ((9, 50), (10, 100), (11, 100)):
        answers = _rush(api, people, hour)
        assert Counter(status for status, _ in answers) == {201: 1, 409: people - 1}
        for status, body in answers:
            if status == http.HTTPStatus.CONFLICT:
                assert str(body["type"]).endswith("/booking-conflict")
                assert body["conflict"] == {
                    "start": f"2027-03-01T{hour - 1:02}:00:00Z",
                    "end": f"2027-03-01T{hour - 1:02}:30:00Z",
                }
    line = api.line()
    _, listed = api.ask(line, "GET")
    line.close()
    assert isinstance(listed["items"], list)
    assert len(listed["items"]) == 3
