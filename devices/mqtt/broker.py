"""The embedded broker as its owner sees it: a child process that listens on one loopback port.

It keeps sessions, queues and retained messages in memory only; losing it is an outage that readers
repair by sending again. docs/decisions/0001-embedded-broker.md says what it can and cannot do.

Unreachable
└── BrokerUnavailable   the port is taken or the child did not come up; trying again can help
Refused                 the host is not loopback
"""

import errno
import logging
import select
import socket
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta

from devices.contract import Unreachable
from devices.mqtt.broker_child import READY, endpoint, loopback

PROTOCOL = 4
"""MQTT 3.1.1, as CONNECT numbers it: the only level the embedded broker's port answers."""

_WHY = {
    errno.EADDRINUSE: "another program has this port; stop it or choose another port in [mqtt] url",
    errno.EACCES: "ports below 1024 need rights; choose a higher port in [mqtt] url",
    errno.EADDRNOTAVAIL: "this machine has no such address; write 127.0.0.1 in [mqtt] url",
}


class BrokerUnavailable(Unreachable):
    """The embedded broker does not come up; the sentence says where, why and what to do."""


class EmbeddedBroker:
    """One broker on one loopback port, alive between `start` and `stop`; may be started again."""

    protocol = PROTOCOL

    def __init__(self, host: str, port: int, log: logging.Logger) -> None:
        """Take a loopback host and a port; raises Refused for any other host."""
        self.host = loopback(host)
        self.port = port
        self._log = log
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id, None while there is none."""
        return self._child.pid if self._child else None

    def start(self, timeout: timedelta) -> None:
        """Return when MQTT connections are accepted; raises BrokerUnavailable if that fails."""
        if self.alive():
            return
        self.stop(timeout)
        self._demand_a_free_port()
        self._child = self._spawn()
        if not self._is_ready(self._child, timeout):
            self.stop(timeout)
            raise self._unavailable("it did not come up; its own words are in the log above")
        self._log.info("embedded broker listens on %s", endpoint(self.host, self.port))

    def stop(self, timeout: timedelta) -> None:
        """End the child and free the port; harmless if there is none."""
        child, self._child = self._child, None
        if child is None:
            return
        for pipe in (child.stdin, child.stdout):
            if pipe:
                pipe.close()
        with suppress(subprocess.TimeoutExpired):
            child.wait(timeout.total_seconds())
            return
        child.kill()
        child.wait()

    def alive(self) -> bool:
        """Tell whether the child runs; it ends itself when the broker inside breaks."""
        return self._child is not None and self._child.poll() is None

    def _demand_a_free_port(self) -> None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((self.host, self.port))
                trial.listen(1)
            except OSError as problem:
                code = problem.errno or 0
                raise self._unavailable(_WHY.get(code, str(problem))) from problem

    def _spawn(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
            [sys.executable, "-P", "-m", "devices.mqtt.broker_child", self.host, str(self.port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )

    @staticmethod
    def _is_ready(child: subprocess.Popen[bytes], timeout: timedelta) -> bool:
        if (
            child.stdout is None
            or not select.select([child.stdout], [], [], timeout.total_seconds())[0]
        ):
            return False
        return child.stdout.readline().strip() == READY

    def _unavailable(self, why: str) -> BrokerUnavailable:
        where = endpoint(self.host, self.port)
        return BrokerUnavailable(f"The embedded broker can't listen on {where}: {why}.")
