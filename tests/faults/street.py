"""The devices of a house under trial: readers that ask until they have their answer, one fake lock.

All of them speak over one MQTT 5 connection, which writes down what it hears.
"""

import json
import random
import secrets
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.properties import Properties

from devices.clock import now
from devices.moments import shown
from tests.e2e.brokers import HOST, leave
from tests.faults.house import OPEN_DOORS, Card, House

SOON = 30.0
"""Seconds within which anything that is to happen has happened."""
A_WHILE = 0.4
"""Seconds of silence that count as nothing."""
NOBODY = "04FFFFFFFFFFFF"
"""A badge that nobody has."""
_PATIENCE, _LONGEST = 0.4, 3.2


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as it came, and when; `door` is empty for the site's own topics."""

    door: str
    word: str
    payload: bytes
    retain: bool
    expiry: int | None
    came: datetime = field(default_factory=now)

    def said(self) -> dict[str, object]:
        """Return the payload as JSON."""
        said: dict[str, object] = json.loads(self.payload)
        return said


class Street:
    """One connection for readers and locks. `heard` is the lock log and the readers' memory.

    `five`: it speaks MQTT 5, else 3.1.1.
    """

    def __init__(self, house: House, name: str = "street", *, five: bool = True) -> None:
        self._empty(house)
        protocol = MQTTProtocolVersion.MQTTv5 if five else MQTTProtocolVersion.MQTTv311
        client = Client(CallbackAPIVersion.VERSION2, name, protocol=protocol)
        self._client = self._joined(client, ("#",))

    def _empty(self, house: House) -> None:
        """Be a street where nobody has come yet."""
        self._root, self._port = house.root, house.broker.port
        self.heard: list[Heard] = []
        self._news = threading.Condition()

    def _joined(
        self, client: Client, topics: Sequence[str], properties: Properties | None = None
    ) -> Client:
        """Connect somebody who hears these topics of the site; return once the broker knows."""
        ready = threading.Event()

        def connected(*_: object) -> None:
            wire = client.socket()
            assert isinstance(wire, socket.socket)
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.subscribe([(f"{self._root}{topic}", 1) for topic in topics])

        client.max_inflight_messages_set(200)
        client.on_message = self._take
        client.on_connect = connected
        client.on_subscribe = lambda *_: ready.set()
        client.reconnect_delay_set(1, 1)
        client.connect(HOST, self._port, properties=properties)
        client.loop_start()
        assert ready.wait(SOON), "no SUBACK"
        return client

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        leave(self._client)

    def _take(self, _: Client, __: object, message: MQTTMessage) -> None:
        parts = message.topic.removeprefix(self._root).split("/")
        door = parts[1] if parts[0] == "door" and len(parts) == 3 else ""
        heard = Heard(
            door,
            parts[-1],
            bytes(message.payload),
            message.retain,
            getattr(message.properties, "MessageExpiryInterval", None),
        )
        with self._news:
            self.heard.append(heard)
            self._news.notify_all()

    def say(
        self, door: str, word: str, payload: bytes | dict[str, object], *, retain: bool = False
    ) -> None:
        """Publish on a door's topic at QoS 1; returns at once."""
        self.shout(f"{self._root}door/{door}/{word}", payload, retain=retain)

    def shout(
        self, topic: str, payload: bytes | dict[str, object], *, retain: bool = False
    ) -> None:
        """Publish anywhere at QoS 1; returns at once."""
        said = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        self._speaker(topic).publish(topic, said, qos=1, retain=retain)

    def _speaker(self, _: str) -> Client:
        """Return who speaks on a topic."""
        return self._client

    def until(self, wanted: Callable[[Heard], bool], seconds: float = SOON) -> Heard:
        """Return the first message that is wanted, waiting for it if need be."""
        seen = 0
        limit = time.monotonic() + seconds
        with self._news:
            while True:
                for each in self.heard[seen:]:
                    if wanted(each):
                        return each
                seen = len(self.heard)
                if not self._news.wait(max(0.0, limit - time.monotonic())):
                    raise AssertionError(f"not heard within {seconds} s")

    def answer(self, tap: str | None, seconds: float = SOON) -> dict[str, object]:
        """Return the feedback to a tap."""
        wanted = json.dumps(tap).encode()
        return self.until(
            lambda each: (
                each.word == "feedback"
                and b'"tap":' + wanted in each.payload
                and each.said()["tap"] == tap
            ),
            seconds,
        ).said()

    def feedback(self) -> list[Heard]:
        """Return all feedback so far."""
        return [each for each in self.heard if each.word == "feedback"]

    def answers(self) -> dict[str, list[bytes]]:
        """Return every tap's answers."""
        given = defaultdict(list)
        for each in self.feedback():
            given[str(each.said()["tap"])].append(each.payload)
        return given

    def commands(self, tap: str | None = None) -> list[Heard]:
        """Return the lock log: all commands so far, or those for one tap."""
        found = [each for each in self.heard if each.word == "command" and each.payload]
        return [each for each in found if tap is None or each.said().get("tap") == tap]

    def obeyed(self) -> list[Heard]:
        """Return the commands a lock carries out: the same one once, however often it comes.

        A broker that was killed before it confirmed a command is told it again.
        """
        return list({each.said()["id"]: each for each in reversed(self.commands())}.values())

    def tap(self, card: Card | str, door: str = "front", **said: object) -> str:
        """Hold a badge to a reader, once; return the message id."""
        uid = card if isinstance(card, str) else card.uid
        message: dict[str, object] = {"uid": uid, "id": new_id(), "at": shown(now())} | said
        self.say(door, "tap", {key: each for key, each in message.items() if each is not None})
        return str(message["id"])

    def ask(
        self, card: Card | str, door: str = "front", patience: float = SOON
    ) -> dict[str, object]:
        """Hold a badge to a reader that asks until it is answered; return the answer."""
        name, at = new_id(), shown(now())
        for _ in range(int(patience / _PATIENCE)):
            self.tap(card, door, id=name, at=at)
            with suppress(AssertionError):
                return self.answer(name, _PATIENCE)
        raise AssertionError("nobody answers")


