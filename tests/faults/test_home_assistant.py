"""The doorman's side of Home Assistant, on a real Mosquitto: told once, obeyed by name."""

import json
import threading
from collections.abc import Iterator

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from tests.e2e.brokers import HOST, leave
from tests.faults.house import House, Terms, furnished
from tests.faults.makers import wait
from tests.faults.oracle import journal
from tests.faults.street import Street

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow]
CONFIG = "homeassistant/device/usciere_cooffice/config"
DOORS = "usciere/cooffice/doors"


@pytest.fixture
def house() -> Iterator[House]:
    with furnished(Terms(more="[homeassistant]\nunlock = true\n")) as made:
        yield made


class Listener:
    """Somebody who hears what Home Assistant would."""

    def __init__(self, port: int) -> None:
        self.heard: list[MQTTMessage] = []
        ready = threading.Event()
        self.client = Client(CallbackAPIVersion.VERSION2)
        self.client.on_message = lambda _, __, message: self.heard.append(message)
        self.client.on_subscribe = lambda *_: ready.set()
        self.client.connect(HOST, port)
        self.client.loop_start()
        self.client.subscribe([("homeassistant/#", 1), (DOORS, 1)])
        assert ready.wait(8)

    def of(self, topic: str) -> list[dict[str, object]]:
        return [json.loads(each.payload) for each in self.heard if each.topic == topic]

    def leave(self) -> None:
        leave(self.client)


def test_the_house_is_told_once_a_connection_and_a_door_opens_by_name(house: House) -> None:
    listener = Listener(house.broker.port)
    house.daemon.start()
    with Street(house) as street:
        wait(lambda: len(listener.of(CONFIG)) == 1)
        wait(lambda: len(listener.of(DOORS)) >= 1)
        street.say("lab", "state", {"contact": "open", "bolt": "unlocked"})
        wait(
            lambda: (
                listener.of(DOORS)[-1]["lab"]
                == {"contact": "open", "bolt": "unlocked", "online": True}
            )
        )
        street.shout("usciere/cooffice/homeassistant/front/set", b"UNLOCK")
        command = street.until(lambda each: each.word == "command" and each.door == "front")
        assert command.said()["action"] == "unlock"
    [entry] = [row for row in journal(house, "staff") if row.reason == "remote-unlock"]
    assert (entry.door, json.loads(entry.detail or "{}")) == (
        "front", {"by": {"name": "Home Assistant"}}
    )  # fmt: skip
    assert len(listener.of(CONFIG)) == 1
    listener.leave()
    house.broker.stop()
    house.broker.start()
    again = Listener(house.broker.port)
    wait(lambda: len(again.of(CONFIG)) == 1, 20)
    wait(lambda: len(again.of(DOORS)) >= 1, 20)
    again.leave()
    assert "Traceback" not in house.daemon.said()
