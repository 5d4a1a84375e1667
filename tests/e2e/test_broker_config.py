"""What `usciere broker-config` writes, on a real Mosquitto: every user, topic, deed.

By effect, seen by somebody who may see all: a denied publish is acknowledged all the same.
"""

import json
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from typer.testing import CliRunner

from commands.main import app
from devices.mqtt.mosquitto import password_line
from tests.e2e.brokers import HOST, MOSQUITTO, end_loop, free_port, leave, wait_for_port

pytestmark = pytest.mark.mosquitto
ROOT = "usciere/cooffice/"
WORDS = ("tap", "exit", "state", "online", "command", "feedback")
DOORS = ("ingresso", "sala-riunioni")
TOPICS = [
    *(f"{ROOT}door/{door}/{word}" for door in DOORS for word in WORDS),
    *(f"{ROOT}{word}" for word in ("online", "occupancy", "journal", "order")),
    "usciere/elsewhere/door/ingresso/tap",
    "usciere/elsewhere/online",
    "tele/serratura/SENSOR",
    "anything",
]
USERS = ("doorman", "doorman-2", "api", "desk", "board", *DOORS, "device-serratura")
SPOKEN, HEARD = ("tap", "exit", "state", "online"), ("command", "feedback")
FOREIGN = """
[[doors]]
id = "retro"
room = "open-space"
[doors.lock]
driver = "tasmota"
topic = "serratura"
"""
EYE = "eye"
DEBIANS = """\
pid_file {folder}/mosquitto.pid
persistence true
persistence_location {folder}/
log_dest file {folder}/mosquitto.log
include_dir {folder}/mosquitto
"""
"""Debian's own mosquitto.conf: what it has said, a file that it includes may not say again."""


def may_write(user: str, topic: str) -> bool:
    """Tell what CONTRACT 4 lets a user say."""
    match user:
        case "doorman" | "doorman-2":
            return topic.startswith(ROOT) or "serratura" in topic
        case "api":
            return topic == f"{ROOT}order"
        case "desk":
            return topic.startswith(f"{ROOT}door/") and topic.endswith("/tap")
        case "device-serratura":
            return "serratura" in topic
        case _:
            return topic in {f"{ROOT}door/{user}/{word}" for word in SPOKEN}


def may_read(user: str, topic: str) -> bool:
    """Tell what a user may hear."""
    match user:
        case "doorman" | "doorman-2":
            return topic.startswith(ROOT) or "serratura" in topic
        case "api":
            return topic == f"{ROOT}online"
        case "desk":
            return topic.startswith(ROOT)
        case "board":
            return topic in {f"{ROOT}online", f"{ROOT}occupancy"}
        case "device-serratura":
            return "serratura" in topic
        case _:
            return topic in {f"{ROOT}door/{user}/{word}" for word in HEARD}


@dataclass(frozen=True)
class House:
    """A broker as it was configured, and everybody's password."""

    port: int
    passwords: dict[str, str]

    def somebody(self, user: str, *, client: str = "", will: str | None = None) -> Client:
        """Return somebody who is connected; raises ConnectionRefusedError if he is not let in."""
        made = Client(CallbackAPIVersion.VERSION2, client, reconnect_on_failure=False)
        name = user if user == EYE else f"cooffice-{user}"
        made.username_pw_set(name, self.passwords[name])
        if will is not None:
            made.will_set(will, "will", qos=1)
        connected(made, self.port)
        return made


def connected(client: Client, port: int) -> None:
    refused: list[object] = []
    client.on_connect = lambda *heard: refused.append(heard[3]) if heard[3].is_failure else None
    client.connect(HOST, port)
    client.loop_start()
    until(lambda: client.is_connected() or bool(refused))
    if refused:
        end_loop(client)
        raise ConnectionRefusedError(str(refused[0]))


