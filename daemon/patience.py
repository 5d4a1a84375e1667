"""How long who guessed wrong has to wait: a few tries are free, then each costs twice the last.

Counted for every account and every source apart, in memory: a restart forgives. Nothing is locked
for good, so nobody can keep the staff out by guessing at their names.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass

_FREE = 5
_FORGIVEN_AFTER = 3600.0
_MOST = 10_000


@dataclass(slots=True)
class _Tries:
    wrong: int = 0
    last: float = 0.0


class Patience:
    """Counts wrong tries by key. `longest`: the most seconds that anybody waits."""

    def __init__(self, longest: float, free: int = _FREE) -> None:
        self._longest = longest
        self._free = free
        self._tries: OrderedDict[str, _Tries] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, key: str, at: float) -> float:
        """Return how many seconds to wait yet; 0: count a try as wrong until it is `forgiven`.

        Counting first lets no hundred tries at once all find the door open.
        """
        with self._lock:
            found = self._tries.get(key)
            if found is None or at - found.last > _FORGIVEN_AFTER:
                found = self._tries[key] = _Tries()
            left = found.last + self._pause(found.wrong) - at
            if left > 0:
                return left
            found.wrong += 1
            found.last = at
            self._tries.move_to_end(key)
            if len(self._tries) > _MOST:
                self._tries.popitem(last=False)
            return 0.0

    def forgive(self, key: str) -> None:
        """Forget all wrong tries: the last one was right."""
        with self._lock:
            self._tries.pop(key, None)

    def _pause(self, wrong: int) -> float:
        if wrong < self._free:
            return 0.0
        return float(min(self._longest, 2.0 ** min(wrong - self._free + 1, 32)))
