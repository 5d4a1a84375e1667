"""A card at the far end of nfcpy's `udp` driver: datagrams of technology and hex, nothing more."""

import functools
import operator
import socket
import threading

from devices.uid import Uid

_REQUESTS = (b"\x26", b"\x52")
_SELECTS = (0x93, 0x95, 0x97)
_ANTICOLLISION, _SELECT = 0x20, 0x70
_CASCADE = b"\x88"


class UdpCard:
    """Lies at a port of this host from `lay` to `take_away`; answers type A only."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.05)
        self.device = f"udp:127.0.0.1:{self._socket.getsockname()[1]}"
        self._levels: list[bytes] = []
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    def lay(self, uid: Uid) -> None:
        """Put a card of this number into the field."""
        levels, rest = [], bytes(uid)
        while len(rest) > 4:
            levels.append(_with_check(_CASCADE + rest[:3]))
            rest = rest[3:]
        self._levels = [*levels, _with_check(rest)]

    def take_away(self) -> None:
        """Leave the field empty."""
        self._levels = []

    def close(self) -> None:
        """End."""
        self._end.set()
        self._thread.join(5)
        self._socket.close()

    def _live(self) -> None:
        while not self._end.is_set():
            try:
                said, where = self._socket.recvfrom(2048)
            except TimeoutError:
                continue
            technology, _, text = said.partition(b" ")
            answer = self._answer(bytes.fromhex(text.decode())) if technology == b"106A" else None
            if answer is not None:
                self._socket.sendto(technology + b" " + answer.hex().encode(), where)

    def _answer(self, asked: bytes) -> bytes | None:
        levels = self._levels
        if not levels:
            return None
        if asked in _REQUESTS:
            return bytes(({1: 0x04, 2: 0x44, 3: 0x84}[len(levels)], 0))
        if asked[0] not in _SELECTS or _SELECTS.index(asked[0]) >= len(levels):
            return None
        at = _SELECTS.index(asked[0])
        if asked[1] == _ANTICOLLISION:
            return levels[at]
        if asked[1] == _SELECT and asked[2:7] == levels[at]:
            return b"\x00" if at == len(levels) - 1 else b"\x04"
        return None


def _with_check(part: bytes) -> bytes:
    return part + bytes((functools.reduce(operator.xor, part),))
