"""A house as we would have it: the broker as `usciere broker-config` sets it up, everybody a user.

Doorman and API come by the Unix socket, each door's devices by TCP. The broker keeps on disk what
it has promised to deliver.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from json import loads
from pathlib import Path

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from typer.testing import CliRunner

from commands.main import app
from tests.e2e.brokers import HOST, MOSQUITTO, leave, wait_for_port
from tests.faults.house import OPEN_DOORS, SITE, Broker, House, furnished
from tests.faults.street import Street

DOORS = (*OPEN_DOORS, "lab")
_SESSION = 60
"""Seconds for which the broker keeps what comes while a reader is away."""


class Shipped(Broker):
    """The Mosquitto that `usciere broker-config` configures, in a folder of the test's own."""

    def __init__(self, house: House) -> None:
        folder, port = house.settings.folder, house.broker.port
        super().__init__(folder, port)
        files, self.socket = folder / "mosquitto", folder / "mqtt.sock"
        words = f"--dir {files} --installed {files} --listen {HOST}:{port} --socket {self.socket}"
        at = ["--config", str(folder / "usciere.toml"), "broker-config"]
        sizes = dict.fromkeys(key for key in os.environ if key.startswith("USCIERE_"))
        done = CliRunner().invoke(app, [*at, *words.split()], prog_name="usciere", env=sizes)
        assert done.exit_code == 0, done.output
        self.passwords: dict[str, str] = loads((files / "passwords.json").read_text())
        self.kept = folder / "mosquitto.db"
        user = "user root\n" if os.geteuid() == 0 else ""
        home = f"persistence_location {folder}/\n"  # Debian's own configuration names one
        self._settings.write_text(home + (files / "usciere.conf").read_text() + user)

    def start(self) -> None:
        """Return once it accepts connections."""
        self._process = subprocess.Popen(
            [str(MOSQUITTO), "-c", str(self._settings)], stderr=subprocess.DEVNULL
        )
        wait_for_port(self.port)

    def url(self, user: str) -> str:
        """Return how a program on this machine comes in as one of the users."""
        name = f"{SITE}-{user}"
        return f"mqtt+unix://{name}:{self.passwords[name]}@{self.socket}"


class Gates(Street):
    """The devices of every door on a connection of their own, as the door's own user.

    They keep their sessions, so an unlock that comes while they are away waits for them.
    """

    def __init__(self, house: House, broker: Shipped) -> None:
        self._empty(house)
        self._clients = {door: self._at(door, broker) for door in DOORS}

    def _at(self, door: str, broker: Shipped) -> Client:
        name = f"{SITE}-{door}"
        client = Client(CallbackAPIVersion.VERSION2, name, protocol=MQTTProtocolVersion.MQTTv5)
        client.username_pw_set(name, broker.passwords[name])
        session = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's
        session.SessionExpiryInterval = _SESSION
        return self._joined(client, [f"door/{door}/command", f"door/{door}/feedback"], session)

    def __exit__(self, *_: object) -> None:
        for client in self._clients.values():
            leave(client)

    def _speaker(self, topic: str) -> Client:
        return self._clients[topic.removeprefix(self._root).split("/")[1]]


@contextmanager
def shipped() -> Iterator[tuple[House, Shipped]]:
    """Give a house whose broker, configured by us, is running."""
    with furnished() as house:
        house.broker.stop()
        house.broker = broker = Shipped(house)
        config = house.settings.folder / "usciere.toml"
        anybodys = f"mqtt://{HOST}:{broker.port}"
        _rewrite(config, anybodys, broker.url("doorman"))
        house.api.told["USCIERE_MQTT__URL"] = broker.url("api")
        broker.start()
        yield house, broker


def _rewrite(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))
