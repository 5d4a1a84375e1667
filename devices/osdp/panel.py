"""One RS-485 line with libosdp's control panel on it. Used by one thread.

Always with a secure channel: `install` alone accepts a reader's factory key, and only to put ours
in its place (libosdp does that by itself), never for a card or an output.
"""

import termios
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import osdp
import serial

from devices.contract import Unreachable

TROUBLE = (OSError, termios.error, ValueError)
_SPEED = 9600
Said = Mapping[str, Any]
"""An event or a command, as libosdp has it."""


class _Line(osdp.Channel):  # type: ignore[misc]  # libosdp has no types
    """The line under libosdp; what goes wrong in its callbacks is kept for the panel to raise."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.trouble: BaseException | None = None
        self.serial = serial.Serial(path, _SPEED, timeout=0, exclusive=True)

    def read(self, most: int) -> bytes:
        try:
            return bytes(self.serial.read(most))
        except TROUBLE as trouble:
            self.trouble = trouble
            return b""

    def write(self, data: bytes) -> int:
        try:
            return int(self.serial.write(bytes(data)) or 0)
        except TROUBLE as trouble:
            self.trouble = trouble
            return 0

    def flush(self) -> None:
        """Nothing waits here."""


class Panel:
    """The devices on one line, by address; `keys`: address -> the key of its secure channel."""

    def __init__(self, path: str, keys: Mapping[int, bytes], *, install: bool = False) -> None:
        """Open the line; raises Unreachable."""
        self._path = path
        try:
            self._line = _Line(path)
        except TROUBLE as trouble:
            raise Unreachable(f"{path} is not plugged in, or is no serial line") from trouble
        flags = [osdp.LibFlag.EnableNotification]
        if not install:
            flags.append(osdp.LibFlag.EnforceSecure)
        self._order = {address: number for number, address in enumerate(keys)}
        self._panel = osdp.ControlPanel(
            [osdp.PDInfo(each, self._line, scbk=key, flags=flags) for each, key in keys.items()],
            log_level=osdp.LogLevel.Emergency,
        )

    def turn(self) -> Iterator[tuple[int, Said]]:
        """Do what is due on the line; yield address and event; raises Unreachable."""
        self._panel.ctx.refresh()
        if self._line.trouble is not None:
            raise Unreachable(f"{self._path} is unplugged") from self._line.trouble
        for address in self._order:
            while (event := self._panel.get_event(address, -1)) is not None:
                yield address, event

    def is_secure(self, address: int) -> bool:
        """Tell whether the device is there, under our own key."""
        bit = 1 << self._order[address]
        return bool(self._panel.ctx.status() & bit and self._panel.ctx.sc_status() & bit)

    def tell(self, address: int, command: Said) -> bool:
        """Have the device do something; False if it can't now."""
        return bool(self._panel.ctx.submit_command(self._order[address], dict(command)))

    def begin_anew(self, address: int) -> None:
        """Look for a device again now: by itself libosdp waits longer each time, up to minutes."""
        number = self._order[address]
        self._panel.ctx.disable_pd(number)
        self._panel.ctx.refresh()
        self._panel.ctx.enable_pd(number)

    def close(self) -> None:
        """Let go of the line, there or not."""
        with suppress(*TROUBLE):
            self._line.serial.close()
