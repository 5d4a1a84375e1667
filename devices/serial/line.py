"""An open serial line with a reader at its end."""

import os
import select
import termios
from collections.abc import Callable
from contextlib import suppress

import serial

from devices.contract import Unreachable
from devices.readers.port import Found, Misread
from devices.serial.frames import Dialect
from devices.uid import NotAUid
from devices.uid_formats import read

TROUBLE = (OSError, termios.error, ValueError)
"""What pyserial raises when a line is gone or is none; termios.error is no OSError."""
_SPEED = 9600
_WAIT = 0.1
"""Seconds to wait for something to read: how long a stop may have to wait."""
_GULP = 256


class SerialReader:
    """One reader. `uid_format`: how it writes numbers."""

    def __init__(
        self, path: str, dialect: Dialect, uid_format: str, steady: Callable[[], float]
    ) -> None:
        """Open the line; raises Unreachable."""
        self._path = path
        self._dialect = dialect
        self._format = uid_format
        self._steady = steady
        try:
            self._line = serial.Serial(path, _SPEED, timeout=0, exclusive=True)
        except TROUBLE as trouble:
            raise Unreachable(f"{path} {_words(trouble)}") from trouble
        self._seen: list[str] = []

    def look(self) -> Found | Misread | None:
        """Return the next card that was read, after a short wait; raises Unreachable."""
        if not self._seen:
            self._seen += self._dialect.hear(self._heard(), self._steady())
        if not self._seen:
            return None
        text = self._seen.pop(0)
        try:
            number = read(text, self._format)
        except NotAUid as why:
            return Misread(str(why))
        return Found(number.uid, alias=number.alias)

    def _heard(self) -> bytes:
        try:
            ready, _, _ = select.select([self._line.fileno()], [], [], _WAIT)
            data = os.read(self._line.fileno(), _GULP) if ready else b""
        except TROUBLE as trouble:
            raise Unreachable(f"{self._path} {_words(trouble)}") from trouble
        if ready and not data:
            raise Unreachable(f"{self._path} is unplugged")
        return data

    def show(self, *, granted: bool) -> None:
        """Show nothing: these readers only speak."""

    def close(self) -> None:
        """Let go of the line, there or not."""
        with suppress(*TROUBLE):
            self._line.close()


def _words(trouble: BaseException) -> str:
    number = getattr(trouble, "errno", None)
    if isinstance(number, int) and number in _WORDS:
        return _WORDS[number]
    return "is no serial line, or it is unplugged"


_WORDS = {
    2: "is not plugged in",
    5: "is unplugged",
    11: "is held by another program",
    13: "may not be opened by this user: join group dialout",
    16: "is held by another program",
}
"""By errno, to be read behind the line's path."""
