"""The one suite for readers at this host: every driver of `devices.kinds` keeps its promises."""

import os
import pty
import threading
import time
import tty
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from devices.contract import Fitting, Port
from devices.kinds import PORTS
from devices.nfc.ports import open_ports as nfc_ports
from devices.osdp.ports import open_ports as osdp_ports
from devices.readers.port import Habits
from devices.serial.ports import open_ports as serial_ports
from devices.uid import Uid
from devices.wedge.ports import open_ports as wedge_ports
from tests.devices.nfc.cards import PlainCard
from tests.devices.nfc.pn532_chip import Chip
from tests.devices.osdp.peripheral import Peripheral
from tests.devices.port_contract import PROMISES, Bench, held_to, opened
from tests.devices.readers.desk import Ears, fitting
from tests.devices.wedge.test_reader import Keyboard

pytestmark = pytest.mark.wire

SEVEN = (Uid(bytes.fromhex("04A224B1C35880")), Uid(bytes.fromhex("04A224B1C35881")))
FIVE = (Uid(bytes.fromhex("14008EC793")), Uid(bytes.fromhex("14008EC794")))
ELSEWHERE = frozenset({"pcsc"})
"""Tried in tests/e2e: its daemon is spoken to over a socket."""


class NfcBench:
    """A PN532 chip at a pty."""

    cards = SEVEN

    def __init__(self, folder: Path) -> None:
        self._chip = Chip(folder / "usb-PN532")

    def fitting(self) -> Fitting:
        return fitting(device=str(self._chip.path))

    def ports(self, fittings: Sequence[Fitting]) -> Sequence[Port]:
        return nfc_ports(fittings, habits=Habits(0.01, 0.05))

    def plug_in(self) -> None:
        self._chip.plug_in()

    def unplug(self) -> None:
        self._chip.unplug()

    def lays(self, card: Uid) -> None:
        self._chip.card = PlainCard(card)

    def takes_away(self) -> None:
        self._chip.card = None

    def says_rubbish(self) -> None:
        os.write(self._chip._master, b"\x00\xff\x00garbage\xff\xff" * 40)


class SerialBench:
    """An RDM6300 at a pty."""

    cards = FIVE

    def __init__(self, folder: Path) -> None:
        self._path = folder / "ttyUSB0"
        self._away = threading.Event()
        self._master = -1

    def fitting(self) -> Fitting:
        return fitting("serial", port=str(self._path), format="rdm6300")

    def ports(self, fittings: Sequence[Fitting]) -> Sequence[Port]:
        return serial_ports(fittings, Habits(0.0, 0.05))

    def plug_in(self) -> None:
        self._master, slave = pty.openpty()
        tty.setraw(slave)
        self._path.symlink_to(os.ttyname(slave))
        os.close(slave)

    def unplug(self) -> None:
        if self._path.is_symlink():
            self._path.unlink()
            os.close(self._master)

    def lays(self, card: Uid) -> None:
        check = 0
        for byte in card:
            check ^= byte
        frame = b"\x02" + card.hex().upper().encode() + f"{check:02X}".encode() + b"\x03"
        self._away.clear()
        self._thread = threading.Thread(target=self._repeats, args=(frame,), daemon=True)
        self._thread.start()

    def _repeats(self, frame: bytes) -> None:
        while not self._away.wait(0.065):
            os.write(self._master, frame)

    def takes_away(self) -> None:
        self._away.set()
        self._thread.join()

    def says_rubbish(self) -> None:
        os.write(self._master, b"\x02\x0214008EC793CF\x03\x03\xff\x00" * 50)


class WedgeBench:
    """A keyboard on a pipe."""

    cards = SEVEN

    def __init__(self, _: Path) -> None:
        self._keyboard: Keyboard | None = None

    def fitting(self) -> Fitting:
        return fitting("wedge", path="/dev/input/by-id/reader")

    def ports(self, fittings: Sequence[Fitting]) -> Sequence[Port]:
        return wedge_ports(fittings, Habits(0.0, 0.05), self._find)

    def _find(self, path: str) -> Keyboard:
        if self._keyboard is None:
            raise FileNotFoundError(path)
        return self._keyboard

    def plug_in(self) -> None:
        self._keyboard = Keyboard()

    def unplug(self) -> None:
        keyboard, self._keyboard = self._keyboard, None
        if keyboard is not None:
            keyboard.unplug()

    def lays(self, card: Uid) -> None:
        assert self._keyboard is not None
        self._keyboard.types(card.hex().upper() + "\n")

    def takes_away(self) -> None:
        """Such a reader types once."""

    def says_rubbish(self) -> None:
        assert self._keyboard is not None
        self._keyboard.types("HELLO WORLD\n" + "1" * 200 + "\n\n")


class OsdpBench:
    """libosdp's own peripheral device at a pty."""

    cards = SEVEN

    def __init__(self, folder: Path) -> None:
        self._key = folder / "reader.key"
        self._key.touch(0o600)
        self._key.write_text(bytes(range(1, 17)).hex())
        self._device = Peripheral(folder / "ttyRS485", bytes(range(1, 17)))

    def fitting(self) -> Fitting:
        plain = fitting("osdp", port=str(self._device.path), key_file=str(self._key))
        return Fitting(plain.door, plain.part, plain.name, "osdp", {**plain.options, "address": 1})

    def ports(self, fittings: Sequence[Fitting]) -> Sequence[Port]:
        return osdp_ports(fittings, Habits(0.01, 0.05))

    def plug_in(self) -> None:
        self._device.plug_in()

    def unplug(self) -> None:
        if self._device.path.is_symlink():
            self._device.unplug()

    def lays(self, card: Uid) -> None:
        self._device.shows(card, len(card) * 8)

    def takes_away(self) -> None:
        """Such a reader tells once."""

    def says_rubbish(self) -> None:
        os.write(self._device._master, b"\x53\x81\xff\xff\x00garbage" * 20)


BENCHES: dict[str, Callable[[Path], Bench]] = {
    "nfc": NfcBench,
    "serial": SerialBench,
    "wedge": WedgeBench,
    "osdp": OsdpBench,
}


@pytest.fixture(params=sorted(BENCHES))
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    made = BENCHES[request.param](tmp_path)
    made.plug_in()
    yield made
    made.unplug()


def test_every_driver_of_this_host_has_a_bench() -> None:
    assert set(BENCHES) | ELSEWHERE == set(PORTS)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_a_port_keeps_its_promises(bench: Bench, promise: Callable[[Bench], None]) -> None:
    promise(bench)


def test_one_readers_plug_is_nothing_to_another(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = SerialBench(tmp_path / "one"), OsdpBench(tmp_path / "two")
    one.plug_in()
    two.plug_in()
    ears, others = Ears(), Ears()
    ports = [opened(one, ears), opened(two, others)]
    one.unplug()
    ears.wait(lambda e: e.online == [True, False])
    held_to(two, two.cards[0])
    others.wait(lambda e: len(e.taps) == 1)
    time.sleep(0.3)
    assert others.online == [True]
    for port in ports:
        port.stop(2)
    two.unplug()
