"""Companions of the doorman: child processes that are restarted when they die and die with us.

A child holds a pipe from us as its stdin; when we end in any way, it reads the end and leaves.
"""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

log = logging.getLogger(__name__)

_PAUSE = 2.0


class Companion(Protocol):
    """Something that runs beside the doorman."""

    def start(self) -> None:
        """Bring it up; a sentence in a DeviceError if that fails."""

    def is_alive(self) -> bool:
        """Tell whether it runs."""

    def stop(self, limit: float) -> None:
        """End it within `limit` seconds; harmless if it does not run."""


class Child:
    """A program of ours in its own process, with our pipe as its lifeline.

    `mute`: what it says on stdout is not shown, where that is another's to write on.
    """

    def __init__(self, name: str, command: Sequence[str], *, mute: bool = False) -> None:
        self._name = name
        self._command = command
        self._out = subprocess.DEVNULL if mute else None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Return the process id; only of one that was started."""
        assert self._process is not None, self._name  # noqa: S101 - ask no sooner
        return self._process.pid

    def start(self) -> None:
        """Start the program; one that has ended leaves nothing behind."""
        self._let_go()
        self._process = subprocess.Popen(  # noqa: S603 - our own
            self._command, stdin=subprocess.PIPE, stdout=self._out
        )

    def is_alive(self) -> bool:
        """Tell whether it runs."""
        return self._process is not None and self._process.poll() is None

    def stop(self, limit: float) -> None:
        """Ask it to end, then make it."""
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(limit)
        except subprocess.TimeoutExpired:
            log.warning("%s did not end in %.0f s and is killed", self._name, limit)
            process.kill()
            process.wait()
        self._let_go()

    def _let_go(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            process.stdin.close()


class Household:
    """The companions, upward in order, downward in reverse."""

    def __init__(self, companions: Sequence[Companion], steady: Callable[[], float]) -> None:
        self._companions = companions
        self._steady = steady
        self._next_look = 0.0

    def start(self) -> None:
        """Bring them all up."""
        for companion in self._companions:
            companion.start()

    def look_after(self) -> None:
        """Restart whoever died, at most every two seconds."""
        if self._steady() < self._next_look:
            return
        self._next_look = self._steady() + _PAUSE
        for companion in self._companions:
            if not companion.is_alive():
                log.error("%s has died and is started again", type(companion).__name__)
                try:
                    companion.start()
                except Exception:
                    log.exception("it could not be started; trying again")

    def stop(self, limit: float) -> None:
        """End them all, each within `limit` seconds."""
        for companion in reversed(self._companions):
            companion.stop(limit)


def follow_parent() -> None:
    """End this process when its parent ends: for programs started as a `Child`."""
    threading.Thread(target=_wait_for_the_end, name="lifeline", daemon=True).start()


def _wait_for_the_end() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
