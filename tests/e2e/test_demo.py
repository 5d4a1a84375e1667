"""The demo from outside: started as a person would, tapped from another terminal, stopped."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest

from tests.e2e.brokers import free_port

USCIERE = [sys.executable, "-P", "-m", "commands"]
ANNA, LOST, STAFF = "04A224B1C35880", "049CB35F70D180", "04E93F5C21B680"
OPENS_WITHIN = 30.0
CLOSES_WITHIN = 5.0
SOON = 5.0


@dataclass
class Demo:
    """A demo in a folder, between `open` and `close`."""

    folder: Path
    port: int
    mqtt_port: int
    process: subprocess.Popen[str] | None = None
    greeting: tuple[str, ...] = ()

    def open(self, *words: str) -> Self:
        """Start it and wait for its last word of welcome."""
        ports = ["--port", str(self.port), "--mqtt-port", str(self.mqtt_port)]
        self.process = subprocess.Popen(
            [*USCIERE, "demo", *ports, *words],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            text=True,
            env=without_ours(),
        )
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line.rstrip("\n"))
            if line.startswith("Ctrl-C"):
                break
        self.greeting = tuple(lines)
        return self

    def close(self) -> tuple[int, float]:
        """Ask it to end; return its status and how long that took."""
        assert self.process is not None
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(2 * CLOSES_WITHIN)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status, time.monotonic() - begun

    def usciere(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Type a command in another terminal, in the same folder."""
        return subprocess.run(
            [*USCIERE, *words],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            env=without_ours(),
        )

    def occupancy(self) -> dict[str, object]:
        """Return the public board."""
        address = f"http://127.0.0.1:{self.port}/api/v1/occupancy"
        with urllib.request.urlopen(address, timeout=SOON) as answer:
            board: dict[str, object] = json.load(answer)
        return board

    def badges(self) -> dict[str, tuple[str, str]]:
        """Return badge number -> member and doors, as the greeting says."""
        lines = [line.split("  ") for line in self.greeting if line.startswith("04")]
        return {uid: (member, doors) for uid, member, doors in lines}


def without_ours() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith("USCIERE_")}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    opened = Demo(tmp_path_factory.mktemp("site"), free_port(), free_port())
    opened.open("--days", "7")
    yield opened
    opened.close()


def test_the_greeting_names_address_login_and_badges(demo: Demo) -> None:
    assert demo.greeting[0] == f"CoOffice is open at http://127.0.0.1:{demo.port}/"
    assert demo.greeting[1].startswith("staff login: usc_")
    assert demo.badges()[LOST] == ("Andrea Moretti", "none (badge-lost)")
    assert len(demo.badges()) == 15


def test_a_tap_from_another_terminal_changes_the_board(demo: Demo) -> None:
    def present() -> object:
        return demo.occupancy()["present"]

    before = present()
    done = demo.usciere("tap", "ingresso", ANNA)
    assert (done.stdout, done.returncode) == ("granted  plan  Ciao Anna\n", 0)
    limit = time.monotonic() + SOON
    while present() == before and time.monotonic() < limit:
        time.sleep(0.05)
    assert present() == 1
    demo.usciere("tap", "ingresso", ANNA, "--reader", "dentro")
    while present() == 1 and time.monotonic() < limit + SOON:
        time.sleep(0.05)
    assert present() == before


def test_a_refused_tap_is_status_1_with_its_reason(demo: Demo) -> None:
    done = demo.usciere("tap", "ingresso", LOST)
    assert done.stdout == "refused  badge-lost  Badge segnalato smarrito, senti lo staff\n"
    assert done.returncode == 1
    said = json.loads(demo.usciere("tap", "ingresso", LOST, "--json").stdout)
    assert (said["granted"], said["reason"]) == (False, "badge-lost")


@pytest.mark.parametrize("uid", [ANNA, LOST, STAFF])
def test_a_badge_opens_the_doors_it_was_said_to(demo: Demo, uid: str) -> None:
    _, doors = demo.badges()[uid]
    explained = demo.usciere("explain", "sala-riunioni", uid).returncode == 0
    assert explained == ("sala-riunioni" in doors)


def test_everything_is_well_while_it_runs(demo: Demo) -> None:
    done = demo.usciere("check")
    assert done.returncode == 0, done.stdout
    assert f"127.0.0.1:{demo.mqtt_port} answers" in done.stdout
    assert demo.usciere("journal", "verify").returncode == 0
    assert "inside" in demo.usciere("watch", "--once").stdout


def test_a_taken_port_is_one_line_that_names_the_option(demo: Demo) -> None:
    for ports, option in (
        (("--port", str(demo.port), "--mqtt-port", str(free_port())), "--port"),
        (("--port", str(free_port()), "--mqtt-port", str(demo.mqtt_port)), "--mqtt-port"),
    ):
        done = demo.usciere("demo", "--dir", "other", *ports)
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert done.stderr.endswith(f"address already in use; choose another with {option}\n")


def test_it_ends_in_time_and_starting_again_keeps_everything(tmp_path: Path) -> None:
    first = Demo(tmp_path, free_port(), free_port()).open()
    assert first.usciere("tap", "ingresso", ANNA).returncode == 0
    status, took = first.close()
    assert status == 0
    assert took < CLOSES_WITHIN
    second = Demo(tmp_path, free_port(), free_port()).open()
    try:
        assert _without_ports(second.greeting[1:]) == _without_ports(first.greeting[1:])
        assert str(second.port) in second.greeting[0]
        entries = second.usciere("journal", "export").stdout.splitlines()
        assert [json.loads(line)["kind"] for line in entries].count("tap") == 1
        assert second.usciere("tap", "ingresso", LOST).stdout.startswith("refused  badge-lost")
    finally:
        assert second.close()[0] == 0


def test_without_a_broker_a_tap_is_one_line(tmp_path: Path) -> None:
    closed = Demo(tmp_path, free_port(), free_port())
    (tmp_path / "usciere.toml").write_text("")
    closed.usciere("init", "--yes", "--config", "house.toml")
    text = (tmp_path / "house.toml").read_text().replace(":1883", f":{closed.mqtt_port}")
    (tmp_path / "house.toml").write_text(text)
    done = closed.usciere("--config", "house.toml", "tap", "ingresso", ANNA)
    assert done.returncode == 1
    assert done.stderr == (
        f"no broker at 127.0.0.1:{closed.mqtt_port}: connection refused; "
        "start `usciere run` or `usciere demo`, which bring it along\n"
    )


def _without_ports(lines: Sequence[str]) -> list[str]:
    return [re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1", line) for line in lines]
