"""Other makers' devices as they behave on the wire: last wills, relays that fall back alone.

Each has a connection of its own, as in the field. `drawn` is the log of its bolt.
"""

import json
import re
import threading
import time
from collections.abc import Callable
from typing import Self

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from tests.e2e.brokers import HOST, end_loop
from tests.faults.street import SOON


class Device:
    """One connection. A subclass has a last will (`topic`, `there`, `away`) and hears `orders`."""

    topic, there, away, orders = "", "online", "offline", ""

    def __init__(self, port: int, name: str) -> None:
        self.name = name
        self._port = port
        self._ready = threading.Event()

    def __enter__(self) -> Self:
        self.come()
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def come(self) -> None:
        """Connect, say that one is there, and hear."""
        self._client = Client(CallbackAPIVersion.VERSION2, self.name)
        self._client.will_set(self.topic.format(self.name), self.away, qos=1, retain=True)
        self._client.on_message = self._hear
        self._client.on_connect = self._connected
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._ready.clear()
        self._client.connect(HOST, self._port)
        self._client.loop_start()
        assert self._ready.wait(SOON), "no SUBACK"

    def leave(self) -> None:
        """Say goodbye as one does whose plug is pulled: the broker publishes the will."""
        wire = self._client.socket()
        if wire is not None:
            wire.close()
        end_loop(self._client)

    def _connected(self, client: Client, *_: object) -> None:
        client.subscribe(self.orders.format(self.name) or "nothing", qos=1)
        client.publish(self.topic.format(self.name), self.there, qos=1, retain=True)

    def _hear(self, _: Client, __: object, message: MQTTMessage) -> None:
        self.obey(bytes(message.payload))

    def obey(self, payload: bytes) -> None:
        """Do what an order says."""

    def say(self, topic: str, payload: str, *, retain: bool = False) -> None:
        """Publish as the firmware does, at QoS 0."""
        self._client.publish(topic, payload, qos=0, retain=retain).wait_for_publish(SOON)


class EspHomeReader(Device):
    """A PN532 behind ESPHome with the YAML of docs/esphome."""

    topic = "{}/status"

    def shows(self, uid: str) -> None:
        """Hold a card to it: its number as ESPHome writes it."""
        text = "-".join(re.findall("..", uid.upper()))
        self.say(f"{self.name}/tag", json.dumps({"uid": text}))


class Bolt(Device):
    """A relay that draws a bolt, and lets it go by itself."""

    def __init__(self, port: int, name: str) -> None:
        super().__init__(port, name)
        self.drawn: list[tuple[float, bool]] = []
        self._timer: threading.Timer | None = None

    def draw(self, seconds: float) -> None:
        """Draw the bolt for so long."""
        self.drawn.append((time.monotonic(), True))
        self.report(drawn=True)
        self._timer = threading.Timer(seconds, self._let_go)
        self._timer.daemon = True
        self._timer.start()

    def _let_go(self) -> None:
        self.drawn.append((time.monotonic(), False))
        self.report(drawn=False)

    def report(self, *, drawn: bool) -> None:
        """Say what the relay is."""

    def until(self, times: int, seconds: float = SOON) -> None:
        """Wait until the bolt has moved so often."""
        wait(lambda: len(self.drawn) >= times, seconds)

    def leave(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        super().leave()


class ShellyPlus(Bolt):
    """A Shelly Plus 1: RPC, `toggle_after`, notifications."""

    topic, there, away, orders = "{}/online", "true", "false", "{}/rpc"

    def obey(self, payload: bytes) -> None:
        said = json.loads(payload)
        params = said["params"]
        assert said["method"] == "Switch.Set"
        result = {"id": said["id"], "src": self.name, "result": {"was_on": False}}
        self._client.publish(f"{said['src']}/rpc", json.dumps(result), qos=1)
        if params["on"]:
            self.draw(params["toggle_after"])

    def report(self, *, drawn: bool) -> None:
        told = {"switch:0": {"id": 0, "output": drawn}}
        notice = {"src": self.name, "method": "NotifyStatus", "params": told}
        self._client.publish(f"{self.name}/events/rpc", json.dumps(notice), qos=1)


class TasmotaDevice(Bolt):
    """A Tasmota with an RC522 and a relay: Backlog, PulseTime, RESULT."""

    topic, there, away, orders = "tele/{}/LWT", "Online", "Offline", "cmnd/{}/Backlog"

    def obey(self, payload: bytes) -> None:
        found = re.fullmatch(rb"PulseTime1 (\d+); Power1 ON", payload)
        assert found is not None, payload
        pulse = int(found[1])
        self.draw(pulse / 10 if pulse <= 111 else pulse - 100)

    def report(self, *, drawn: bool) -> None:
        word = "ON" if drawn else "OFF"
        self._client.publish(f"stat/{self.name}/RESULT", json.dumps({"POWER": word}))
        self._client.publish(f"stat/{self.name}/POWER", word)

    def shows(self, uid: str) -> None:
        """Hold a card to it."""
        tag = {"UID": uid.upper(), "Data": "", "Type": "MIFARE 1KB"}
        said = {"Time": "2026-11-03T12:00:00", "RC522": tag}
        self.say(f"tele/{self.name}/SENSOR", json.dumps(said))

    def reads(self, number: int, size: int = 26) -> None:
        """Have the Wiegand reader at it give a number."""
        said = {"Time": "2026-11-03T12:00:00", "Wiegand": {"UID": number, "Size": size}}
        self.say(f"tele/{self.name}/SENSOR", json.dumps(said))


def wait(happened: Callable[[], bool], seconds: float = SOON) -> None:
    """Wait until something has happened."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)
