"""Debian's pcscd with its virtual reader vpcd, and a contactless card to lay on it."""

import os
import random
import shutil
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from devices.uid import Uid
from tests.services import missing

_DRIVERS = ("/usr/lib/pcsc/drivers/serial", "/usr/lib/*/pcsc/drivers/serial")
_DRIVER = "libifdvpcd.so"
_SOCKET = Path("/run/pcscd/pcscd.comm")
_ATR = bytes.fromhex("3B8F8001804F0CA0000003060300030000000068")
"""A MIFARE Ultralight, as PC/SC part 3, 3.1.3.2.3 names storage cards."""
_GET_ATR, _GET_UID = 4, bytes.fromhex("FFCA0000")
_PORTS = range(20_000, 30_000)
"""Below those that Linux gives to connections going out (ip_local_port_range)."""
_STARTS, _COMES_UP = 3, 10.0
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
        self._settings = folder / "vpcd.conf"
        self._driver = driver
        self._running: subprocess.Popen[bytes] | None = None
        self.port = 0

    def start(self) -> None:
        """Start it, and wait until its reader listens; if that fails, on another port."""
        for _ in range(_STARTS):
            self._spawn()
            if self._comes_up():
                return
            self.stop()
        pytest.fail(f"pcscd did not come up in {_STARTS} times {_COMES_UP:.0f} seconds")

    def stop(self) -> None:
        """Stop it, and wait until its socket is gone."""
        if self._running is None:
            return
        self._running.terminate()
        try:
            self._running.wait(10)
        except subprocess.TimeoutExpired:
            self._running.kill()
            self._running.wait(10)
        self._running = None
        _SOCKET.unlink(missing_ok=True)

    def _spawn(self) -> None:
        self.port = _two_ports()
        self._settings.write_text(
            f'FRIENDLYNAME "{_NAME}"\nDEVICENAME /dev/null:{self.port:#x}\n'
            f"LIBPATH {self._driver}\nCHANNELID {self.port:#x}\n"
        )
        command = [str(self._program), "--foreground", "--config", str(self._settings)]
        quiet = subprocess.DEVNULL
        self._running = subprocess.Popen(command, stdout=quiet, stderr=quiet)

    def _comes_up(self) -> bool:
        end = time.monotonic() + _COMES_UP
        while not self._listens():
            if time.monotonic() > end:
                return False
            time.sleep(0.01)
        return True

    def _listens(self) -> bool:
        assert self._running is not None
        assert self._running.poll() is None, "pcscd ended at once: does another one run?"
        listening = f":{self.port:04X} 00000000:0000 0A"
        return _SOCKET.exists() and listening in Path("/proc/net/tcp").read_text()


def _two_ports() -> int:
    """Return a port that is free, as is the next, for vpcd has two slots."""
    for port in random.sample(_PORTS, 100):
        with socket.socket() as first, socket.socket() as second, suppress(OSError):
            first.bind(("", port))
            second.bind(("", port + 1))
            return port
    pytest.fail("no two neighbouring ports are free")


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
