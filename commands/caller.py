"""One short call to the broker: connect, listen, say, hear, hang up. No thread, no kept session."""

import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from paho.mqtt.client import Client, ConnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from daemon.config import Settings
from devices.clock import steady
from devices.contract import Refused, Unreachable

PATIENCE = 2.0
"""Seconds within which a broker that is there has answered."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message; `kept`: the broker had it from before."""

    topic: str
    payload: bytes
    kept: bool


class Caller:
    """A call to the settings' broker. Raises Unreachable or Refused, each with what to do."""

    def __init__(self, settings: Settings, steady: Callable[[], float] = steady) -> None:
        self._broker = settings.mqtt.broker
        self._steady = steady
        self._heard: deque[Heard] = deque()
        self._code: ReasonCode | None = None
        self._agreed = 0
        self._client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"usciere-call-{secrets.token_hex(6)}",
            transport="unix" if self._broker.path else "tcp",
            reconnect_on_failure=False,
        )
        self._client.connect_timeout = PATIENCE
        self._client.on_connect = self._on_connect
        self._client.on_message = self._on_message
        self._client.on_subscribe = self._on_subscribe

    def __enter__(self) -> Self:
        broker, client = self._broker, self._client
        if broker.username is not None:
            client.username_pw_set(broker.username, broker.password)
        if broker.scheme == "mqtts":
            client.tls_set()
        try:
            client.connect(broker.path or broker.host, broker.port or 1883, keepalive=30)
        except (OSError, ValueError) as problem:
            raise self._unreachable(getattr(problem, "strerror", None) or str(problem)) from None
        self._until(lambda: self._code is not None, "it does not speak MQTT")
        if self._code is not None and self._code.is_failure:
            raise Refused(
                f"the broker at {self._where()} refuses us: {self._code}; "
                "check user and password in [mqtt] url"
            )
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_write()

    def listen(self, *topics: str) -> None:
        """Return once the broker has agreed to send what is said on these topics."""
        wanted = self._agreed + len(topics)
        for topic in topics:
            self._client.subscribe(topic, 1)
        self._until(lambda: self._agreed >= wanted, "it does not answer")

    def say(self, topic: str, payload: bytes) -> None:
        """Publish; it leaves with the next `hear`."""
        self._client.publish(topic, payload, qos=1)

    def hear(self, limit: float) -> Heard | None:
        """Return the next message, None if there is none within `limit` seconds."""
        end = self._steady() + limit
        while not self._heard and self._steady() < end:
            self._turn(end - self._steady())
        return self._heard.popleft() if self._heard else None

    def _until(self, reached: Callable[[], bool], otherwise: str) -> None:
        end = self._steady() + PATIENCE
        while not reached():
            left = end - self._steady()
            if left <= 0:
                raise self._unreachable(otherwise)
            self._turn(left)

    def _turn(self, limit: float) -> None:
        refused = self._code is not None and self._code.is_failure
        if self._client.loop(limit) != MQTTErrorCode.MQTT_ERR_SUCCESS and not refused:
            raise self._unreachable("the line broke")

    def _where(self) -> str:
        return self._broker.path or f"{self._broker.host}:{self._broker.port}"

    def _unreachable(self, why: str) -> Unreachable:
        embedded = self._broker.scheme == "embedded"
        todo = (
            "start `usciere run` or `usciere demo`, which bring it along"
            if embedded
            else "start the broker or correct [mqtt] url"
        )
        return Unreachable(f"no broker at {self._where()}: {why.lower()}; {todo}")

    def _on_connect(
        self, _: Client, __: object, ___: ConnectFlags, code: ReasonCode, ____: Properties | None
    ) -> None:
        self._code = code

    def _on_message(self, _: Client, __: object, message: MQTTMessage) -> None:
        self._heard.append(Heard(message.topic, bytes(message.payload), message.retain))

    def _on_subscribe(
        self, _: Client, __: object, ___: int, codes: list[ReasonCode], ____: Properties | None
    ) -> None:
        if any(code.is_failure for code in codes):
            raise Refused(f"the broker at {self._where()} lets us not listen; check its rules")
        self._agreed += len(codes)
