"""What systemd is told, and the sockets it hands over: sd_notify(3) and its relatives.

Without systemd everything here does nothing. Children must not speak in our name, so what is found
in the environment is taken out of it.
"""

import logging
import os
import socket
from collections.abc import Callable, MutableMapping

log = logging.getLogger(__name__)

_FIRST_HANDED = 3
"""The first file descriptor that is handed over; fixed by sd_listen_fds(3)."""


class Supervisor:
    """The line to whoever started us. `steady` tells time that no clock change moves."""

    def __init__(
        self, address: str | None, every: float | None, steady: Callable[[], float]
    ) -> None:
        self._address = address
        self._every = every
        self._steady = steady
        self._next = 0.0
        self._said_ready = False

    def ready(self) -> None:
        """Say, once, that we serve."""
        if not self._said_ready:
            self._said_ready = True
            self._say("READY=1")

    def alive(self) -> None:
        """Feed the watchdog, at most twice in its time; ask only while all is well."""
        if self._every is None or self._steady() < self._next:
            return
        self._next = self._steady() + self._every
        self._say("WATCHDOG=1")

    def stopping(self) -> None:
        """Say that we end because we want to."""
        self._say("STOPPING=1")

    def _say(self, word: str) -> None:
        if self._address is None:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
                line.connect(_path(self._address))
                line.sendall(word.encode())
        except OSError as problem:
            log.warning("systemd cannot be told %s: %s", word, problem.strerror or problem)


ALONE = Supervisor(None, None, lambda: 0.0)
"""Nobody listens: started from a shell."""


def supervisor_of(environ: MutableMapping[str, str], steady: Callable[[], float]) -> Supervisor:
    """Return the line to systemd that the environment speaks of, if it means this process."""
    address = environ.pop("NOTIFY_SOCKET", None)
    period = environ.pop("WATCHDOG_USEC", "")
    meant = _is_us(environ.pop("WATCHDOG_PID", str(os.getpid())))
    every = int(period) / 2_000_000 if meant and period.isdecimal() and int(period) else None
    return Supervisor(address or None, every, steady)


def handed_over(environ: MutableMapping[str, str]) -> list[socket.socket]:
    """Return the listening sockets that systemd opened for this process; none without it."""
    count = environ.pop("LISTEN_FDS", "")
    environ.pop("LISTEN_FDNAMES", None)
    if not _is_us(environ.pop("LISTEN_PID", "")) or not count.isdecimal():
        return []
    sockets = []
    for number in range(_FIRST_HANDED, _FIRST_HANDED + int(count)):
        os.set_inheritable(number, False)  # noqa: FBT003 - the library's signature
        sockets.append(socket.socket(fileno=number))
    return sockets


def _is_us(text: str) -> bool:
    return text == str(os.getpid())


def _path(address: str) -> str:
    return "\0" + address[1:] if address.startswith("@") else address
