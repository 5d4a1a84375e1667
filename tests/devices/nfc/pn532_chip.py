"""A PN532 at the other end of a pseudo terminal, spoken to by nfcpy's real driver (UM0701-02).

It minds the speed of the line, can be unplugged and plugged in again, and holds at most one card.
"""

import os
import pty
import select
import struct
import termios
import threading
import time
import tty
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

_ACK = bytes.fromhex("0000ff00ff00")
_SPEEDS = (9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600)
_TERMIOS = {getattr(termios, f"B{each}"): each for each in _SPEEDS}
_FIFO, _TX_CONTROL = 0x6339, 0x6304
_UNHEARD = 0x26
"""What stands in the FIFO while no card has answered: the request itself."""


class Card(Protocol):
    """What may lie on the chip."""

    def listing(self) -> bytes:
        """Return it as InListPassiveTarget tells it."""

    def exchange(self, block: bytes) -> bytes | None:
        """Answer a block, or keep silent."""


class Chip:
    """The chip and its serial line, plugged in at a path that stays the same."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.card: Card | None = None
        self.felica: bytes | None = None
        self.speed = 115_200
        self.mute = False
        self.late = 0.0
        self.polls = 0
        self.awake = True
        self._coming_speed: int | None = None
        self._registers: dict[int, int] = {}
        self._master = self._slave = -1
        self._thread: threading.Thread | None = None
        self._unplugged = threading.Event()
        self._commands: Mapping[int, Callable[[bytes], bytes | None]] = {
            0x00: lambda data: data,
            0x02: lambda _: bytes.fromhex("32010607"),
            0x06: self._read_registers,
            0x08: self._write_registers,
            0x10: self._set_speed,
            0x12: lambda _: b"",
            0x14: lambda _: b"",
            0x16: self._sleep,
            0x32: lambda _: b"",
            0x42: self._exchange,
            0x4A: self._list,
        }

    def plug_in(self, *, with_power: bool = True) -> None:
        """Appear at the path; a chip that was without power has forgotten its speed."""
        if with_power:
            self.speed, self._coming_speed = 115_200, None
        self._master, self._slave = pty.openpty()
        tty.setraw(self._master)
        tty.setraw(self._slave)
        self._unplugged.clear()
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()
        self.path.symlink_to(os.ttyname(self._slave))

    def unplug(self) -> None:
        """Vanish, in the middle of whatever is said."""
        self.path.unlink(missing_ok=True)
        self._unplugged.set()
        if self._thread is not None:
            self._thread.join(5)
            self._thread = None
            os.close(self._master)
            os.close(self._slave)

    def _live(self) -> None:
        heard = b""
        while not self._unplugged.is_set():
            ready, _, _ = select.select([self._master], [], [], 0.02)
            if not ready:
                continue
            with suppress(OSError):
                heard = self._take(heard + self._hear())

    def _hear(self) -> bytes:
        """Read what came; at another speed than one's own it is noise."""
        heard = os.read(self._master, 4096)
        speed = _TERMIOS.get(termios.tcgetattr(self._master)[4])
        coming = self._coming_speed
        if coming is not None and (speed == coming or heard.endswith(_ACK)):
            self.speed, self._coming_speed = coming, None
        return heard if speed == self.speed or heard.endswith(_ACK) else b""

    def _take(self, heard: bytes) -> bytes:
        """Obey every whole frame; return what is not whole yet."""
        while (start := heard.find(b"\x00\xff")) >= 0:
            frame = heard[start + 2 :]
            if frame[:2] == b"\x00\xff":  # an ACK breaks off what was asked
                heard = frame[2:]
                continue
            length, skip = _length(frame)
            if len(frame) < skip + length + 1:
                return heard[start:]
            body, heard = frame[skip : skip + length], frame[skip + length + 1 :]
            self._obey(body)
        return heard[-1:]

    def _obey(self, body: bytes) -> None:
        if self.mute:
            return
        time.sleep(self.late)
        os.write(self._master, _ACK)
        command = self._commands.get(body[1])
        answer = None if command is None else command(body[2:])
        if answer is None:
            os.write(self._master, bytes.fromhex("0000ff01ff7f8100"))
        else:
            os.write(self._master, _framed(bytes((0xD5, body[1] + 1)) + answer))

    def _read_registers(self, data: bytes) -> bytes:
        return bytes(self._register(at) for (at,) in struct.iter_unpack(">H", data))

    def _register(self, at: int) -> int:
        return _UNHEARD if at == _FIFO else self._registers.get(at, 0)

    def _write_registers(self, data: bytes) -> bytes:
        self._registers.update(struct.iter_unpack(">HB", data))
        return b""

    def _set_speed(self, data: bytes) -> bytes:
        self._coming_speed = _SPEEDS[data[0]]
        return b""

    def _sleep(self, _: bytes) -> bytes:
        self.awake = False
        return b"\0"

    def _list(self, data: bytes) -> bytes:
        self.awake = True
        self.polls += 1
        card = self.card
        if data[1] == 0 and card is not None:
            return b"\x01\x01" + card.listing()
        if data[1] == 1 and self.felica is not None:
            told = b"\x01" + self.felica + bytes(8)
            return b"\x01\x01" + bytes((len(told) + 1,)) + told
        return b"\x00"

    def _exchange(self, data: bytes) -> bytes:
        card = self.card
        said = None if card is None else card.exchange(data)
        return b"\x01" if said is None else b"\x00" + said


def _length(frame: bytes) -> tuple[int, int]:
    """Return how long a frame's body is, and where it begins; more than there is if unsure."""
    if frame[:2] != b"\xff\xff":
        return (frame[0] if frame else 999), 2
    return (int.from_bytes(frame[2:4]) if len(frame) >= 4 else 999), 5


def _framed(body: bytes) -> bytes:
    length = len(body)
    if length < 256:
        head = bytes((length, -length & 0xFF))
    else:
        size = length.to_bytes(2)
        head = b"\xff\xff" + size + bytes((-sum(size) & 0xFF,))
    return b"\x00\x00\xff" + head + body + bytes((-sum(body) & 0xFF, 0))
