"""A reader made of memory, and ears that wait for what it says."""

import threading
import time
from collections.abc import Callable

from devices.contract import Fitting, Level, Part, Signal, Tap, Unreachable
from devices.readers.port import Found

PATIENCE = 20.0
"""Seconds that a busy machine may take; nothing here needs a tenth of one."""


def fitting(driver: str = "nfc", name: str = "main", **options: str) -> Fitting:
    """Return a reader as the settings fit it to the front door."""
    return Fitting("front", Part.READER, name, driver, options)


def until(true: Callable[[], bool], limit: float = PATIENCE) -> None:
    """Wait until it is true; fail if it never is."""
    end = time.monotonic() + limit
    while not true():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.001)


class Ears:
    """What a port's `hear` is: remembers every signal, and lets a test wait for the next."""

    def __init__(self) -> None:
        self.heard: list[Signal] = []
        self._news = threading.Condition()

    def __call__(self, signal: Signal) -> None:
        with self._news:
            self.heard.append(signal)
            self._news.notify_all()

    def wait(self, true: Callable[["Ears"], bool], limit: float = PATIENCE) -> None:
        """Wait until it is true of what was heard; fail if it never is."""
        with self._news:
            assert self._news.wait_for(lambda: true(self), limit), self.heard

    @property
    def taps(self) -> list[Tap]:
        return [each for each in self.heard if isinstance(each, Tap)]

    @property
    def online(self) -> list[bool | None]:
        return [each.online for each in self.heard if isinstance(each, Level)]


class MemoryReader:
    """A reader that can be plugged in and out, and says what it was told to show."""

    def __init__(self) -> None:
        self.plugged = True
        self.there: Found | None = None
        self.shown: list[bool] = []
        self.tries = self.opened = self.closed = self.looks = 0
        self.nonsense: Exception | None = None
        self.meanwhile: Callable[[], None] = lambda: None

    def open(self) -> "MemoryReader":
        """Open it, if it is plugged in."""
        self.tries += 1
        if not self.plugged:
            raise Unreachable("the reader is not plugged in")
        self.opened += 1
        return self

    def look(self) -> Found | None:
        """Return what lies there."""
        self.looks += 1
        self.meanwhile()
        if self.nonsense is not None:
            raise self.nonsense
        if not self.plugged:
            raise Unreachable("the reader is unplugged")
        return self.there

    def be_looked_at(self) -> None:
        """Wait until somebody has looked at what lies there now."""
        seen = self.looks + 2
        until(lambda: self.looks >= seen)

    def show(self, *, granted: bool) -> None:
        """Remember what is shown."""
        self.shown.append(granted)

    def close(self) -> None:
        """Count."""
        self.closed += 1
