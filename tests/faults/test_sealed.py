"""A door that trusts no broker: sealed taps and exits count, its lock gets sealed commands."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from commands.main import app
from devices import seals
from devices.clock import now
from devices.moments import shown
from tests.faults.house import House, Terms, furnished
from tests.faults.oracle import journal
from tests.faults.street import Street, new_id

pytestmark = pytest.mark.mosquitto
DOOR = """\
[[doors]]
id = "cassa"
room = "open-space"
hmac_key_file = "cassa.key"
"""


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with furnished(Terms(more=DOOR, repeat=0)) as made:
        seals.new_key(made.settings.folder / "cassa.key")
        made.daemon.start()
        with Street(made) as street:
            street.ask(made.somebody())
        yield made


@pytest.fixture
def street(house: House) -> Iterator[Street]:
    with Street(house) as made:
        yield made


def sealed(house: House, word: str, said: dict[str, object]) -> dict[str, object]:
    key = seals.key_in(house.settings.folder / "cassa.key")
    return said | {"hmac": seals.seal(key, f"{house.root}door/cassa/{word}", word, said)}


def tap_of(house: House, **said: object) -> dict[str, object]:
    return {"uid": house.somebody().uid, "id": new_id(), "at": shown(now())} | said


def answer_to(street: Street, message: dict[str, object]) -> tuple[object, object]:
    street.say("cassa", "tap", message)
    answer = street.answer(None if message.get("id") is None else str(message["id"]))
    return answer["granted"], answer["reason"]


def test_a_sealed_tap_opens_by_a_sealed_command(house: House, street: Street) -> None:
    tap = sealed(house, "tap", tap_of(house))
    assert answer_to(street, tap) == (True, "plan")
    command = street.until(lambda each: each.word == "command" and each.door == "cassa")
    said = command.said()
    assert said["tap"] == tap["id"]
    assert said == sealed(house, "command", {k: v for k, v in said.items() if k != "hmac"})


def test_what_nobody_sealed_opens_nothing(house: House, street: Street) -> None:
    plain = tap_of(house)
    stolen = sealed(house, "tap", tap_of(house)) | {"uid": house.somebody().uid}
    dateless = sealed(house, "tap", {"uid": house.somebody().uid, "id": new_id()})
    for message in (plain, stolen, dateless):
        assert answer_to(street, message) == (False, "malformed")
    street.say("cassa", "exit", {"id": new_id(), "at": shown(now())})
    old = sealed(house, "exit", {"id": new_id(), "at": shown(now() - timedelta(seconds=30))})
    street.say("cassa", "exit", old)
    street.ask(house.somebody())  # whatever came before has been served
    assert street.commands() == [each for each in street.commands() if each.door != "cassa"]
    reasons = [row.reason for row in journal(house, "exit") if row.door == "cassa"]
    assert reasons[-2:] == ["malformed", "late"]


def test_a_sealed_press_opens_once(house: House, street: Street) -> None:
    press = sealed(house, "exit", {"id": new_id(), "at": shown(now())})
    for _ in range(2):
        street.say("cassa", "exit", press)
    street.until(lambda each: each.word == "command" and each.door == "cassa")
    street.ask(house.somebody())
    assert len([each for each in street.commands() if each.door == "cassa"]) == 1


def test_the_command_line_seals_as_well(house: House) -> None:
    config = str(house.settings.folder / "usciere.toml")
    done = CliRunner().invoke(app, ["--config", config, "tap", "cassa", house.somebody().uid])
    assert (done.exit_code, done.output.split()[:2]) == (0, ["granted", "plan"])
    again = CliRunner().invoke(app, ["--config", config, "door-key", "cassa"])
    assert again.exit_code == 1
    assert "is not replaced" in json.dumps(again.output + str(again.exception))
