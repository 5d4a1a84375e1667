"""`usciere check` at a real broker: whose it is, where an embedded one was expected."""

from pathlib import Path

import pytest

from commands.check import broker
from daemon.config import Settings, load
from daemon.config_template import Addresses, commented
from tests.e2e.brokers import HOST, Mosquitto, free_port
from tests.e2e.guests import Guest

pytestmark = pytest.mark.mosquitto


def house(folder: Path, url: str) -> Settings:
    path = folder / "usciere.toml"
    path.write_text(commented("cooffice", "CoOffice", addresses=Addresses(mqtt=url)))
    return load(path, {})


def test_a_strangers_broker_is_in_the_embedded_ones_way(tmp_path: Path) -> None:
    there = Mosquitto(tmp_path, free_port())
    there.start()
    try:
        embedded = house(tmp_path, f"embedded://{HOST}:{there.port}")
        found = broker(embedded)
        assert (found.ok, "mqtt:// would" in found.words) == (False, True)
        assert broker(house(tmp_path, f"mqtt://{HOST}:{there.port}")).ok
        with Guest(there, "doorman") as doorman:
            doorman.say("usciere/cooffice/online", b"true", retain=True)
            assert broker(embedded).ok
    finally:
        there.stop()
