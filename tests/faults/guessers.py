"""Who tries passwords at the real API, one connection each, as fast as it answers."""

import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

from api.cookies import FORM, mark_of
from tests.e2e.brokers import HOST

WRONG, TOO_SOON, WELCOME = 422, 429, 303
_STAYS = 15
_FORM = "mark={}&account={}&password={}"
_POST = (
    "POST /login HTTP/1.1\r\nHost: localhost\r\nCookie: {}=x\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{}"
)


class Caller:
    """One connection to the API from an address of its own: Linux has 16 million of them."""

    def __init__(self, port: int, source: str) -> None:
        self._line = socket.create_connection((HOST, port), 20, (source, 0))

    def sign_in(self, account: str, password: str) -> int:
        """Try a password; return the status of the answer."""
        form = _FORM.format(mark_of("x"), account, password)
        self._line.sendall(_POST.format(FORM, len(form), form).encode())
        said = b""
        while b"\r\n\r\n" not in said:
            said += self._more()
        head, _, body = said.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        while length is not None and len(body) < int(length[1]):
            body += self._more()
        return int(head.split()[1])

    def _more(self) -> bytes:
        fresh = self._line.recv(65536)
        if not fresh:
            raise ConnectionResetError
        return fresh

    def close(self) -> None:
        self._line.close()


@dataclass
class Guesser:
    """One who guesses at `account`; `{}` is another name each time. `told`: what, how often.

    `moves`: from another source every few guesses, as whoever has a thousand machines does.
    """

    number: int
    account: str
    moves: bool = False
    told: Counter[int] = field(default_factory=Counter)

    def source(self) -> str:
        place = 1 + self.told.total() // _STAYS if self.moves else 1
        return f"127.{self.number + 1}.{place // 256}.{place % 256}"

    def guess(self, caller: Caller) -> None:
        word = f"guess-{self.number}-{self.told.total()}"
        self.told[caller.sign_in(self.account.format(word), word)] += 1


class Guessers:
    """Guessers at work for the length of the block, side by side."""

    def __init__(self, port: int, guessers: Sequence[Guesser]) -> None:
        self._port = port
        self._end = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, args=(each,), name="guesser") for each in guessers
        ]

    def __enter__(self) -> Self:
        for each in self._threads:
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        for each in self._threads:
            each.join()

    def _work(self, guesser: Guesser) -> None:
        while not self._end.is_set():
            source = guesser.source()
            caller = Caller(self._port, source)
            with suppress(ConnectionResetError, BrokenPipeError):  # called again
                while source == guesser.source() and not self._end.is_set():
                    guesser.guess(caller)
            caller.close()


def time_to_sign_in(port: int, source: str, account: str, password: str, patience: float) -> float:
    """Return how long somebody with the right password needs, who tries again after a moment."""
    began = time.monotonic()
    while time.monotonic() < began + patience:
        caller = Caller(port, source)
        status = caller.sign_in(account, password)
        caller.close()
        if status == WELCOME:
            return time.monotonic() - began
        time.sleep(0.5)
    raise AssertionError(f"not let in within {patience} s, but told {status}")
