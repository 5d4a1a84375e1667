"""Codes with which a tablet becomes a kiosk: short, for a quarter of an hour, each good once.

Kept in memory: a code that was not used before a restart is asked for again.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from daemon.copied_codes import hash_of, new_code
from daemon.store.people import Actor

LIFE = 900.0
_GROUPS = 2
_MOST = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """A kiosk that staff want: its name, and who wants it."""

    name: str
    by: Actor


class KioskCodes:
    """The codes that are out. Thirty-one letters eight times over: nobody guesses one in time."""

    def __init__(self, steady: Callable[[], float]) -> None:
        self._steady = steady
        self._open: OrderedDict[bytes, tuple[float, Asked]] = OrderedDict()
        self._lock = threading.Lock()

    def give(self, asked: Asked) -> str:
        """Return a new code."""
        code = new_code(_GROUPS)
        with self._lock:
            self._open[hash_of(code)] = self._steady() + LIFE, asked
            if len(self._open) > _MOST:
                self._open.popitem(last=False)
        return code

    def take(self, code: str) -> Asked | None:
        """Use a code up; None if it is not, or no longer, good for anything."""
        with self._lock:
            until, asked = self._open.pop(hash_of(code), (0.0, None))
        return asked if self._steady() < until else None
