"""A real Home Assistant, headless: it takes what it is told, shows it, and asks for a door.

It is large and needs Python 3.13, so `make peers` brings it; without it this is left out.
"""

import json
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from devices.contract import Remote
from devices.mqtt.discovery import Discovery, Named
from devices.mqtt.link import Arrival
from tests.e2e.brokers import HOST, Mosquitto, free_port, leave
from tests.e2e.test_peers import NOON, ROOT, left_out

pytestmark = pytest.mark.slow
PYTHON = ROOT / ".peers" / "homeassistant" / "bin" / "python"
TOPICS = "usciere/cooffice/"
ENTRY: dict[str, object] = {
    "created_at": "2026-01-01T00:00:00+00:00",
    "modified_at": "2026-01-01T00:00:00+00:00",
    "disabled_by": None,
    "discovery_keys": {},
    "domain": "mqtt",
    "entry_id": "01JGFH000000000000000MQTT",
    "minor_version": 2,
    "options": {},
    "pref_disable_new_entities": False,
    "pref_disable_polling": False,
    "source": "user",
    "subentries": [],
    "title": HOST,
    "unique_id": None,
    "version": 1,
}
CORE = """\
import asyncio, json, sys
from homeassistant import bootstrap, config_entries, core, loader
from homeassistant.auth import auth_manager_from_config
from homeassistant.setup import async_setup_component

async def main():
    hass = core.HomeAssistant(sys.argv[1])
    hass.config.skip_pip = True
    loader.async_setup(hass)
    hass.config_entries = config_entries.ConfigEntries(hass, {})
    await bootstrap.async_load_base_functionality(hass)
    hass.auth = await auth_manager_from_config(hass, [], [])
    server = {"http": {"server_host": ["127.0.0.1"], "server_port": int(sys.argv[2])}}
    for name in ("homeassistant", "http", "tag", "device_automation", "mqtt"):
        assert await async_setup_component(hass, name, server), name
    await hass.async_start()
    for _ in range(100):
        await asyncio.sleep(0.1)
        await hass.async_block_till_done()
        states = {each.entity_id: each.state for each in hass.states.async_all()}
        told = not {"unknown", "unavailable"} & {*states.values()}
        if told and "lock.cooffice_ingresso" in states:
            break
    print(json.dumps(states), flush=True)
    await hass.services.async_call(
        "lock", "unlock", {"entity_id": "lock.cooffice_ingresso"}, blocking=True
    )
    await asyncio.sleep(0.5)
    await hass.async_stop(force=True)

asyncio.run(main())
"""


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    made = Mosquitto(tmp_path, free_port())
    made.start()
    yield made
    made.stop()


def test_a_real_home_assistant_shows_the_house_and_asks_for_a_door(
    tmp_path: Path, broker: Mosquitto
) -> None:
    if not PYTHON.exists():
        left_out("Home Assistant")
    discovery = Discovery(
        "homeassistant",
        TOPICS,
        Named("cooffice", "CoOffice"),
        [Named("ingresso", "Ingresso")],
        [Named("sala", "Sala riunioni")],
        unlocks=True,
    )
    rooms = [{"id": "sala", "status": "booked", "present": 2}]
    doors = {"ingresso": {"contact": "open", "bolt": "locked", "online": True}}
    asked: SimpleQueue[Arrival] = SimpleQueue()
    heard = threading.Event()
    house = Client(CallbackAPIVersion.VERSION2)

    def hear(_: Client, __: object, message: object) -> None:
        topic, payload = getattr(message, "topic", ""), bytes(getattr(message, "payload", b""))
        retain = bool(getattr(message, "retain", False))
        asked.put(Arrival(topic, payload, 1, 1, retain, again=False, waited=False))
        heard.set()

    house.on_message = hear
    house.connect(HOST, broker.port)
    house.loop_start()
    house.subscribe(f"{TOPICS}homeassistant/+/set", 1)
    for topic, payload in (
        (discovery.topic, discovery.payload()),
        (f"{TOPICS}online", b"true"),
        (f"{TOPICS}occupancy", json.dumps({"present": 7, "rooms": rooms}).encode()),
        (f"{TOPICS}doors", json.dumps(doors).encode()),
    ):
        house.publish(topic, payload, qos=1, retain=True).wait_for_publish(5)
    states = _states(tmp_path, broker.port)
    assert states["lock.cooffice_ingresso"] == "locked"
    assert states["sensor.cooffice_people"] == "7"
    assert states["sensor.cooffice_sala_riunioni"] == "booked"
    assert states["sensor.cooffice_sala_riunioni_people"] == "2"
    assert states["binary_sensor.cooffice_ingresso_contact"] == "on"
    assert states["binary_sensor.cooffice_ingresso_online"] == "on"
    assert heard.wait(5)
    signal = discovery.read(asked.get_nowait(), NOON)
    assert isinstance(signal, Remote)
    assert signal.door == "ingresso"
    leave(house)


def _states(folder: Path, port: int) -> dict[str, str]:
    """Run Home Assistant until it has shown and asked; return its entities' states."""
    storage = folder / "ha" / ".storage"
    storage.mkdir(parents=True)
    entry = ENTRY | {"data": {"broker": HOST, "port": port}}
    stored = {"version": 1, "minor_version": 5, "key": "core.config_entries"}
    said = stored | {"data": {"entries": [entry]}}
    (storage / "core.config_entries").write_text(json.dumps(said))
    (folder / "ha" / "configuration.yaml").touch()
    script = folder / "core.py"
    script.write_text(CORE)
    done = subprocess.run(
        [PYTHON, script, folder / "ha", str(free_port())],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    states: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return states
