"""A road to a broker on which nothing may get through for a while, without a word to either end."""

import socket
import threading
from contextlib import suppress
from typing import Self

from tests.e2e.brokers import HOST

_SOON = 10.0


class Road:
    """Listens at `port` and carries bytes to and from the broker's own."""

    def __init__(self, broker: int) -> None:
        self._broker = broker
        self._door = socket.create_server((HOST, 0))
        self.port: int = self._door.getsockname()[1]
        self._free = threading.Event()
        self._free.set()
        self._lines: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._free.set()
        for line in (self._door, *self._lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    def block(self) -> None:
        """Let nothing through; whoever connects is not answered either."""
        self._free.clear()

    def clear(self) -> None:
        """Let everything through, also what waited."""
        self._free.set()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
                far = socket.create_connection((HOST, self._broker), _SOON)
            except OSError:
                return
            far.settimeout(None)
            self._lines += [near, far]
            for each in (near, far):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for ends in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, come: socket.socket, go: socket.socket) -> None:
        end = socket.SHUT_WR
        try:
            while piece := come.recv(65536):
                self._free.wait()
                go.sendall(piece)
        except OSError:  # one side has gone without a word; the other is to know
            end = socket.SHUT_RDWR
        self._free.wait()
        with suppress(OSError):
            go.shutdown(end)
