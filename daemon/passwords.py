"""Passwords: argon2id, one at a time, and only a few may wait for their turn.

A hash costs 19 MiB and some 30 ms of a core on purpose. Whoever guesses eight at a time must not
take the threads that answer everybody else, so what finds the queue full is sent away at once.

TooBusy     so many passwords wait already; trying again in a moment helps
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

SHORTEST, LONGEST = 12, 200
_MEMORY, _PASSES, _LANES = 19_456, 2, 1
"""KiB, rounds, threads: the first choice of OWASP's password storage sheet (2024)."""
_WAITING = 4


class TooBusy(Exception):
    """So many passwords wait already; trying again in a moment helps."""


class Passwords:
    """Hashes and checks passwords, one at a time. Blocks; never call it on an event loop."""

    def __init__(self, waiting: int = _WAITING) -> None:
        hasher = Argon2Hasher(time_cost=_PASSES, memory_cost=_MEMORY, parallelism=_LANES)
        self._hash = PasswordHash((hasher,))
        self._places = threading.BoundedSemaphore(waiting + 1)
        self._turn = threading.Lock()
        self._nobodys: str | None = None

    def hash(self, password: str) -> str:
        """Return what may be kept of a password; raises TooBusy."""
        with self._in_turn():
            return self._hash.hash(password)

    def matches(self, password: str, kept: str | None) -> bool:
        """Tell whether it is the password; without one kept it takes as long to say no."""
        with self._in_turn():
            if self._nobodys is None:
                self._nobodys = self._hash.hash("nobody's")
            found = self._hash.verify(password[:LONGEST], kept or self._nobodys)
        return found and kept is not None

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise TooBusy
        try:
            with self._turn:
                yield
        finally:
            self._places.release()
