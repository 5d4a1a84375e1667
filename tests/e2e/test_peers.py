"""Other makers' own code: ESPHome checks the YAML that we ship, zigbee2mqtt's converters speak.

Both are large, so `make peers` brings them; without one its tests are left out and say so.
"""

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest

from devices.contract import Fitting, Part
from devices.mqtt.firmware import esphome, zigbee2mqtt
from devices.mqtt.firmware.dialect import Alarm, Bolt, Contact, Heard, Message

ROOT = Path(__file__).parents[2]
ESPHOME = ROOT / ".peers" / "esphome" / "bin" / "esphome"
ZIGBEE = ROOT / ".peers" / "zigbee"
NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
SECRETS = """\
wifi_ssid: cooffice
wifi_password: non-ditelo-a-nessuno
mqtt_broker: 192.168.1.2
mqtt_username: cooffice-device-porte-ingresso
mqtt_password: nemmeno-questa
"""
CONVERT = """\
import module from 'zigbee-herdsman-converters/converters/fromZigbee';
const all = module.default ?? module;
const cases = JSON.parse(process.argv[2]);
const said = cases.map(([name, type, data]) => all[name].convert(
  {model: 'YRD426NRSC', meta: {}},
  {type, data, endpoint: {ID: 1, getDevice: () => ({})}, device: {}, meta: {}},
  () => {}, {}, {state: {}, device: {}, logger: console},
));
console.log(JSON.stringify(said));
"""


def left_out(what: str) -> NoReturn:
    pytest.skip(f"{what} is not here; `make peers` brings it")


def test_the_yaml_that_we_ship_is_good_and_speaks_where_we_listen(tmp_path: Path) -> None:
    if not ESPHOME.exists():
        left_out("ESPHome")
    shutil.copy(ROOT / "docs" / "esphome" / "door.yaml", tmp_path)
    (tmp_path / "secrets.yaml").write_text(SECRETS)
    done = subprocess.run(
        [ESPHOME, "config", "door.yaml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"NO_COLOR": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Configuration is valid!" in done.stdout + done.stderr
    told = [line.strip() for line in done.stdout.splitlines()]
    assert "topic_prefix: porte/ingresso" in told
    assert "name: Strike" in told
    assert "topic: porte/ingresso/tag" in told
    options = {"topic": "porte/ingresso"}
    listens = set()
    for part in Part:
        listens |= set(esphome.make(Fitting("x", part, "y", "esphome", options)).topics())
    assert listens == {
        "porte/ingresso/status",
        "porte/ingresso/tag",
        "porte/ingresso/lock/strike/state",
        "porte/ingresso/binary_sensor/contact/state",
    }


def _lock(source: int, code: int, user: int) -> list[object]:
    data = {"opereventsrc": source, "opereventcode": code, "userid": user, "pin": 0}
    return ["lock_operation_event", "commandOperationEventNotification", data]


def _state(value: int) -> list[object]:
    return ["lock", "attributeReport", {"lockState": value}]


def _contact(status: int) -> list[object]:
    data = {"zonestatus": status, "extendedstatus": 0}
    return ["ias_contact_alarm_1", "commandStatusChangeNotification", data]


def _converted(cases: list[list[object]]) -> list[dict[str, object]]:
    node = shutil.which("node")
    if node is None or not (ZIGBEE / "node_modules" / "zigbee-herdsman-converters").is_dir():
        left_out("zigbee2mqtt's converters (and node)")
    script = ZIGBEE / "convert.mjs"
    script.write_text(CONVERT)
    done = subprocess.run(
        [node, script, json.dumps(cases)], capture_output=True, text=True, check=True
    )
    said: list[dict[str, object]] = json.loads(done.stdout.splitlines()[-1])
    return said


def _heard(part: Part, said: dict[str, object]) -> list[Heard]:
    fitting = Fitting("x", part, "y", "zigbee2mqtt", {"topic": "zigbee2mqtt/porta"})
    payload = json.dumps(said).encode()
    message = Message("zigbee2mqtt/porta", payload, retained=False, received=NOON)
    return list(zigbee2mqtt.make(fitting).hear(message))


def test_what_real_converters_make_of_a_lock_is_understood() -> None:
    said = _converted([_state(1), _state(2), _state(0), _lock(3, 2, 5), _lock(0, 5, 65535)])
    heard = [_heard(Part.LOCK, each) for each in said]
    assert heard == [[Bolt(True)], [Bolt(False)], [Bolt(False)], [], []]  # noqa: FBT003 - the tuple's own field


def test_what_real_converters_make_of_a_contact_is_understood() -> None:
    said = _converted([_contact(1), _contact(0), _contact(4)])
    heard = [_heard(Part.CONTACT, each) for each in said]
    assert heard == [
        [Contact(open=True)],
        [Contact(open=False)],
        [Contact(open=False), Alarm("tampered")],
    ]
