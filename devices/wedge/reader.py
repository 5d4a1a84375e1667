"""An input device that is a reader, grabbed so that what it types lands nowhere else."""

import errno
import select
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Protocol

import evdev
from evdev import ecodes

from devices.contract import Unreachable
from devices.readers.port import Found, Misread
from devices.uid import NotAUid
from devices.uid_formats import read
from devices.wedge.keys import Typed

_WAIT = 0.1
"""Seconds to wait for a key: how long a stop may have to wait."""


class KeyEvent(Protocol):
    """One event, as evdev gives it."""

    type: int
    code: int
    value: int

    def timestamp(self) -> float:
        """Return the moment in seconds."""


class Keyboard(Protocol):
    """What of evdev's InputDevice is used."""

    fd: int

    def grab(self) -> None:
        """Keep its keys from everybody else."""

    def read(self) -> Iterable[KeyEvent]:
        """Return what has been pressed."""

    def close(self) -> None:
        """Let go."""


def input_device(path: str) -> Keyboard:
    """Open a device of the kernel; raises OSError."""
    device: Keyboard = evdev.InputDevice(path)
    return device


class WedgeReader:
    """One reader. `uid_format`: how it types numbers."""

    def __init__(
        self, path: str, uid_format: str, find: Callable[[str], Keyboard] = input_device
    ) -> None:
        """Open and grab it; raises Unreachable."""
        self._path = path
        self._format = uid_format
        self._typed = Typed()
        try:
            self._keys = find(path)
        except OSError as trouble:
            raise Unreachable(f"{path} {_words(trouble)}") from trouble
        try:
            self._keys.grab()
        except OSError as trouble:
            self._keys.close()
            raise Unreachable(f"{path} {_words(trouble)}") from trouble
        self._seen: list[str] = []

    def look(self) -> Found | Misread | None:
        """Return the next number that was typed, after a short wait; raises Unreachable."""
        if not self._seen:
            self._hear()
        if not self._seen:
            return None
        try:
            number = read(self._seen.pop(0), self._format)
        except NotAUid as why:
            return Misread(str(why))
        return Found(number.uid, alias=number.alias)

    def _hear(self) -> None:
        try:
            ready, _, _ = select.select([self._keys.fd], [], [], _WAIT)
            events = list(self._keys.read()) if ready else []
        except (OSError, ValueError) as trouble:
            raise Unreachable(f"{self._path} is unplugged") from trouble
        for event in events:
            if event.type == ecodes.EV_KEY:
                text = self._typed.key(event.code, event.value, event.timestamp())
                if text is not None:
                    self._seen.append(text)

    def show(self, *, granted: bool) -> None:
        """Show nothing: these readers only type."""

    def close(self) -> None:
        """Let go of it, there or not."""
        with suppress(OSError, ValueError):
            self._keys.close()


def _words(trouble: OSError) -> str:
    if trouble.errno in (errno.EACCES, errno.EPERM):
        return "may not be opened by this user: join group input"
    if trouble.errno == errno.EBUSY:
        return "is grabbed by another program"
    return "is not plugged in, or is no input device"
