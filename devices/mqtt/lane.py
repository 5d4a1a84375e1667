"""The socket under paho: gathers reads and writes, and takes PUBLISH and PUBACK out of the stream.

paho sees a socket that carries only its own packets (CONNACK, SUBACK, PINGRESP ...); ours wait in
`arrived` and `confirmed`. Everything written leaves together at `flush`.
"""

import contextlib
import select
import socket
import ssl
from typing import Protocol

from devices.mqtt import wire

_GULP = 1 << 16
_DRY = (BlockingIOError, ssl.SSLWantReadError)
_FULL = (BlockingIOError, ssl.SSLWantWriteError)
_TCP_QUICKACK = getattr(socket, "TCP_QUICKACK", None)


class Stream(Protocol):
    """What of a socket is used here."""

    def recv(self, size: int, /) -> bytes:
        """Return what has come, b"" at the end."""

    def send(self, data: bytes, /) -> int:
        """Return how much of `data` went."""

    def fileno(self) -> int:
        """Return the descriptor to wait on."""

    def setblocking(self, flag: bool, /) -> None:  # noqa: FBT001 - the socket's own signature
        """Choose whether to wait."""

    def setsockopt(self, level: int, option: int, value: int, /) -> None:
        """Set an option."""

    def close(self) -> None:
        """Hang up."""


class Lane:
    """Wraps the socket of one connection; `properties` says that it speaks MQTT 5."""

    def __init__(self, stream: Stream, *, properties: bool, tcp: bool) -> None:
        self._stream = stream
        self._properties = properties
        self._tcp = tcp
        self._raw = b""
        self._control = b""
        self._out = bytearray()
        self._ended = False
        self.arrived: list[wire.Publish] = []
        self.confirmed: list[wire.Confirmed] = []
        if tcp:  # without it one side waits 42 ms for the other's delayed acknowledgement
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def fill(self) -> bool:
        """Read what the kernel has and sort it; True if paho has something to read."""
        with contextlib.suppress(*_DRY):
            while not self._ended:
                piece = self._stream.recv(_GULP)
                self._ended = not piece
                self._raw = self._raw + piece if self._raw else piece
                if len(piece) < _GULP and self._tcp:
                    break
        self._sort()
        return self._ended or bool(self._control)

    def confirm_receipt(self) -> None:
        """Let the kernel tell the other side what has come, if nothing that left has told it.

        A broker without TCP_NODELAY holds its next message back until then, for up to 40 ms.
        """
        if self._tcp and _TCP_QUICKACK is not None and not self._ended:
            self._stream.setsockopt(socket.IPPROTO_TCP, _TCP_QUICKACK, 1)

    def _sort(self) -> None:
        data, at = self._raw, 0
        while at < len(data) and (bounds := wire.frame_end(data, at)) is not None:
            kind, (start, end) = data[at] & 0xF0, bounds
            if kind == wire.PUBLISH:
                body = data[start:end]
                self.arrived.append(wire.read_publish(data[at], body, properties=self._properties))
            elif kind == wire.PUBACK:
                self.confirmed.append(wire.read_puback(data[start:end]))
            else:
                self._control += data[at:end]
            at = end
        self._raw = data[at:]

    def put(self, packet: bytes) -> None:
        """Add a whole packet to what leaves at the next flush."""
        self._out += packet

    def flush(self) -> bool:
        """Send what is waiting; False if the kernel did not take it all."""
        with contextlib.suppress(*_FULL):
            while self._out:
                del self._out[: self._stream.send(bytes(self._out))]
        return not self._out

    def end(self) -> None:
        """Let paho read the end of the stream next."""
        self._ended = True
        self._control = b""

    # What paho calls.

    def recv(self, size: int) -> bytes:
        """Give paho its own packets, byte by byte if it likes."""
        if not self._control:
            if self._ended:
                return b""
            raise BlockingIOError
        piece, self._control = self._control[:size], self._control[size:]
        return piece

    def send(self, data: bytes | bytearray) -> int:
        """Take paho's packet; it leaves with the rest."""
        self._out += data
        return len(data)

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return self._stream.fileno()

    def setblocking(self, flag: bool) -> None:  # noqa: FBT001 - the socket's own signature
        """Pass on."""
        self._stream.setblocking(flag)

    def pending(self) -> int:
        """Tell paho that nothing waits inside."""
        return 0

    def close(self) -> None:
        """Send what is left, within a moment, and hang up."""
        with contextlib.suppress(OSError):
            if not self.flush():
                select.select([], [self._stream], [], 0.2)
                self.flush()
        self._stream.close()
