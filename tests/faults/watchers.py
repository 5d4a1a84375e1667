"""Those who follow the live stream: many plain sockets that one thread listens to, and dead ones.

Each notes when it heard what it waits for. The dead ask for all there ever was and read nothing.
"""

import selectors
import socket
import struct
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Self

from tests.e2e.brokers import HOST

PATIENCE = 20.0
_SMALLEST = 2048
"""Bytes of a receive window that is soon full."""
_AT_ONCE = struct.pack("ii", 1, 0)


@dataclass(eq=False)
class Watcher:
    """One open stream. `wanted`: what it waits for; `heard`: when it came, on the steady clock."""

    line: socket.socket
    is_staff: bool
    said: bytes = b""
    wanted: bytes = b""
    heard: float = 0.0
    is_over: bool = False

    def take(self) -> None:
        """Read what is there; note the moment if it is what was waited for."""
        try:
            fresh = self.line.recv(65536)
        except (BlockingIOError, ConnectionResetError) as problem:
            self.is_over = isinstance(problem, ConnectionResetError)
            return
        self.is_over = not fresh
        self.said = (self.said + fresh)[-8192:]
        if self.wanted and not self.heard and self.wanted in self.said:
            self.heard = time.monotonic()


class Watchers:
    """Streams of one API, listened to by a thread of their own from `begin` on."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._token = token
        self._selector = selectors.DefaultSelector()
        self._stack = ExitStack()
        self._end = threading.Event()
        self._cutting = threading.Lock()
        self._thread = threading.Thread(target=self._listen, name="watchers")
        self.open: list[Watcher] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()
        self._stack.close()
        self._selector.close()

    def follow(self, *, is_staff: bool) -> Watcher:
        """Open a stream and be told of the house as it is."""
        watcher = Watcher(self._ask(is_staff=is_staff), is_staff)
        watcher.wanted = b"event: occupancy"
        watcher.line.settimeout(0)
        self.open.append(watcher)
        self._selector.register(watcher.line, selectors.EVENT_READ, watcher)
        self.wait([watcher])
        return watcher

    def die(self) -> socket.socket:
        """Ask for all there ever was, and read nothing of it."""
        return self._ask(is_staff=True, more="Last-Event-ID: 1\r\n", window=_SMALLEST)

    def cut(self, watcher: Watcher) -> None:
        """Break a line without a word of goodbye."""
        with self._cutting:
            self.open.remove(watcher)
            self._selector.unregister(watcher.line)
        watcher.line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        watcher.line.close()

    def expect(self, staff: bytes, public: bytes) -> None:
        """Say what all are to hear next."""
        for each in self.open:
            each.said, each.heard = b"", 0.0
            each.wanted = staff if each.is_staff else public

    def wait(self, watchers: list[Watcher]) -> None:
        """Return once they all heard what they wait for."""
        limit = time.monotonic() + PATIENCE
        while deaf := [each for each in watchers if not each.heard]:
            assert time.monotonic() < limit, f"{len(deaf)} did not hear {deaf[0].wanted!r}"
            time.sleep(0.002)

    def _ask(self, *, is_staff: bool, more: str = "", window: int = 0) -> socket.socket:
        line = self._stack.enter_context(socket.socket())
        if window:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        line.settimeout(PATIENCE)
        line.connect((HOST, self._port))
        who = f"Authorization: Bearer {self._token}\r\n" if is_staff else ""
        line.sendall(f"GET /api/v1/stream HTTP/1.1\r\nHost: x\r\n{who}{more}\r\n".encode())
        return line

    def _listen(self) -> None:
        while not self._end.is_set():
            ready = self._selector.select(0.05)
            with self._cutting:
                for watcher in [key.data for key, _ in ready]:
                    if watcher in self.open:
                        self._take(watcher)

    def _take(self, watcher: Watcher) -> None:
        watcher.take()
        if watcher.is_over:
            self._selector.unregister(watcher.line)
