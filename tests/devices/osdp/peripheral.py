"""libosdp's own peripheral device at a pty: a reader with an output, two inputs, LED and buzzer."""

import os
import pty
import threading
import time
import tty
from pathlib import Path
from typing import Any

import osdp
from osdp import Capability, CardFormat, Event, LibFlag, StatusReportType

_CAPABILITIES = [
    (Capability.OutputControl, 1, 1),
    (Capability.LEDControl, 1, 1),
    (Capability.AudibleControl, 1, 1),
    (Capability.ContactStatusMonitoring, 1, 2),
    (Capability.CardDataFormat, 1, 1),
    (Capability.CommunicationSecurity, 1, 1),
]


class _Channel(osdp.Channel):  # type: ignore[misc]  # libosdp has no types
    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor

    def read(self, most: int) -> bytes:
        try:
            return os.read(self._descriptor, most)
        except OSError:
            return b""

    def write(self, data: bytes) -> int:
        try:
            return os.write(self._descriptor, bytes(data))
        except OSError:
            return 0

    def flush(self) -> None:
        """Nothing waits."""


class Peripheral:
    """One device; `key` None: as it comes from the factory, in install mode."""

    def __init__(self, path: Path, key: bytes | None, address: int = 1) -> None:
        self.path = path
        self.key = key
        self.address = address
        self.told: list[dict[str, Any]] = []
        self._end = threading.Event()
        self._lock = threading.Lock()

    def plug_in(self) -> None:
        """Come up at a pty, under a name that stays."""
        self._master, slave = pty.openpty()
        tty.setraw(self._master)
        tty.setraw(slave)
        os.set_blocking(self._master, False)
        self.path.symlink_to(os.ttyname(slave))
        os.close(slave)
        flags = [LibFlag.InstallMode] if self.key is None else [LibFlag.EnforceSecure]
        info = osdp.PDInfo(self.address, _Channel(self._master), scbk=self.key, flags=flags)
        self._device = osdp.PeripheralDevice(
            info,
            osdp.PDCapabilities(_CAPABILITIES),
            log_level=osdp.LogLevel.Emergency,
            command_handler=self._obey,
        )
        self._end.clear()
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        """Go without a word."""
        self._end.set()
        self._thread.join()
        self.path.unlink()
        os.close(self._master)

    def _live(self) -> None:
        while not self._end.is_set():
            with self._lock:
                self._device.ctx.refresh()
            time.sleep(0.01)

    def _obey(self, command: dict[str, Any]) -> tuple[int, None]:
        self.told.append(command)
        return 0, None

    def is_secure(self) -> bool:
        with self._lock:
            return bool(self._device.ctx.is_sc_active())

    def shows(self, data: bytes, bits: int, *, wiegand: bool = False) -> None:
        """Have a card held to it."""
        form = CardFormat.Wiegand if wiegand else CardFormat.Unspecified
        self._say(
            {"event": Event.CardRead, "reader_no": 0, "direction": 0, "length": bits,
             "format": form, "data": data}
        )  # fmt: skip

    def inputs(self, *levels: int) -> None:
        """Have its inputs change."""
        report = bytes(levels)
        self._say({"event": Event.Status, "type": StatusReportType.Input, "report": report})

    def _say(self, event: dict[str, Any]) -> None:
        with self._lock:
            assert self._device.ctx.submit_event(event)
