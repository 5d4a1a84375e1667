"""`usciere osdp-key`: a new reader takes its key; what cannot be is one line."""

from pathlib import Path

import pytest

from tests.commands.conftest import Usciere
from tests.devices.osdp.peripheral import Peripheral

DOOR = """
[[doors]]
id = "retro"
room = "open-space"
[[doors.readers]]
id = "fuori"
driver = "osdp"
port = "{0}"
address = 1
key_file = "retro.key"
"""


@pytest.fixture
def furnished(house: Usciere, tmp_path: Path) -> Usciere:
    settings = tmp_path / "usciere.toml"
    settings.write_text(settings.read_text() + DOOR.format(tmp_path / "ttyNew"))
    return house


def test_a_new_reader_takes_the_key_that_is_made_for_it(furnished: Usciere, tmp_path: Path) -> None:
    device = Peripheral(tmp_path / "ttyNew", None)
    device.plug_in()
    done = furnished("osdp-key", "retro/fuori")
    device.unplug()
    assert done.exit_code == 0, done.stderr
    file = tmp_path / "retro.key"
    assert str(file) in done.stdout
    assert file.read_text().strip() not in done.stdout + done.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    assert device.told[0]["data"].hex() == file.read_text().strip()


def test_a_line_that_is_not_there_is_told(furnished: Usciere) -> None:
    done = furnished("osdp-key", "retro")
    assert done.exit_code == 1
    assert "not plugged in" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("place", ["ingresso", "nowhere", "retro/dentro"])
def test_what_has_no_key_is_told(furnished: Usciere, place: str) -> None:
    done = furnished("osdp-key", place)
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 1
