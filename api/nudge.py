"""The line to the doorman: a ring when an order waits, and whether he is on duty. Never blocks.

A connection of its own beside the doorman's. What is rung while it is down is lost, and costs the
second after which the doorman looks by himself. The loop is ours: paho's own wakes its thread by a
TCP connection to itself, and the API's unit lets it open none.
"""

import contextlib
import logging
import os
import select
import ssl
import threading

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from daemon.config import Settings

log = logging.getLogger(__name__)

_KEEPALIVE = 10
_CONNECT_LIMIT = 2.0
_LOOK = 1000
"""Milliseconds after which the keepalive is looked at."""
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 5.0
_GOODBYE = 2.0


class MqttBell:
    """Rings over MQTT 3.1.1, which every broker speaks, the embedded one included."""

    def __init__(self, settings: Settings) -> None:
        root = f"{settings.mqtt.base}/{settings.site.id}/"
        self._online = f"{root}online"
        self._order = f"{root}order"
        self._broker = settings.mqtt.broker
        self._on_duty = False
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        self._pause = _FIRST_PAUSE
        self._awake, self._waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._client = self._make_client(f"usciere-{settings.site.id}-api")

    def _make_client(self, name: str) -> Client:
        broker = self._broker
        client = Client(
            CallbackAPIVersion.VERSION2, client_id=name, transport="unix" if broker.path else "tcp"
        )
        client.suppress_exceptions = True
        client.connect_timeout = _CONNECT_LIMIT
        if broker.username is not None:
            client.username_pw_set(broker.username, broker.password)
        if broker.scheme == "mqtts":
            client.tls_set_context(ssl.create_default_context())
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_socket_register_write = self._wake
        return client

    @property
    def hears_broker(self) -> bool:
        return self._client.is_connected()

    @property
    def hears_doorman(self) -> bool:
        return self._on_duty and self.hears_broker

    def start(self) -> None:
        """Begin to connect, in a thread of its own."""
        self._thread = threading.Thread(target=self._run, name="bell", daemon=True)
        self._thread.start()

    def ring(self) -> None:
        """Tell the doorman to look, if the line is up."""
        if self._client.is_connected():
            self._client.publish(self._order, b"", qos=1)

    def stop(self) -> None:
        """Say goodbye; may be called twice."""
        self._ending.set()
        self._client.disconnect()
        self._wake()
        if self._thread is not None:
            self._thread.join(_GOODBYE)

    def _wake(self, *_: object) -> None:
        """Let the thread look; paho calls this where something is to be written."""
        with contextlib.suppress(BlockingIOError):  # woken so often that it will be enough
            os.write(self._waker, b"!")

    # ---- the bell's own thread ----------------------------------------------------------

    def _run(self) -> None:
        while not self._ending.is_set():
            if self._client.socket() is None and not self._connects():
                self._ending.wait(self._pause)
                self._pause = min(self._pause * 2, _LONGEST_PAUSE)
                continue
            self._turn()
        self._client.loop_write()

    def _connects(self) -> bool:
        broker = self._broker
        try:
            self._client.connect(broker.path or broker.host, broker.port or 1883, _KEEPALIVE)
        except (OSError, ValueError) as problem:
            log.debug("no broker: %s", problem)
            return False
        return True

    def _turn(self) -> None:
        """Wait for the line or for a ring, and do what is there to do."""
        line = self._client.socket()
        if line is None:
            return
        waiting = getattr(line, "pending", int)() > 0  # what TLS has taken in already
        poll = select.poll()
        poll.register(self._awake, select.POLLIN)
        poll.register(line, select.POLLIN | (select.POLLOUT if self._client.want_write() else 0))
        ready = {descriptor for descriptor, _ in poll.poll(0 if waiting else _LOOK)}
        if self._awake in ready:
            os.read(self._awake, 4096)
        if waiting or ready - {self._awake}:
            self._client.loop_read()
        if self._client.want_write():
            self._client.loop_write()
        self._client.loop_misc()

    def _on_connect(
        self,
        client: Client,
        _: object,
        __: ConnectFlags,
        code: ReasonCode,
        ___: Properties | None,
    ) -> None:
        if code.is_failure:
            log.error("the broker refuses us: %s; check [mqtt] url", code)
            return
        self._pause = _FIRST_PAUSE
        if client.subscribe(self._online, 1)[0] is not MQTTErrorCode.MQTT_ERR_SUCCESS:
            log.warning("the line to the broker broke at once")

    def _on_disconnect(
        self,
        _: Client,
        __: object,
        ___: DisconnectFlags,
        ____: ReasonCode,
        _____: Properties | None,
    ) -> None:
        self._on_duty = False

    def _on_message(self, _: Client, __: object, message: MQTTMessage) -> None:
        if message.topic == self._online:
            self._on_duty = message.payload == b"true"
