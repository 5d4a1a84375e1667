"""The embedded broker's own life: how it starts, ends, breaks, and what it cannot do."""

import logging
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.contract import Refused
from devices.mqtt.broker import BrokerUnavailable, EmbeddedBroker
from tests.e2e.brokers import HOST, PATIENCE, Embedded, free_port, wait_for_port
from tests.e2e.guests import SOON, Guest, everybody_is_served, hello, numbers, shove


@pytest.fixture
def embedded() -> Iterator[Embedded]:
    """Give the broker we ship, running."""
    running = Embedded(free_port())
    running.start()
    yield running
    running.stop()


def test_the_embedded_broker_is_up_in_a_moment_and_small(embedded: Embedded) -> None:
    began = time.monotonic()
    embedded.stop()
    embedded.start()
    assert time.monotonic() - began < PATIENCE.total_seconds() / 2
    status = Path(f"/proc/{embedded.pid}/status").read_text()
    kilobytes = next(int(row.split()[1]) for row in status.splitlines() if row.startswith("VmRSS"))
    assert kilobytes < 60_000


def test_the_embedded_broker_is_not_to_be_reached_from_outside(embedded: Embedded) -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", embedded.port), 1)
    with pytest.raises(Refused, match=r"'0\.0\.0\.0'.*write embedded://127\.0\.0\.1:1883"):
        EmbeddedBroker("0.0.0.0", 1883, logging.getLogger())  # noqa: S104 - must be refused


def test_a_taken_port_is_named(embedded: Embedded) -> None:
    second = Embedded(embedded.port)
    with pytest.raises(BrokerUnavailable, match=rf"127\.0\.0\.1:{embedded.port}: another program"):
        second.start()
    assert not second.inner.alive()
    assert embedded.inner.alive()


def test_the_embedded_broker_stops_twice_and_starts_again(embedded: Embedded) -> None:
    embedded.stop()
    embedded.stop()
    assert not embedded.inner.alive()
    embedded.start()
    assert embedded.inner.alive()


def test_the_embedded_broker_does_not_outlive_a_killed_owner() -> None:
    port = free_port()
    program = f"""
        import logging, time
        from datetime import timedelta
        from devices.mqtt.broker import EmbeddedBroker
        EmbeddedBroker("{HOST}", {port}, logging.getLogger()).start(timedelta(seconds=10))
        time.sleep(60)
    """
    with subprocess.Popen([sys.executable, "-P", "-c", textwrap.dedent(program)]) as owner:
        wait_for_port(port)
        owner.kill()
    heir = Embedded(port)
    limit = time.monotonic() + SOON
    while not heir.inner.alive() and time.monotonic() < limit:
        try:
            heir.start()
        except BrokerUnavailable:
            time.sleep(0.02)
    assert heir.inner.alive()
    heir.stop()


def test_a_broker_that_broke_inside_ends_so_that_it_can_be_started_again(
    embedded: Embedded,
) -> None:
    """Rumqttd 0.20.0 would keep the port and answer nobody after these two."""
    shove(embedded, hello(b"#"))
    shove(embedded, hello(b"#"))
    limit = time.monotonic() + SOON
    while embedded.inner.alive() and time.monotonic() < limit:
        time.sleep(0.01)
    assert not embedded.inner.alive()
    embedded.start()
    assert everybody_is_served(embedded)


def test_the_embedded_broker_is_silent(tmp_path: Path) -> None:
    port = free_port()
    with (tmp_path / "words").open("w+b") as words:
        command = [sys.executable, "-P", "-m", "devices.mqtt.broker_child", HOST, str(port)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=words, stderr=words) as child:
            wait_for_port(port)
            listening = Embedded(port)
            assert everybody_is_served(listening)
            shove(listening, b"noise")
            assert child.stdin is not None
            child.stdin.close()
            assert child.wait(SOON) == 0
        words.seek(0)
        assert words.read() == b"ready\n"


def test_acknowledging_out_of_order_loses_a_tap_on_the_embedded_broker(
    embedded: Embedded,
) -> None:
    """The broker drops its oldest message and the connection: acknowledge as received."""
    doorman = Guest(embedded, "doorman", keep=True, manual=True)
    doorman.subscribe("door/+/tap")
    with Guest(embedded, "reader") as reader:
        reader.say_all("door/front/tap", numbers(3))
    doorman.acknowledge(doorman.hear_all(3)[1:2])
    assert doorman.lost.wait(SOON)
    doorman.vanish()
    with Guest(embedded, "doorman", keep=True) as doorman:
        assert [tap.payload for tap in doorman.hear_all(2)] == numbers(3)[1:]
