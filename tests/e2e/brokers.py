"""Brokers to test against: a real Mosquitto on a free port, and the one we embed."""

import logging
import os
import signal
import socket
import subprocess
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import pytest
from paho.mqtt.client import Client

from devices.mqtt.broker import EmbeddedBroker

HOST = "127.0.0.1"
PATIENCE = timedelta(seconds=10)
MOSQUITTO = Path("/usr/sbin/mosquitto")
_MOSQUITTO_SETTINGS = """\
listener {port} 127.0.0.1
allow_anonymous true
set_tcp_nodelay true
max_inflight_messages 100
max_queued_messages 100000
max_packet_size 16384
persistence false
log_type none
"""


def end_loop(client: Client) -> None:
    """Wait for the end of a client's thread; paho's own way fails where it ends just then."""
    with suppress(AttributeError):
        client.loop_stop()


def leave(client: Client) -> None:
    """Say goodbye, and wait for the end of the client's thread."""
    client.disconnect()
    end_loop(client)


class Broker(Protocol):
    """What a test needs of a broker; `protocol` as in CONNECT: 4 is MQTT 3.1.1, 5 is MQTT 5."""

    name: str
    port: int
    protocol: int

    @property
    def pid(self) -> int:
        """Process id while it runs."""

    def start(self) -> None:
        """Return once it accepts MQTT connections."""

    def stop(self) -> None:
        """End it; harmless when it has ended."""


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as trial:
        trial.bind((HOST, 0))
        port: int = trial.getsockname()[1]
    return port


def kill(broker: Broker) -> None:
    """End it the hard way, as a power cut would."""
    os.kill(broker.pid, signal.SIGKILL)
    time.sleep(0.1)


class Mosquitto:
    """A private Mosquitto with nothing on disk but its settings."""

    name = "mosquitto"
    protocol = 4

    def __init__(self, folder: Path, port: int) -> None:
        """Take a folder for its settings and the port to listen on; skips where not installed."""
        if not MOSQUITTO.exists():
            pytest.skip(f"{MOSQUITTO} is not installed (Debian: apt install mosquitto)")
        self.port = port
        self._settings = folder / f"mosquitto-{port}.conf"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Process id while it runs."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Return once it accepts connections."""
        # started by root, Mosquitto would change to a user who cannot read the test's folder
        user = "user root\n" if os.geteuid() == 0 else ""
        self._settings.write_text(_MOSQUITTO_SETTINGS.format(port=self.port) + user)
        self._process = subprocess.Popen(
            [str(MOSQUITTO), "-c", str(self._settings)], stderr=subprocess.DEVNULL
        )
        wait_for_port(self.port)

    def stop(self) -> None:
        """End it; harmless when it has ended."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


class Embedded:
    """The broker we ship, behind the same face."""

    name = "embedded"
    protocol = EmbeddedBroker.protocol

    def __init__(self, port: int) -> None:
        """Take the port to listen on."""
        self.port = port
        self.inner = EmbeddedBroker(HOST, port, logging.getLogger("test.broker"))

    @property
    def pid(self) -> int:
        """Process id while it runs."""
        assert self.inner.pid is not None
        return self.inner.pid

    def start(self) -> None:
        """Return once it accepts connections."""
        self.inner.start(PATIENCE)

    def stop(self) -> None:
        """End it; harmless when it has ended."""
        self.inner.stop(PATIENCE)


def wait_for_port(port: int) -> None:
    """Return once somebody listens; fails after a while that suffices a busy machine."""
    limit = time.monotonic() + 3 * PATIENCE.total_seconds()
    while time.monotonic() < limit:
        with suppress(OSError), socket.create_connection((HOST, port), 1):
            return
        time.sleep(0.01)
    raise AssertionError(f"nothing listens on {HOST}:{port}")
