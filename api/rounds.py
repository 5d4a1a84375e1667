"""What is looked after now and then beside the API, in a thread of its own."""

import logging
import threading
from abc import ABC, abstractmethod

log = logging.getLogger(__name__)


class Rounds(ABC):
    """Looks every `pause` seconds until it is stopped; what goes wrong is logged as `trouble`.

    `after_trouble`: how long the pause is then, if not as ever. `stop` returns at once; what is
    under way is left to its own limits.
    """

    name: str
    trouble: str
    pause: float
    after_trouble: float | None = None

    def __init__(self) -> None:
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)

    def start(self) -> None:
        """Begin; the first look comes after a pause."""
        self._thread.start()

    def stop(self) -> None:
        """End before the next look."""
        self._enough.set()

    @abstractmethod
    def look(self) -> None:
        """Do what is due."""

    def _run(self) -> None:
        while not self._enough.wait(self.pause):
            try:
                self.look()
            except Exception:
                log.exception(self.trouble)
                self.pause = self.after_trouble or self.pause
