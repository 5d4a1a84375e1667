"""Debian's pcscd with its virtual reader vpcd, and a contactless card to lay on it."""

import os
import shutil
import socket
import struct
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from devices.uid import Uid
from tests.devices.readers.desk import until
from tests.services import missing

_DRIVERS = ("/usr/lib/pcsc/drivers/serial", "/usr/lib/*/pcsc/drivers/serial")
_DRIVER = "libifdvpcd.so"
_SOCKET = Path("/run/pcscd/pcscd.comm")
_ATR = bytes.fromhex("3B8F8001804F0CA0000003060300030000000068")
"""A MIFARE Ultralight, as PC/SC part 3, 3.1.3.2.3 names storage cards."""
_GET_ATR, _GET_UID = 4, bytes.fromhex("FFCA0000")
_NAME = "Usciere Test"
READER = f"{_NAME} 00 00"

Speak = Callable[[bytes], bytes]


def _says_no(_: bytes) -> bytes:
    return b"\x6a\x81"


class Pcscd:
    """The daemon with one virtual reader, on a port of its own."""

    def __init__(self, folder: Path) -> None:
        self._program = shutil.which("pcscd", path=f"{os.environ['PATH']}:/usr/sbin")
        driver = next((str(each) for each in _drivers()), None)
        if self._program is None or driver is None:
            missing("pcscd with vpcd", "pcscd vsmartcard-vpcd", optional=True)
        if os.getuid() != 0:
            missing("root, who alone may start pcscd,", "sudo", optional=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._settings = folder / "vpcd.conf"
        self._settings.write_text(
            f'FRIENDLYNAME "{_NAME}"\nDEVICENAME /dev/null:{self.port:#x}\n'
            f"LIBPATH {driver}\nCHANNELID {self.port:#x}\n"
        )
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until its reader listens."""
        command = [str(self._program), "--foreground", "--config", str(self._settings)]
        quiet = subprocess.DEVNULL
        self._running = subprocess.Popen(command, stdout=quiet, stderr=quiet)
        until(self._listens)

    def stop(self) -> None:
        """Stop it, and wait until its socket is gone."""
        if self._running is not None:
            self._running.terminate()
            self._running.wait(10)
            self._running = None
            _SOCKET.unlink(missing_ok=True)

    def _listens(self) -> bool:
        assert self._running is not None
        assert self._running.poll() is None, "pcscd ended at once: does another one run?"
        listening = f":{self.port:04X} 00000000:0000 0A"
        return _SOCKET.exists() and listening in Path("/proc/net/tcp").read_text()


def _drivers() -> list[Path]:
    return [
        found for folder in _DRIVERS for found in Path("/").glob(f"{folder.lstrip('/')}/{_DRIVER}")
    ]


class VirtualCard:
    """A card on the virtual reader from its making to `take_away`; `uid` None: it gives none."""

    def __init__(self, pcscd: Pcscd, uid: Uid | None, speak: Speak = _says_no) -> None:
        self._uid = uid
        self._speak = speak
        self.heard: list[bytes] = []
        self._socket = socket.create_connection(("127.0.0.1", pcscd.port), 10)
        self._socket.settimeout(None)
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    def take_away(self) -> None:
        """Leave the reader."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        self._socket.close()

    def _live(self) -> None:
        with suppress(OSError):  # taken away while it was asked something
            while message := self._message():
                if len(message) > 1:
                    self._say(self._answer(message))
                elif message[0] == _GET_ATR:
                    self._say(_ATR)

    def _answer(self, command: bytes) -> bytes:
        self.heard.append(command)
        if self._uid is not None and command[:4] == _GET_UID:
            return self._uid + b"\x90\x00"
        return self._speak(command)

    def _say(self, message: bytes) -> None:
        self._socket.sendall(struct.pack(">H", len(message)) + message)

    def _message(self) -> bytes:
        head = self._read(2)
        return self._read(int.from_bytes(head)) if head else b""

    def _read(self, length: int) -> bytes:
        read = b""
        while len(read) < length:
            piece = self._socket.recv(length - len(read))
            if not piece:
                return b""
            read += piece
        return read
