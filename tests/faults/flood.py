"""Who sends faster than anybody can hold up cards, and who taps at the other doors meanwhile."""

import json
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Self

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from devices.clock import now
from devices.moments import shown
from devices.mqtt import wire
from tests.e2e.brokers import HOST, leave
from tests.faults.house import OPEN_DOORS, House
from tests.faults.street import SOON, new_id

OTHERS = OPEN_DOORS[1:]
"""Where members pass by."""
IN_TIME = 0.3
_AS_BEFORE = 3
_A_SECOND = 40
_AGAIN = (3, 3, 3)
_CONNECT = b"\x10\x11\x00\x04MQTT\x04\x02\x00\x00\x00\x05flood"
_WELCOME = b"\x20\x02\x00\x00"
_PUBACK = 4
_TICK = 0.01


class Flood:
    """A reader gone wild: QoS 1 on its topic, `rate` a second, heeding no window.

    `uid`: the badge of the tap with this number.
    """

    def __init__(self, house: House, door: str, rate: int, uid: Callable[[int], str]) -> None:
        self._to = wire.address(f"{house.root}door/{door}/tap", properties=False, expiry=None)
        self._port = house.broker.port
        self._rate = rate
        self._uid = uid
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._pour, name="flood")
        self._confirmed = 0
        self.sent = 0
        self.took = 0.0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def __str__(self) -> str:
        return f"{self.sent} taps at one reader, {self.sent / self.took:.0f}/s"

    def _pour(self) -> None:
        with socket.create_connection((HOST, self._port)) as line:
            line.sendall(_CONNECT)
            assert line.recv(len(_WELCOME)) == _WELCOME
            began = time.monotonic()
            while not self._end.is_set():
                self._send(line, int((time.monotonic() - began) * self._rate) - self.sent)
                self._read(line)
                time.sleep(_TICK)
            self.took = time.monotonic() - began
            while self._confirmed < self.sent and time.monotonic() < began + SOON + 60:
                self._read(line)
                time.sleep(_TICK)

    def _send(self, line: socket.socket, count: int) -> None:
        at = shown(now())
        line.sendall(b"".join(self._packet(self.sent + each, at) for each in range(count)))
        self.sent += count

    def _read(self, line: socket.socket) -> None:
        with suppress(BlockingIOError):
            self._confirmed += len(line.recv(1 << 20, socket.MSG_DONTWAIT)) // _PUBACK

    def _packet(self, number: int, at: str) -> bytes:
        tap = {"uid": self._uid(number), "id": f"f{number}", "at": at}
        return bytes(wire.publish(self._to, number % 65535 + 1, json.dumps(tap).encode()))


@dataclass
class Passers:
    """Members who tap at other doors, each once. `took`: until answer and unlock were there."""

    house: House
    sent: dict[str, str] = field(default_factory=dict)
    answers: dict[str, list[bytes]] = field(default_factory=dict)
    opened: set[str] = field(default_factory=set)
    took: dict[str, float] = field(default_factory=dict)
    within: float = IN_TIME
    _began: dict[str, float] = field(default_factory=dict)

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2, "passers")
        self._client.on_message = self._hear
        self._client.on_subscribe = lambda *_: ready.set()
        self._client.connect(HOST, self.house.broker.port)
        line = self._client.socket()
        assert isinstance(line, socket.socket)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        topics = [self._topic(door, word) for door in OTHERS for word in ("feedback", "command")]
        self._client.subscribe([(topic, 1) for topic in topics])
        self._client.loop_start()
        assert ready.wait(SOON)
        return self

    def __exit__(self, *_: object) -> None:
        leave(self._client)

    def _topic(self, door: str, word: str) -> str:
        return f"{self.house.root}door/{door}/{word}"

    def _hear(self, _: Client, __: object, message: MQTTMessage) -> None:
        at, tap = time.monotonic(), str(json.loads(message.payload)["tap"])
        if message.topic.endswith("command"):
            self.opened.add(tap)
        else:
            self.answers.setdefault(tap, []).append(bytes(message.payload))
        self.took[tap] = at - self._began[tap]

    def begin(self) -> None:
        """See how long it takes while nothing else happens.

        A machine that is busy with other things is late by itself; what counts is the difference.
        """
        self._pass_by(2 * _A_SECOND, _A_SECOND)
        self.within = max(IN_TIME, _AS_BEFORE * self._late())

    def pass_by(self, seconds: float) -> None:
        """Let members tap one by one for a while; again for a little if the machine spoilt it."""
        for each in (seconds, *_AGAIN):
            self.took.clear()
            self._pass_by(int(each * _A_SECOND), _A_SECOND)
            if self.are_in_time():
                return

    def are_in_time(self) -> bool:
        """Tell whether 99 of 100 of the last round were answered and let in as soon as they are."""
        return self._late() < self.within

    def __str__(self) -> str:
        cuts = self._cuts()
        return (
            f"{len(self.sent)} at others: p50 {cuts[49] * 1000:.0f} ms,"
            f" p99 {cuts[98] * 1000:.0f} ms (wanted {self.within * 1000:.0f})"
        )

    def _late(self) -> float:
        return self._cuts()[98]

    def _cuts(self) -> list[float]:
        return quantiles(self.took.values(), n=100)

    def _pass_by(self, count: int, rate: float) -> None:
        """Return once all are answered and let in, or never will be."""
        began, before = time.monotonic(), len(self.sent)
        for number in range(before, before + count):
            card = self.house.cards[1 + number % (len(self.house.cards) - 1)]
            self._tap(card.uid, OTHERS[number % len(OTHERS)])
            time.sleep(max(0.0, began + (number + 1 - before) / rate - time.monotonic()))
        limit = time.monotonic() + SOON
        while min(len(self.answers), len(self.opened)) < len(self.sent):
            if time.monotonic() > limit:
                return
            time.sleep(0.02)

    def _tap(self, uid: str, door: str) -> None:
        name = new_id()
        self.sent[name], self._began[name] = door, time.monotonic()
        said = json.dumps({"uid": uid, "id": name, "at": shown(now())})
        self._client.publish(self._topic(door, "tap"), said, qos=1)
