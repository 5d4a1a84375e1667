"""What Home Assistant is told, and what it may ask for."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract import Nonsense, Nothing, Receipt, Remote, Signal
from devices.mqtt.discovery import Discovery, Named
from devices.mqtt.link import Arrival

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
ROOT = "usciere/cooffice/"
DOORS = [Named("ingresso", "Ingresso"), Named("sala", "Porta sala")]
ROOMS = [Named("sala", "Sala riunioni")]


def found(*, unlocks: bool) -> Discovery:
    site = Named("cooffice", "CoOffice")
    return Discovery("homeassistant", ROOT, site, DOORS, ROOMS, unlocks=unlocks)


def asks(payload: bytes, door: str = "ingresso", **said: bool) -> Signal:
    flags = {"retain": False, "again": False, "waited": False} | said
    topic = f"{ROOT}homeassistant/{door}/set"
    discovery = found(unlocks=True)
    assert discovery.hears(topic)
    return discovery.read(Arrival(topic, payload, 3, 1, **flags), NOON)


def test_a_device_has_all_doors_and_rooms_and_names_each_part_once() -> None:
    said = json.loads(found(unlocks=True).payload())
    assert said["origin"]["name"] == "usciere"  # without it Home Assistant refuses the device
    assert said["availability_topic"] == f"{ROOT}online"
    parts = said["components"]
    assert {name for name, part in parts.items() if part["platform"] == "lock"} == {
        "ingresso_lock", "sala_lock"
    }  # fmt: skip
    ids = [part["unique_id"] for part in parts.values()]
    assert len(set(ids)) == len(ids)
    for part in parts.values():
        assert part["state_topic"].startswith(ROOT)
    assert found(unlocks=True).topic == "homeassistant/device/usciere_cooffice/config"


def test_a_lock_that_it_may_not_open_is_only_shown() -> None:
    parts = json.loads(found(unlocks=False).payload())["components"]
    assert not [part for part in parts.values() if "command_topic" in part]
    assert parts["ingresso_bolt"]["device_class"] == "lock"


@pytest.mark.parametrize("word", [b"UNLOCK", b"unlock", b" OPEN\n"])
def test_it_asks_for_a_door(word: bytes) -> None:
    signal = asks(word)
    assert isinstance(signal, Remote)
    assert (signal.door, signal.receipt) == ("ingresso", Receipt(1, 3, again=False))


def test_a_door_locks_by_itself() -> None:
    assert isinstance(asks(b"LOCK"), Nothing)


@pytest.mark.parametrize(
    ("payload", "door", "retain", "code"),
    [
        (b"UNLOCK", "ingresso", True, "retained"),
        (b"UNLOCK", "nowhere", False, "unknown-door"),
        (b"UNLOCK", "sala/set/x", False, "unknown-door"),
        (b"PLEASE", "ingresso", False, "malformed"),
        (b"", "ingresso", False, "malformed"),
    ],
)
def test_anything_else_is_written_down(
    payload: bytes,
    door: str,
    retain: bool,  # noqa: FBT001 - a parameter of the test
    code: str,
) -> None:
    signal = asks(payload, door, retain=retain)
    assert isinstance(signal, Nonsense)
    assert signal.code == code


@given(st.binary(max_size=40), st.text(max_size=40))
def test_whatever_it_says_only_two_words_open(payload: bytes, door: str) -> None:
    signal = asks(payload, door)
    if isinstance(signal, Remote):
        assert payload.strip().upper() in {b"UNLOCK", b"OPEN"}
        assert door in {"ingresso", "sala"}
