"""What serial readers send, dialect by dialect: bytes in, card numbers in hex out. Pure.

Sources: RDM6300 data sheet (STX, 10 hex, 2 hex checksum, ETX, over and over while the card lies
there); ID-12/ID-20 data sheet (the same once, with CR LF before ETX).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

_STX, _ETX = 0x02, 0x03
_LONGEST_FRAME, _LONGEST_LINE = 16, 80
_ID = re.compile(rb"([0-9A-Fa-f]{10})([0-9A-Fa-f]{2})(?:\r\n)?")
_SAME_WITHIN = 0.3
"""Seconds: a cheap RDM6300 makes cards up, with a right checksum (Tasmota issue 9522), but never
the same one twice so soon."""


class Dialect(Protocol):
    """What comes over one line. Rubbish between frames is passed over."""

    def hear(self, data: bytes, at: float) -> Iterator[str]:
        """Yield the number of each card that was read, as text; `at` in steady seconds."""


class Frames:
    """STX to ETX with a checksum. `twice`: a number counts when it comes again soon."""

    def __init__(self, *, twice: bool) -> None:
        self._twice = twice
        self._frame: bytearray | None = None
        self._last = ("", float("-inf"))

    def hear(self, data: bytes, at: float) -> Iterator[str]:
        """Yield the ten digits of every frame that is whole."""
        for byte in data:
            if byte == _STX:
                self._frame = bytearray()
            elif byte == _ETX:
                frame, self._frame = self._frame, None
                yield from self._read(bytes(frame or b""), at)
            elif self._frame is not None:
                self._frame.append(byte)
                if len(self._frame) > _LONGEST_FRAME:
                    self._frame = None

    def _read(self, frame: bytes, at: float) -> Iterator[str]:
        found = _ID.fullmatch(frame)
        if found is None:
            return
        number = bytes.fromhex(found[1].decode())
        check = int(found[2], 16)
        for byte in number:
            check ^= byte
        if check or not any(number):
            return
        text = number.hex()
        known, when = self._last
        self._last = (text, at)
        if not self._twice or (known == text and at - when <= _SAME_WITHIN):
            yield text


class Lines:
    """A number a line, ended by CR, LF or both."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._lost = False

    def hear(self, data: bytes, at: float) -> Iterator[str]:  # noqa: ARG002 - the contract's signature
        """Yield every line that is a word; one that is too long is none."""
        for byte in data:
            if byte in b"\r\n":
                line, self._line = bytes(self._line), bytearray()
                lost, self._lost = self._lost, False
                if line and not lost:
                    yield _word(line)
            elif len(self._line) < _LONGEST_LINE:
                self._line.append(byte)
            else:
                self._lost = True


def _word(line: bytes) -> str:
    """Return a line as text; bytes that are none become a sign that no number has."""
    return line.decode("ascii", "replace").strip()


DIALECTS: Mapping[str, Callable[[], Dialect]] = {
    "rdm6300": lambda: Frames(twice=True),
    "id12": lambda: Frames(twice=False),
    "line": Lines,
}
"""`format` in the settings -> what listens."""
