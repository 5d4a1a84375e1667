"""`usciere broker-config`: files that stay when they may, and what is refused."""

import json
from pathlib import Path

import pytest

from tests.commands.conftest import Usciere


def test_passwords_stay_and_a_new_door_gets_its_own(house: Usciere, tmp_path: Path) -> None:
    assert house("broker-config").exit_code == 0
    folder = tmp_path / "mosquitto"
    first = json.loads((folder / "passwords.json").read_text())
    assert {"cooffice-doorman", "cooffice-api", "cooffice-ingresso"} <= first.keys()
    assert len(set(first.values())) == len(first)
    settings = tmp_path / "usciere.toml"
    more = '\n[[doors]]\nid = "retro"\nroom = "open-space"\n'
    settings.write_text(settings.read_text() + more)
    assert house("broker-config").exit_code == 0
    second = json.loads((folder / "passwords.json").read_text())
    assert second.items() >= first.items()
    assert second.keys() - first.keys() == {"cooffice-retro"}


def test_no_password_is_shown_or_for_others_to_read(house: Usciere, tmp_path: Path) -> None:
    done = house("broker-config", "--dir", str(tmp_path / "b"))
    folder = tmp_path / "b"
    known = json.loads((folder / "passwords.json").read_text())
    modes = {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}
    others = [name for name, mode in modes.items() if mode != 0o600]
    shown = done.stdout + "".join((folder / name).read_text() for name in others)
    assert not [password for password in known.values() if password in shown]
    assert modes["passwords.json"] == 0o600
    assert not [name for name in ("usciere.pw", "usciere.acl") if modes[name] & 0o007]


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ((), "mqtt://{}@127.0.0.1:1883"),
        (("--listen", "[::1]:1884"), "mqtt://{}@[::1]:1884"),
        (("--socket", "/run/a broker/u.sock"), "mqtt+unix://{}@/run/a%20broker/u.sock"),
    ],
)
def test_each_of_our_programs_has_its_address_in_a_file_as_its_unit_wants_it(
    house: Usciere, tmp_path: Path, said: tuple[str, ...], where: str
) -> None:
    assert house("broker-config", *said).exit_code == 0
    folder = tmp_path / "mosquitto"
    known = json.loads((folder / "passwords.json").read_text())
    for program in ("doorman", "api", "desk"):
        user = f"cooffice-{program}"
        file = folder / f"usciere-{program}-mqtt-url"
        assert file.read_text().strip() == where.format(f"{user}:{known[user]}")


def test_with_tls_alone_no_address_is_guessed(house: Usciere, tmp_path: Path) -> None:
    words = ("--listen", "192.168.1.10:8883", "--certificate", "/c.pem", "--key", "/k.pem")
    assert house("broker-config", *words).exit_code == 0
    assert not list((tmp_path / "mosquitto").glob("*-mqtt-url"))


def test_devices_of_other_makers_speak_below_their_topic(house: Usciere, tmp_path: Path) -> None:
    settings = tmp_path / "usciere.toml"
    lock = '[doors.lock]\ndriver = "shelly"\ntopic = "shelly/porta"\n'
    more = f'\n[[doors]]\nid = "retro"\nroom = "open-space"\n{lock}'
    settings.write_text(settings.read_text() + more)
    assert house("broker-config").exit_code == 0
    acl = (tmp_path / "mosquitto" / "usciere.acl").read_text()
    device = acl.split("user cooffice-device-shelly-porta\n")[1].split("\n\n")[0]
    answers = "usciere-rpc/retro/lock/shelly/porta/rpc"
    topics = ["shelly/porta/#", "+/shelly/porta/#", answers]
    assert device.splitlines() == [f"topic readwrite {topic}" for topic in topics]
    doorman = acl.split("user cooffice-doorman\n")[1].split("\n\n")[0]
    assert "topic readwrite shelly/porta/#" in doorman


@pytest.mark.parametrize(
    ("said", "word"),
    [
        (("--listen", "0.0.0.0:1883"), "--listen"),
        (("--listen", "here"), "--listen"),
        (("--listen", "127.0.0.1:0"), "--listen"),
        (("--certificate", "a.pem"), "--certificate"),
        (("--authority", "ca.pem"), "--certificate"),
    ],
)
def test_what_would_be_unsafe_is_refused_in_a_line(
    house: Usciere, tmp_path: Path, said: tuple[str, ...], word: str
) -> None:
    done = house("broker-config", *said)
    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1)
    assert done.stderr.startswith(word)
    assert not (tmp_path / "mosquitto").exists()


def test_the_network_is_spoken_to_under_tls(house: Usciere, tmp_path: Path) -> None:
    words = ("--listen", "192.168.1.10:8883", "--certificate", "/c.pem", "--key", "/k.pem")
    assert house("broker-config", *words, "--socket", "/run/mosquitto/u.sock").exit_code == 0
    lines = (tmp_path / "mosquitto" / "usciere.conf").read_text().splitlines()
    assert lines[:4] == [
        "listener 0 /run/mosquitto/u.sock",
        "listener 8883 192.168.1.10",
        "certfile /c.pem",
        "keyfile /k.pem",
    ]


def test_a_spoilt_password_file_is_named_and_kept(house: Usciere, tmp_path: Path) -> None:
    house("broker-config")
    file = tmp_path / "mosquitto" / "passwords.json"
    file.write_text("[1")
    done = house("broker-config")
    assert (done.exit_code, "passwords.json can't be read" in done.stderr) == (1, True)
    assert file.read_text() == "[1"
