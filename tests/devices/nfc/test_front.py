"""Opening a chip in whatever state it was left, on whatever path."""

import errno
import termios
from pathlib import Path

import pytest

from devices.contract import Unreachable
from devices.nfc.front import close_front, open_front, serial_path, words_for
from tests.devices.nfc.conftest import Connect
from tests.devices.nfc.pn532_chip import Chip
from tests.devices.readers.desk import Ears

pytestmark = pytest.mark.wire


@pytest.mark.parametrize(
    ("device", "path"),
    [
        ("tty:USB0:pn532", "/dev/ttyUSB0"),
        ("tty:AMA0", "/dev/ttyAMA0"),
        ("/dev/serial/by-id/usb-FTDI_X-if00-port0", "/dev/serial/by-id/usb-FTDI_X-if00-port0"),
        ("usb:072f:2200", None),
        ("udp:127.0.0.1:54321", None),
        ("tty:USB0:arygon", None),
    ],
)
def test_a_device_is_a_line_of_ours_or_nfcpys_own_business(device: str, path: str | None) -> None:
    assert serial_path(device) == path


@pytest.mark.parametrize("speed", [921_600, 460_800, 230_400])
def test_a_chip_left_at_a_higher_speed_is_called_back(chip: Chip, speed: int) -> None:
    chip.speed = speed
    front = open_front(str(chip.path))
    close_front(front)
    assert chip.speed == 115_200


def test_a_killed_programs_chip_is_called_back_by_the_port(
    chip: Chip, ears: Ears, connect: Connect
) -> None:
    killed = open_front(str(chip.path))
    killed.device.chipset.transport.tty.close()
    assert chip.speed == 921_600
    connect(ears)
    ears.wait(lambda e: e.online[-1:] == [True])


def test_a_chip_that_keeps_silent_is_unreachable_by_name(chip: Chip) -> None:
    chip.mute = True
    with pytest.raises(Unreachable, match=r"port0 does not answer$"):
        open_front(str(chip.path))


def test_a_chip_that_falls_silent_is_missed_and_comes_back(
    chip: Chip, ears: Ears, connect: Connect
) -> None:
    connect(ears)
    ears.wait(lambda e: e.online == [True])
    chip.mute = True
    ears.wait(lambda e: e.online == [True, False])
    chip.mute = False
    ears.wait(lambda e: e.online == [True, False, True])


def test_a_path_that_is_not_there_is_said_to_be_unplugged(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="gone is not plugged in"):
        open_front(str(tmp_path / "gone"))


def test_a_path_with_a_meaning_to_the_shell_is_never_opened(tmp_path: Path) -> None:
    line = tmp_path / "tty; reboot"
    line.touch()
    with pytest.raises(Unreachable, match="is not plugged in"):
        open_front(str(line))


def test_a_file_that_is_no_line_is_unreachable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("nothing")
    with pytest.raises(Unreachable, match="file "):
        open_front(str(tmp_path / "file"))


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (PermissionError(errno.EACCES, "no"), "udev rule"),
        (OSError(errno.EBUSY, "busy"), "stop pcscd"),
        (termios.error(errno.EIO, "gone"), "is unplugged"),
        (IndexError("out of range"), "answers nonsense"),
    ],
)
def test_trouble_is_told_in_words(trouble: Exception, words: str) -> None:
    assert words in words_for(trouble)
