"""Guests at a broker: a well-behaved one on paho, and raw bytes for the others."""

import queue
import socket
import struct
import threading
from collections.abc import Iterable
from typing import Self

from paho.mqtt.client import Client, ConnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from tests.e2e.brokers import HOST, Broker, end_loop, leave

SOON = 5.0
"""Seconds within which anything that is to happen has happened."""
A_WHILE = 0.4
"""Seconds of silence that count as nothing."""


class Guest:
    """One MQTT client. It acknowledges by itself unless `manual`; `keep` keeps its session."""

    def __init__(
        self,
        broker: Broker,
        name: str,
        *,
        keep: bool = False,
        manual: bool = False,
        will: tuple[str, bytes] | None = None,
    ) -> None:
        """Connect and return once the broker has agreed."""
        self.inbox: queue.Queue[MQTTMessage] = queue.Queue()
        self.session_present = False
        self.lost = threading.Event()
        self._agreed = threading.Event()
        self._granted = threading.Event()
        self._client = Client(
            CallbackAPIVersion.VERSION2, name, clean_session=not keep, manual_ack=manual
        )
        self._client.max_inflight_messages_set(0)
        self._client.on_connect = self._connected
        self._client.on_disconnect = self._disconnected
        self._client.on_message = self._received
        self._client.on_subscribe = lambda *_: self._granted.set()
        self._client.on_unsubscribe = lambda *_: self._granted.set()
        if will:
            self._client.will_set(will[0], will[1], qos=1)
        self._client.connect(HOST, broker.port, keepalive=30)
        self._client.loop_start()
        assert self._agreed.wait(SOON), "no CONNACK"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def subscribe(self, pattern: str) -> None:
        """Subscribe at QoS 1 and wait for the grant."""
        self._granted.clear()
        self._client.subscribe(pattern, qos=1)
        assert self._granted.wait(SOON), "no SUBACK"

    def unsubscribe(self, pattern: str) -> None:
        """Unsubscribe and wait for the answer."""
        self._granted.clear()
        self._client.unsubscribe(pattern)
        assert self._granted.wait(SOON), "no UNSUBACK"

    def say(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish at QoS 1 and wait for the acknowledgement."""
        sent = self._client.publish(topic, payload, qos=1, retain=retain)
        sent.wait_for_publish(SOON)
        assert sent.is_published(), "no PUBACK"

    def say_all(self, topic: str, payloads: Iterable[bytes]) -> None:
        """Publish at QoS 1 without waiting in between, then wait for every acknowledgement."""
        for sent in [self._client.publish(topic, payload, qos=1) for payload in payloads]:
            sent.wait_for_publish(SOON)

    def hear(self, seconds: float = SOON) -> MQTTMessage:
        """Return the next message."""
        return self.inbox.get(timeout=seconds)

    def hear_all(self, count: int) -> list[MQTTMessage]:
        """Return the next `count` messages."""
        return [self.hear() for _ in range(count)]

    def hears_nothing(self) -> bool:
        """Tell whether a while passes without a message."""
        try:
            self.inbox.get(timeout=A_WHILE)
        except queue.Empty:
            return True
        return False

    def acknowledge(self, messages: Iterable[MQTTMessage]) -> None:
        """Acknowledge by hand, in the order given."""
        for message in messages:
            self._client.ack(message.mid, message.qos)

    def leave(self) -> None:
        """Say goodbye."""
        leave(self._client)

    def vanish(self) -> None:
        """Lose the connection without a word."""
        wire = self._client.socket()
        self._client._thread_terminate = True
        if isinstance(wire, socket.socket):
            wire.shutdown(socket.SHUT_RDWR)
        end_loop(self._client)

    def _connected(
        self,
        _client: Client,
        _userdata: object,
        flags: ConnectFlags,
        _code: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self.session_present = flags.session_present
        wire = self._client.socket()
        if isinstance(wire, socket.socket):
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._agreed.set()

    def _disconnected(self, *_about: object) -> None:
        self.lost.set()

    def _received(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        self.inbox.put(message)


def packet(kind: int, body: bytes) -> bytes:
    """Return one MQTT packet with its length in front."""
    length, left = bytearray(), len(body)
    while True:
        left, low = divmod(left, 128)
        length.append(low | 128 if left else low)
        if not left:
            return bytes([kind]) + bytes(length) + body


def text(value: bytes) -> bytes:
    """Return an MQTT string."""
    return struct.pack("!H", len(value)) + value


def hello(client_id: bytes) -> bytes:
    """Return a CONNECT of MQTT 3.1.1 with a clean session."""
    return packet(0x10, text(b"MQTT") + bytes([4, 2]) + struct.pack("!H", 30) + text(client_id))


def tell(topic: bytes, payload: bytes) -> bytes:
    """Return a PUBLISH at QoS 1."""
    return packet(0x32, text(topic) + b"\x00\x01" + payload)


def shove(broker: Broker, raw: bytes, *, reset: bool = False) -> bytes:
    """Send raw bytes, return what came back, and hang up: with a reset at once if so told."""
    with socket.create_connection((HOST, broker.port), SOON) as wire:
        wire.settimeout(0.2)
        try:
            wire.sendall(raw)
            if reset:
                wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return b""
            return wire.recv(4096)
        except OSError:
            return b""


def numbers(count: int) -> list[bytes]:
    """Return that many payloads, told apart by their number."""
    return [b"%d" % number for number in range(count)]


def everybody_is_served(broker: Broker) -> bool:
    """Tell whether newcomers can still talk to each other."""
    with Guest(broker, "listener") as listener, Guest(broker, "speaker") as speaker:
        listener.subscribe("served")
        speaker.say("served", b"yes")
        return listener.hear().payload == b"yes"