def until(happened: Callable[[], bool], seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while not (done := happened()) and time.monotonic() < end:
        time.sleep(0.005)
    return done


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    if not MOSQUITTO.exists():
        pytest.skip("Mosquitto is not installed (Debian: apt install mosquitto)")
    folder, port = tmp_path_factory.mktemp("house"), free_port()
    config, files = folder / "usciere.toml", folder / "mosquitto"
    run(folder, "init", "--yes")
    config.write_text(config.read_text() + FOREIGN)
    run(folder, "broker-config", "--doormen", "2", "--dir", str(files), "--installed", str(files),
        "--listen", f"{HOST}:{port}")  # fmt: skip
    known = json.loads((files / "passwords.json").read_text()) | {EYE: "sees-all"}
    with (files / "usciere.pw").open("a") as file:
        file.write(password_line(EYE, "sees-all", b"twelve bytes") + "\n")
    with (files / "usciere.acl").open("a") as file:
        file.write(f"\nuser {EYE}\ntopic readwrite #\n")
    user = "user root\n" if os.geteuid() == 0 else ""
    (folder / "mosquitto.conf").write_text(user + DEBIANS.format(folder=folder))
    command = [str(MOSQUITTO), "-c", str(folder / "mosquitto.conf")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port)
        yield House(port, known)
    finally:
        process.kill()
        process.wait()


def run(folder: Path, *words: str) -> None:
    at = ["--config", str(folder / "usciere.toml")] if words[0] != "init" else []
    here = Path.cwd()
    os.chdir(folder)
    try:
        done = CliRunner().invoke(app, [*at, *words], prog_name="usciere")
    finally:
        os.chdir(here)
    assert done.exit_code == 0, done.stderr


class Eye:
    """Somebody who hears whatever the broker passes on."""

    def __init__(self, client: Client) -> None:
        self.heard: list[tuple[str, str]] = []
        self._granted = False
        client.on_message = self._take
        client.on_subscribe = lambda *_: setattr(self, "_granted", True)
        client.subscribe("#", qos=1)
        assert until(lambda: self._granted)

    def _take(self, _: Client, __: object, message: MQTTMessage) -> None:
        self.heard.append((message.topic, message.payload.decode()))

    def awaits(self, word: str) -> None:
        assert until(lambda: ("anything", word) in self.heard)


def end_of(eye: Client, sentry: Eye, word: str) -> None:
    """Return once everything said before has been passed on."""
    eye.publish("anything", word, qos=1).wait_for_publish(10)
    sentry.awaits(word)


@pytest.mark.parametrize("user", USERS)
def test_a_user_says_what_it_may_and_no_more(house: House, user: str) -> None:
    eye = house.somebody(EYE)
    sentry = Eye(eye)
    speaker = house.somebody(user)
    for topic in TOPICS:
        speaker.publish(topic, "said", qos=1).wait_for_publish(10)
    end_of(eye, sentry, f"{user} is done")
    leave(speaker)
    leave(eye)
    said = {topic for topic, payload in sentry.heard if payload == "said"}
    assert said == {topic for topic in TOPICS if may_write(user, topic)}


@pytest.mark.parametrize("user", USERS)
def test_a_user_hears_what_it_may_and_no_more(house: House, user: str) -> None:
    eye = house.somebody(EYE)
    sentry = Eye(eye)
    listener = house.somebody(user)
    heard: list[str] = []
    listener.on_message = lambda _, __, message: heard.append(message.topic)
    granted: list[object] = []
    listener.on_subscribe = lambda *_: granted.append(1)
    for wish in ("#", f"{ROOT}#", f"{ROOT}door/+/command", "+/+/+/+/+"):
        listener.subscribe(wish, qos=1)
    assert until(lambda: len(granted) == 4)
    for topic in TOPICS:
        eye.publish(topic, "said", qos=1).wait_for_publish(10)
    end_of(eye, sentry, f"{user} has heard all")
    expected = {topic for topic in TOPICS if may_read(user, topic)}
    until(lambda: set(heard) >= expected, 5)
    time.sleep(0.1)
    leave(listener)
    leave(eye)
    assert set(heard) == expected


@pytest.mark.parametrize("user", USERS)
def test_a_last_will_says_no_more_than_its_user(house: House, user: str) -> None:
    eye = house.somebody(EYE)
    sentry = Eye(eye)
    for topic in TOPICS:
        dying = house.somebody(user, will=topic)
        wire = dying.socket()
        assert isinstance(wire, socket.socket)
        wire.shutdown(socket.SHUT_RDWR)
        end_loop(dying)
    expected = {topic for topic in TOPICS if may_write(user, topic)}

    def willed() -> set[str]:
        return {topic for topic, payload in sentry.heard if payload == "will"}

    until(lambda: willed() >= expected, 5)
    end_of(eye, sentry, f"{user} is dead")
    time.sleep(0.1)
    leave(eye)
    assert willed() == expected


def test_nobody_takes_anothers_session(house: House) -> None:
    doorman = house.somebody("doorman")
    thief = house.somebody("board", client="cooffice-doorman")
    assert not until(lambda: not doorman.is_connected(), 0.5)
    for each in (doorman, thief):
        leave(each)
    for password in ("", "wrong", house.passwords["cooffice-api"]):
        spoilt = House(house.port, {"cooffice-doorman": password})
        with pytest.raises(ConnectionRefusedError):
            spoilt.somebody("doorman")


def test_doormen_share_what_doors_say(house: House) -> None:
    """Both hear, each tap goes to one: the ACL lets a shared subscription through as well."""
    heard: dict[str, list[bytes]] = {"doorman": [], "doorman-2": []}
    doormen = []
    for name, into in heard.items():
        client = house.somebody(name)
        client.on_message = lambda _, __, message, into=into: into.append(message.payload)
        client.subscribe(f"$share/cooffice/{ROOT}door/+/tap", 1)
        doormen.append(client)
    time.sleep(0.3)
    door = house.somebody("ingresso")
    for number in range(10):
        door.publish(f"{ROOT}door/ingresso/tap", b"%d" % number, qos=1)
    assert until(lambda: sum(map(len, heard.values())) >= 10)
    for each in (*doormen, door):
        end_loop(each)
        each.disconnect()
    assert sorted(int(each) for every in heard.values() for each in every) == list(range(10))
    assert all(heard.values())
