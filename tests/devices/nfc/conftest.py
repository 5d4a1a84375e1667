"""A chip at a path that stays the same, and ports on it that are stopped in the end."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices.cards.contract import Examiner, Scrutiniser
from devices.contract import Port
from devices.nfc.ports import open_ports
from devices.readers.port import Experts, Habits
from tests.devices.nfc.pn532_chip import Chip
from tests.devices.readers.desk import Ears, fitting

Connect = Callable[..., Port]


@pytest.fixture
def chip(tmp_path: Path) -> Iterator[Chip]:
    chip = Chip(tmp_path / "usb-PN532-if00-port0")
    chip.plug_in()
    yield chip
    chip.unplug()


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
def connect(chip: Chip) -> Iterator[Connect]:
    ports: list[Port] = []

    def connect(
        ears: Ears,
        examine: Examiner | None = None,
        scrutinise: Scrutiniser | None = None,
        habits: Habits | None = None,
        on: Chip | None = None,
    ) -> Port:
        device = str((on or chip).path)
        [port] = open_ports([fitting(device=device)], Experts(examine, scrutinise), habits)
        ports.append(port)
        port.start(ears)
        return port

    yield connect
    for port in ports:
        port.stop(10)
