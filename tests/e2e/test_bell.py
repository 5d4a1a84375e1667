"""The API's line to the doorman on a real broker: it rings at once, and comes back by itself."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from api.nudge import MqttBell
from daemon.config import load
from tests.e2e.brokers import HOST, Mosquitto, free_port, leave

pytestmark = pytest.mark.mosquitto
_PATIENCE = 20.0
_TOML = """
[site]
id = "cooffice"
name = "CoOffice"
[mqtt]
url = "mqtt://{host}:{port}"
[[rooms]]
id = "open-space"
[[doors]]
id = "ingresso"
room = "open-space"
"""


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    broker = Mosquitto(tmp_path, free_port())
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def bell(tmp_path: Path, broker: Mosquitto) -> Iterator[MqttBell]:
    config = tmp_path / "usciere.toml"
    config.write_text(_TOML.format(host=HOST, port=broker.port))
    bell = MqttBell(load(config, {}))
    bell.start()
    yield bell
    bell.stop()


def until(true: Callable[[], bool]) -> None:
    limit = time.monotonic() + _PATIENCE
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.01)


@contextmanager
def doorman(broker: Mosquitto) -> Iterator[threading.Semaphore]:
    """Be on duty; the semaphore counts how often it rang."""
    rung, ready = threading.Semaphore(0), threading.Event()
    client = Client(CallbackAPIVersion.VERSION2)
    client.on_message = lambda *_: rung.release()
    client.on_subscribe = lambda *_: ready.set()
    client.connect(HOST, broker.port)
    client.subscribe("usciere/cooffice/order", 1)
    client.loop_start()
    assert ready.wait(_PATIENCE)
    client.publish("usciere/cooffice/online", b"true", 1, retain=True).wait_for_publish(_PATIENCE)
    yield rung
    leave(client)


def test_it_rings_at_once_and_not_a_second_later(bell: MqttBell, broker: Mosquitto) -> None:
    with doorman(broker) as rung:
        until(lambda: bell.hears_doorman)
        began = time.monotonic()
        for _ in range(20):
            bell.ring()
            assert rung.acquire(timeout=_PATIENCE)
        assert time.monotonic() - began < 10  # twenty looks of a second each are twenty seconds


def test_it_comes_back_when_the_broker_does(bell: MqttBell, broker: Mosquitto) -> None:
    until(lambda: bell.hears_broker)
    broker.stop()
    until(lambda: not bell.hears_broker)
    bell.ring()  # lost, and harmless
    assert not bell.hears_doorman
    broker.start()
    until(lambda: bell.hears_broker)
    with doorman(broker) as rung:
        until(lambda: bell.hears_doorman)
        bell.ring()
        assert rung.acquire(timeout=_PATIENCE)


def test_it_ends_at_once_with_and_without_a_broker(bell: MqttBell, broker: Mosquitto) -> None:
    until(lambda: bell.hears_broker)
    began = time.monotonic()
    bell.stop()
    assert time.monotonic() - began < 1.5
    bell.stop()
    broker.stop()
