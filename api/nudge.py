"""The line to the doorman: a ring when an order waits, and whether he is on duty. Never blocks.

A connection of its own beside the doorman's. What is rung while it is down is lost, and costs the
second after which the doorman looks by himself.
"""

import logging
import ssl

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from daemon.config import Settings

log = logging.getLogger(__name__)

_KEEPALIVE = 10


class MqttBell:
    """Rings over MQTT 3.1.1, which every broker speaks, the embedded one included."""

    def __init__(self, settings: Settings) -> None:
        root = f"{settings.mqtt.base}/{settings.site.id}/"
        self._online = f"{root}online"
        self._order = f"{root}order"
        self._broker = settings.mqtt.broker
        self._on_duty = False
        self._client = self._make_client(f"usciere-{settings.site.id}-api")

    def _make_client(self, name: str) -> Client:
        broker = self._broker
        client = Client(
            CallbackAPIVersion.VERSION2, client_id=name, transport="unix" if broker.path else "tcp"
        )
        client.suppress_exceptions = True
        client.reconnect_delay_set(1, 5)
        if broker.username is not None:
            client.username_pw_set(broker.username, broker.password)
        if broker.scheme == "mqtts":
            client.tls_set_context(ssl.create_default_context())
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        return client

    @property
    def hears_broker(self) -> bool:
        return self._client.is_connected()

    @property
    def hears_doorman(self) -> bool:
        return self._on_duty and self.hears_broker

    def start(self) -> None:
        """Begin to connect, in a thread of paho's."""
        broker = self._broker
        self._client.connect_async(broker.path or broker.host, broker.port or 1883, _KEEPALIVE)
        self._client.loop_start()

    def ring(self) -> None:
        """Tell the doorman to look, if the line is up."""
        if self._client.is_connected():
            self._client.publish(self._order, b"", qos=1)

    def stop(self) -> None:
        """Say goodbye; may be called twice."""
        self._client.disconnect()
        self._client.loop_stop()

    # ---- paho's thread ------------------------------------------------------------------

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
