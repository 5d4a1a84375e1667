"""The installation that docs/operating.md tells of, typed line by line into a clean Debian.

`make try-install` runs this, in the order written here. It takes minutes and root: `make test`
doesn't.
"""

import json
import shlex
from collections.abc import Iterator

import pytest

from tests.installation.machine import Machine, clean_machine
from tests.units import installing

UID = "04A224B1C35880"
UNITS = "usciere.service usciere-api.service usciere-api.socket"
_ONLINE = ("sudo apt-get ", "sudo make ")
_LOOK = (
    "import http.client, sys; line = http.client.HTTPConnection('127.0.0.1:8000'); "
    "line.request({method!r}, {path!r}, {body}, {headers}); answer = line.getresponse(); "
    "print(answer.status, answer.read().decode()); sys.exit(answer.status >= 400)"
)


@pytest.fixture(scope="module")
def house() -> Iterator[Machine]:
    """Type all that the page says, then let Anna in."""
    with clean_machine() as machine:
        for line in installing():
            machine.types(line, online=line.startswith(_ONLINE))
        machine.types("sudo usciere plan add always --name Always")
        machine.types("sudo usciere member add Anna --email anna@example.org --plan always")
        machine.types(f"sudo usciere badge add anna@example.org {UID}")
        yield machine


def asking(path: str, body: bytes | None = None, **headers: str) -> str:
    """Return a line that prints status and body of the API's answer; fails from status 400 on."""
    method = "GET" if body is None else "POST"
    look = _LOOK.format(method=method, path=path, body=body, headers=headers)
    return f"python3 -c {shlex.quote(look)}"


def soon(line: str) -> str:
    """Return a line that is tried until it ends well, for twenty seconds."""
    return f"timeout 20 sh -c {shlex.quote(f'until {line}; do sleep 1; done')}"


def at_the_door(house: Machine, deed: str) -> str:
    """Return what the entrance's controller hears of a deed, and what is seen of it."""
    known = json.loads(house.types("sudo cat /var/lib/usciere/mosquitto/passwords.json"))
    who = f"-u cooffice-ingresso -P {known['cooffice-ingresso']}"
    hear = f"mosquitto_sub {who} -q 1 -t usciere/cooffice/door/ingresso/command -C 1 -W 20"
    return house.types(f"{hear} & sleep 1; {deed} && wait $!")


def test_all_is_on_duty_and_nothing_has_failed(house: Machine) -> None:
    house.types("sudo systemctl is-active usciere.service usciere-api.socket mosquitto.service")
    house.types("sudo systemctl is-enabled usciere.service usciere-api.socket mosquitto.service")
    assert house.types("sudo systemctl is-system-running") == "running\n"


def test_systemd_finds_nothing_wrong_with_the_units_where_they_lie(house: Machine) -> None:
    assert house.types(f"systemd-analyze verify {UNITS}") == ""


def test_a_tap_opens_the_door(house: Machine) -> None:
    house.types("sudo apt-get install mosquitto-clients", online=True)
    said = at_the_door(house, f"sudo usciere tap ingresso {UID}")
    assert "granted  plan" in said
    assert '"action":"unlock"' in said


def test_the_board_answers_and_reaches_all_it_needs(house: Machine) -> None:
    """Database, broker and doorman; its unit has no network."""
    assert house.types(asking("/")).startswith("200 ")
    house.types(soon(asking("/readyz")))


def test_staff_open_the_door_from_afar(house: Machine) -> None:
    token = house.types("sudo usciere token create --name desk --role staff").split()[-1]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    body = b'{"reason": "parcel"}'
    said = at_the_door(house, asking("/api/v1/doors/ingresso/unlock", body, **headers))
    assert '"sent":true' in said
    assert '"action":"unlock"' in said


def test_files_belong_to_whom_they_should(house: Machine) -> None:
    expected = {
        "/var/lib/usciere": "700 usciere:usciere",
        "/var/lib/usciere/badge.key": "600 usciere:usciere",
        "/var/lib/usciere/usciere.db": "600 usciere:usciere",
        "/var/lib/usciere/mosquitto/passwords.json": "600 usciere:usciere",
        "/etc/credstore": "700 root:root",
        "/etc/credstore/usciere-api-mqtt-url": "600 root:root",
        "/etc/credstore/usciere-doorman-mqtt-url": "600 root:root",
        "/etc/mosquitto/usciere.acl": "640 root:mosquitto",
        "/etc/mosquitto/usciere.pw": "640 root:mosquitto",
        "/run/usciere-broker": "2750 mosquitto:usciere",
        "/run/usciere-broker/mqtt.sock": "770 mosquitto:usciere",
    }
    said = house.types(f"sudo stat --format '%n=%a %U:%G' {' '.join(expected)}")
    assert dict(line.split("=") for line in said.splitlines()) == expected


def test_nobody_but_root_can_change_the_program(house: Machine) -> None:
    others = "! -type l -perm /022 -o ! -user root"
    assert house.types(f"sudo find /opt/usciere /usr/local/bin/usciere {others}") == ""


def test_an_upgrade_keeps_what_is_the_operators_and_nothing_else(house: Machine) -> None:
    """Without a network: the pins are there already."""
    house.types("echo '# mine' | sudo tee -a /var/lib/usciere/usciere.toml")
    house.types("sudo touch /opt/usciere/daemon/gone.py")
    kept = "sudo sh -c 'cd /var/lib/usciere && sha256sum usciere.toml badge.key /etc/credstore/*'"
    process = "sudo systemctl show --property MainPID usciere.service"
    before, old = house.types(kept), house.types(process)
    house.types("sudo make install")
    assert house.types(kept) == before
    assert house.types(process) != old
    house.types("test ! -e /opt/usciere/daemon/gone.py")
    assert "granted  plan" in house.types(f"sudo usciere tap ingresso {UID}")
    assert house.types("sudo usciere journal verify").startswith("ok")


def test_doors_open_again_after_the_machine_was_off(house: Machine) -> None:
    house.stop()
    house.start()
    assert house.types("sudo systemctl is-system-running") == "running\n"
    assert "granted" in house.types(f"sudo usciere tap ingresso {UID}")  # a repeat, if it was quick
    house.types(soon(asking("/readyz")))
