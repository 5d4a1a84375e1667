"""One broker connection, driven by the thread that owns it: no thread of its own.

Connects (and again after 1 to 5 s), subscribes, keeps the session, publishes at QoS 1, hands over
messages that the caller acknowledges once they are safe. paho does all but PUBLISH and PUBACK (see
`wire.py`). One private name of paho 2.2.0 is used, pinned in pyproject.toml and by a test:
`Client._create_socket`, to slip the lane under it.
"""

import contextlib
import logging
import os
import random
import select
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, cast

from paho.mqtt.client import Client, ConnectFlags, MQTTv5, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from devices.mqtt import wire
from devices.mqtt.lane import Lane, Stream
from devices.mqtt.outbox import Outbox, Parcel

log = logging.getLogger(__name__)

KEEPALIVE = 10
_SHARED_KEEPALIVE = 3  # a broker waits half as long again until it gives its taps to others
_CONNECT_LIMIT = 2.0
_SESSION_DAYS = 14
_LARGEST_PACKET = 1 << 20
_RECEIVE_AT_ONCE = 1000
_SHARED_AT_ONCE = 200  # what one holds, the others cannot serve
_SETTLING = 1.0  # seconds after a reconnect in which a message may have waited in the broker
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 5.0
SHARED = "$share/"
_SOME_PORT = 1883  # paho wants one even for a socket in the file system
_UNASKED: Literal[3] = 3  # paho's word for "clean_start was not given", below MQTT 5


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the broker is, and as whom we go there. `path`: a Unix socket instead of host:port.

    `keeps`: the broker is to keep for us what comes while we are away. Several that share their
    subscriptions don't want that: what waits for one of them could be served by the others.
    """

    host: str
    port: int
    client: str
    username: str | None = None
    password: str | None = None
    path: str | None = None
    tls: bool = False
    five: bool = True
    keeps: bool = True

    def __str__(self) -> str:
        return self.path or f"{self.host}:{self.port}"


class Arrival(NamedTuple):
    """A message. `packet` (None at QoS 0) is to be acknowledged on connection `session` only."""

    topic: str
    payload: bytes
    packet: int | None
    session: int
    retain: bool
    again: bool
    waited: bool


class _Client(Client):
    """paho with our lane under it."""

    lane: Lane | None = None

    def _create_socket(self) -> Lane:
        # A socket or an SSL socket: both have what Stream names, paho's own type says less.
        stream = cast("Stream", super()._create_socket())
        tls = isinstance(stream, ssl.SSLSocket)
        tcp = not tls and getattr(stream, "family", None) in {socket.AF_INET, socket.AF_INET6}
        if tls:
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.lane = Lane(stream, properties=self.protocol == MQTTv5, tcp=tcp)
        return self.lane


class Link:
    """A connection that is kept up. `subscriptions`: topic filter -> send retained ones each time.

    `presence` is the topic that says `true` while we are there and `false` by last will.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        subscriptions: Mapping[str, bool],
        presence: str,
        steady: Callable[[], float],
    ) -> None:
        self._endpoint = endpoint
        self._subscriptions = dict(subscriptions)
        self._presence = presence
        self._steady = steady
        self.five = endpoint.five
        self._session = 0
        self._pause = _FIRST_PAUSE
        self._next_try = 0.0
        self._settled = 0.0
        self._awake, self._waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self.connected = False
        self.kept = False
        self.outbox = Outbox()
        self._client = self._make_client()

    def _make_client(self) -> _Client:
        end = self._endpoint
        client = _Client(
            CallbackAPIVersion.VERSION2,
            client_id=end.client,
            clean_session=None if end.five else False,
            protocol=MQTTv5 if end.five else MQTTv311,
            transport="unix" if end.path else "tcp",
            manual_ack=True,
            reconnect_on_failure=False,
        )
        client.connect_timeout = _CONNECT_LIMIT
        client.will_set(self._presence, b"false", qos=1, retain=True)
        if end.username is not None:
            client.username_pw_set(end.username, end.password)
        if end.tls:
            client.tls_set_context(ssl.create_default_context())
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        return client

    # ---- what the owner calls -----------------------------------------------------------

    def wait(self, limit: float) -> list[Arrival]:
        """Return what has arrived, after `limit` seconds at the latest; keeps the line up.

        All that can be done beforehand is: between an arrival and its return somebody waits.
        """
        lane = self._lane() or self._try_to_connect()
        if lane is None:
            self.outbox.drop_overdue(self._steady())
            self._sleep(min(limit, max(0.0, self._next_try - self._steady())))
            return []
        self._client.loop_misc()
        self.flush()
        if self._lane() is not lane:  # nothing was heard for too long, or nothing can be said
            return []
        self._sleep(0 if lane.arrived else limit, lane)
        return self._read(lane)

    def wake(self) -> None:
        """End the owner's `wait` now. The one method other threads may call."""
        with contextlib.suppress(BlockingIOError):  # woken so often that it will be enough
            os.write(self._waker, b"!")

    def publish(self, parcel: Parcel) -> bool:
        """Send with the next flush. Without a line, what has a deadline waits for one.

        Returns whether the line is up.
        """
        if self.connected or parcel.deadline is not None:
            self.outbox.add(parcel)
        return self.connected

    def listen(self, topics: Mapping[str, bool]) -> None:
        """Subscribe to what is new among these, now and at every connection to come."""
        known = self._subscriptions
        new = {topic: topics[topic] for topic in topics if topic not in known}
        self._subscriptions.update(new)
        if self.connected:
            for topic, every_time in new.items():
                self._subscribe(self._client, topic, every_time=every_time)

    def be_present(self) -> None:
        """Say that we are there, whatever somebody else's last will has said."""
        self.publish(self._presence_parcel(b"true"))

    def acknowledge(self, session: int, packet: int) -> None:
        """Tell the broker that the message is safe; one of an earlier connection comes again."""
        lane = self._lane()
        if lane is not None and session == self._session:
            lane.put(wire.puback(packet))

    def flush(self) -> None:
        """Let everything that may leave, leave."""
        lane = self._lane()
        if lane is None:
            return
        try:
            self._make_room(lane)
            for packet in self.outbox.leaving(self._steady()) if self.connected else ():
                lane.put(packet)
            if self._client.want_write():  # what paho was asked for inside its own callbacks
                self._client.loop_write()
            lane.flush()
        except (OSError, wire.Torn) as problem:
            self._hang_up(str(problem))

    def _make_room(self, lane: Lane) -> None:
        """See what the broker has confirmed meanwhile, if something waits for that."""
        if self.outbox.is_full and lane.fill():
            self._client.loop_read()
        if lane.confirmed:
            self._take_confirmations(lane)

    def close(self, limit: float) -> None:
        """Say goodbye: our presence goes offline, the session stays. May be called twice."""
        end = self._steady() + limit
        self.publish(self._presence_parcel(b"false"))
        self.flush()
        while self.connected and len(self.outbox) and self._steady() < end:
            self.wait(0.05)
        self.connected = False  # from here on the line ends because we want it to
        lane = self._lane()
        if lane is not None:
            self._client.disconnect()
            self._client.loop_write()
            lane.close()

    # ---- the line -----------------------------------------------------------------------

    def _lane(self) -> Lane | None:
        return self._client.lane if self._client.socket() is not None else None

    def _sleep(self, limit: float, lane: Lane | None = None) -> None:
        poll = select.poll()
        poll.register(self._awake, select.POLLIN)
        if lane is not None:
            lane.confirm_receipt()
            poll.register(lane.fileno(), select.POLLIN | (0 if lane.flush() else select.POLLOUT))
        for descriptor, _ in poll.poll(int(limit * 1000)):
            if descriptor == self._awake:
                os.read(self._awake, 4096)

    def _read(self, lane: Lane) -> list[Arrival]:
        try:
            if lane.fill():
                self._client.loop_read()
                self.flush()  # what paho read may ask for an answer
        except (OSError, wire.Torn) as problem:
            self._hang_up(str(problem))
        self._take_confirmations(lane)
        waited = self._steady() < self._settled
        arrivals = [
            Arrival(p.topic, p.payload, p.packet, self._session, p.retain, p.again, waited)
            for p in lane.arrived
        ]
        lane.arrived.clear()
        return arrivals

    def _take_confirmations(self, lane: Lane) -> None:
        for packet in lane.confirmed:
            self.outbox.confirm(packet.packet)
        lane.confirmed.clear()

    def _try_to_connect(self) -> Lane | None:
        if self._steady() < self._next_try:
            return None
        self._next_try = self._steady() + self._pause * random.uniform(0.8, 1.2)  # noqa: S311 - jitter
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        end = self._endpoint
        try:
            self._client.connect(
                end.path or end.host,
                end.port or _SOME_PORT,
                KEEPALIVE if end.keeps else _SHARED_KEEPALIVE,
                clean_start=not end.keeps if end.five else _UNASKED,
                properties=_wishes(keeps=end.keeps) if end.five else None,
            )
        except (OSError, ValueError) as problem:
            log.warning("no broker at %s (%s); trying again", end, problem)
        return self._lane()

    def _on_connect(
        self,
        client: Client,
        _: object,
        flags: ConnectFlags,
        code: ReasonCode,
        properties: Properties | None,
    ) -> None:
        if code.is_failure:
            log.error("the broker at %s refuses us: %s; check [mqtt] url", self._endpoint, code)
            return
        self._session += 1
        self._pause = _FIRST_PAUSE
        self.outbox.window = getattr(properties, "ReceiveMaximum", self.outbox.window)
        self.kept = flags.session_present
        self._settled = self._steady() + _SETTLING if self.kept else 0.0
        self.connected = True
        for topic, every_time in self._subscriptions.items():
            self._subscribe(client, topic, every_time=every_time)
        self.be_present()
        log.info("connected to the broker at %s", self._endpoint)

    def _subscribe(self, client: Client, topic: str, *, every_time: bool) -> None:
        if self.five:
            # Retain Handling 0 sends retained messages at every subscribe, 1 only at a new one.
            handling = 0 if every_time else 1
            own = topic.startswith(SHARED)  # MQTT 5, 3.8.3.1: No Local there is a protocol error
            options = SubscribeOptions(1, noLocal=not own, retainAsPublished=True)
            options.retainHandling = handling
            client.subscribe((topic, options))
            return
        client.subscribe(topic, 1)
        if every_time:  # rumqttd 0.20 gives a kept session no retained messages but like this
            client.unsubscribe(topic)
            client.subscribe(topic, 1)

    def _presence_parcel(self, payload: bytes) -> Parcel:
        to = wire.address(self._presence, properties=self._endpoint.five, expiry=None)
        return Parcel(to, payload, retain=True)

    def _on_disconnect(self, *_: object) -> None:
        if self.connected:
            log.warning("the line to the broker at %s is cut", self._endpoint)
        self.connected = False
        self.outbox.line_broke()

    def _hang_up(self, problem: str) -> None:
        log.warning("the line to the broker at %s broke: %s", self._endpoint, problem)
        lane = self._lane()
        if lane is not None:
            lane.end()
            self._client.loop_read()  # paho sees the end and calls _on_disconnect


def _wishes(*, keeps: bool) -> Properties:
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's own gap
    properties.SessionExpiryInterval = _SESSION_DAYS * 86400 if keeps else 0
    properties.ReceiveMaximum = _RECEIVE_AT_ONCE if keeps else _SHARED_AT_ONCE
    properties.MaximumPacketSize = _LARGEST_PACKET
    return properties