def new_id() -> str:
    """Return an id that nobody has used."""
    return f"t{secrets.token_hex(8)}"


def dice_of(seed: int) -> random.Random:
    """Return dice that fall the same way for the same seed."""
    return random.Random(seed)  # noqa: S311 - a drill is to be repeated, not to be secret


@dataclass(frozen=True, slots=True)
class Sent:
    """A tap as a reader keeps it until it is answered."""

    id: str
    door: str
    card: Card
    payload: bytes
    at: datetime


@dataclass
class Crowd:
    """Readers that send `rate` taps a second, each again and again until it is answered.

    They wait twice as long each time, or what came while nobody was there would never be worked
    off on a machine that others use as well. Without `ids` nothing tells an answer from another's,
    so nothing is sent again.
    """

    house: House
    street: Street
    dice: random.Random
    ids: bool = True
    rate: float = 50
    sent: dict[str, Sent] = field(default_factory=dict)
    resent: int = 0
    _asks: dict[str, tuple[float, float]] = field(default_factory=dict)  # when again, then how long
    _heard: int = 0
    _end: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def begin(self) -> None:
        self._thread = threading.Thread(target=self._work, name="crowd", daemon=True)
        self._thread.start()

    def finish(self, seconds: float = SOON) -> None:
        """Send nothing new, but ask on until everything is answered or the time is over."""
        self._end.set()
        assert self._thread is not None
        self._thread.join()
        limit = time.monotonic() + seconds
        while self._waiting() and time.monotonic() < limit:
            self._ask_again()
            time.sleep(0.05)

    def doors(self) -> dict[str, str]:
        """Return every tap's door."""
        return {tap.id: tap.door for tap in self.sent.values()}

    def _work(self) -> None:
        following = time.monotonic()
        while not self._end.is_set():
            self._send_one()
            self._ask_again()
            following += 1 / self.rate
            time.sleep(max(0.0, following - time.monotonic()))

    def _send_one(self) -> None:
        card, door = self.dice.choice(self.house.cards), self.dice.choice(OPEN_DOORS)
        at, name = now(), f"{self.dice.getrandbits(64):016x}"
        said = {"uid": card.uid, "id": name, "at": shown(at)}
        if not self.ids:
            del said["id"]
            if self.dice.random() < 0.5:
                del said["at"]
        tap = Sent(name, door, card, json.dumps(said).encode(), at)
        self.sent[name] = tap
        self._ask(tap, _PATIENCE)

    def _ask(self, tap: Sent, pause: float) -> None:
        if self.ids:
            self._asks[tap.id] = (time.monotonic() + pause, min(2 * pause, _LONGEST))
        self.street.say(tap.door, "tap", tap.payload)

    def _waiting(self) -> list[str]:
        heard = self.street.heard
        for each in heard[self._heard : (end := len(heard))]:
            if each.word == "feedback":
                self._asks.pop(str(each.said()["tap"]), None)
        self._heard = end
        return list(self._asks)

    def _ask_again(self) -> None:
        present = time.monotonic()
        for name in self._waiting():
            due, pause = self._asks[name]
            if due < present:
                self.resent += 1
                self._ask(self.sent[name], pause)
