"""Opens nfcpy's front end on whatever path the settings name, and lets go of it whole.

`tty:USB0:pn532` and the like are nfcpy's own names. It takes no paths outside /dev/tty*, such as
the links below /dev/serial/by-id that stay the same from plug to plug: those are opened here.
"""

import errno
import logging
import re
import struct
import termios
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import nfc
import nfc.clf
import nfc.clf.pn53x
import nfc.clf.pn532
import nfc.clf.transport
import serial

from devices.contract import Unreachable
from devices.nfc.rescue import call_back

TROUBLE = (
    OSError,
    termios.error,  # no OSError: what pyserial lets through when the line is gone
    nfc.clf.pn53x.Chipset.Error,
    AssertionError,  # nfcpy's way to doubt an answer
    LookupError,
    TypeError,
    ValueError,
    struct.error,
)
"""What nfcpy raises when a device is gone or talks nonsense."""
_NAMED = re.compile(r"tty:(?P<name>[A-Za-z]+\d+)(:pn532)?")
_PLAIN_PATH = re.compile(r"/[A-Za-z0-9_./:+@=,-]+")
_SETTLES = 0.05
_AT_FIRST, _ONCE_KNOWN = 250, 1000
"""Milliseconds that a chip may take, before and after it has answered for the first time.

nfcpy gives it a tenth; a host that is held up for longer would lose its reader, and the card on it.
"""
_NOT_ALLOWED = "may not be opened by this user: join group dialout, or for USB add a udev rule"
_WORDS: Mapping[int, str] = {
    errno.ENOENT: "is not plugged in",
    errno.ENODEV: "is not plugged in, or answers nothing that a PN532 or ACR122U would",
    errno.ENXIO: "is not plugged in",
    errno.EIO: "is unplugged, or answers nonsense",
    errno.ETIMEDOUT: "does not answer",
    errno.EACCES: _NOT_ALLOWED,
    errno.EPERM: _NOT_ALLOWED,
    errno.EBUSY: "is held by another program: stop pcscd, or the kernel's pn533_usb",
}

logging.getLogger("nfc").setLevel(logging.CRITICAL)
"""nfcpy logs what it also raises, at every try."""


class _Line(nfc.clf.transport.TTY):  # type: ignore[misc]  # nfcpy has no types
    """nfcpy's serial line, with more patience."""

    patience = _AT_FIRST

    def read(self, timeout: int) -> bytearray:
        """Return a frame; `timeout` in milliseconds, as nfcpy has it."""
        frame: bytearray = super().read(max(timeout, self.patience))
        return frame


def open_front(device: str) -> nfc.ContactlessFrontend:
    """Open a device as the settings name it; raises Unreachable."""
    path = serial_path(device)
    try:
        return nfc.ContactlessFrontend(device) if path is None else _open_line(path)
    except TROUBLE as trouble:
        raise Unreachable(f"{device} {words_for(trouble)}") from trouble


def serial_path(device: str) -> str | None:
    """Return the path of a PN532's serial line; None for what nfcpy opens by its own names."""
    named = _NAMED.fullmatch(device)
    if named is not None:
        return f"/dev/tty{named['name']}"
    return device if device.startswith("/") else None


def words_for(trouble: BaseException) -> str:
    """Return what is wrong, to be read behind the device's name."""
    number = trouble.args[0] if isinstance(trouble, termios.error) else None
    number = getattr(trouble, "errno", None) or number
    return _WORDS.get(number or 0, f"answers nonsense ({type(trouble).__name__})")


def close_front(front: nfc.ContactlessFrontend) -> None:
    """Put the chip to sleep at its first speed, if it is there; let go of the line in any case."""
    transport = getattr(getattr(front.device, "chipset", None), "transport", None)
    with suppress(*TROUBLE):
        front.close()
    line = getattr(transport, "tty", None)
    if line is not None:  # nfcpy keeps the line of a device that is gone
        _close_line(line)


def _open_line(path: str) -> nfc.ContactlessFrontend:
    real = str(Path(path).resolve(strict=True))
    if _PLAIN_PATH.fullmatch(real) is None:  # nfcpy hands it to a shell
        raise FileNotFoundError(errno.ENOENT, "no such line", path)
    try:
        return _opened(real)
    except TROUBLE:
        if not call_back(real):
            raise
        time.sleep(_SETTLES)
        return _opened(real)


def _opened(path: str) -> nfc.ContactlessFrontend:
    transport = _Line(path)
    try:
        device = nfc.clf.pn532.init(transport)
    except BaseException:
        _close_line(transport.tty)
        raise
    transport.patience = _ONCE_KNOWN
    device._path = path  # noqa: SLF001 - as nfcpy's own `connect` does
    front = nfc.ContactlessFrontend()
    front.device = device
    return front


def _close_line(line: serial.Serial) -> None:
    with suppress(*TROUBLE):
        line.close()
