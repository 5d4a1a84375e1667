"""One connection to a broker that comes and goes, against a real one and one that says little."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import pytest
from paho.mqtt.client import Client

from devices.clock import steady
from devices.mqtt import wire
from devices.mqtt.lane import Lane
from devices.mqtt.link import _SHARED_KEEPALIVE, Arrival, Endpoint, Link
from devices.mqtt.outbox import Parcel, Rank
from tests.e2e.brokers import HOST, Mosquitto, free_port
from tests.e2e.guests import SOON, Guest, packet

pytestmark = pytest.mark.mosquitto
NO_ROOM_FOR_MORE = 3
ACCEPTED, NOT_AUTHORIZED = 0, 0x87


class Clock:
    """The steady clock, which may be put forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return steady() + self.ahead


class Porter:
    """Somebody who owns a link and looks after it."""

    def __init__(self, endpoint: Endpoint, filters: dict[str, bool] | None = None) -> None:
        self.clock = Clock()
        heard = {"taps": False} if filters is None else filters
        self.link = Link(endpoint, heard, "porter/online", self.clock)
        self.arrived: list[Arrival] = []

    def until(self, what: Callable[[], object], seconds: float = SOON) -> None:
        """Look after the link until something is so."""
        limit = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < limit, "it never came to that"
            self.arrived += self.link.wait(0.02)

    def comes_on_duty(self) -> None:
        self.clock.ahead += 10  # no need to wait for the next try
        self.until(lambda: self.link.connected and not len(self.link.outbox))

    def hears(self) -> Arrival:
        """Return the next message."""
        self.until(lambda: self.arrived)
        return self.arrived.pop(0)

    def looks_around(self, seconds: float = 0.3) -> None:
        """Look after the link for a while."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            self.arrived += self.link.wait(0.02)

    def takes(self, arrival: Arrival) -> None:
        """Acknowledge a message."""
        assert arrival.packet is not None
        self.link.acknowledge(arrival.session, arrival.packet)
        self.link.flush()

    def loses_the_line(self) -> None:
        """Let the connection break without a word."""
        cut(self.link)
        self.until(lambda: not self.link.connected)

    def sends(self, text: bytes, within: float | None = None, tag: str | None = None) -> bool:
        to = wire.address("words", properties=self.link.five, expiry=None)
        deadline = None if within is None else self.clock() + within
        return self.link.publish(Parcel(to, text, deadline, Rank.LOCK, tag=tag))


def cut(link: Link) -> None:
    lane = link._client.socket()
    assert isinstance(lane, Lane)
    with socket.socket(fileno=os.dup(lane.fileno())) as wire_:
        wire_.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    made = Mosquitto(tmp_path, free_port())
    made.start()
    yield made
    made.stop()


@pytest.fixture(params=[True, False], ids=["MQTT 5", "MQTT 3.1.1"])
def porter(request: pytest.FixtureRequest, broker: Mosquitto) -> Iterator[Porter]:
    """Return a porter on duty."""
    made = Porter(Endpoint(HOST, broker.port, "porter", five=request.param))
    made.until(lambda: made.link.connected and not len(made.link.outbox))
    yield made
    made.link.close(1.0)


@pytest.fixture
def guest(broker: Mosquitto) -> Iterator[Guest]:
    with Guest(broker, "guest") as made:
        yield made


class Mute:
    """A broker that agrees to a connection, or does not, and never says another word."""

    def __init__(self, where: str | int, code: int = ACCEPTED) -> None:
        family = socket.AF_UNIX if isinstance(where, str) else socket.AF_INET
        self._door = socket.socket(family)
        self._door.bind(where if isinstance(where, str) else (HOST, where))
        self._door.listen()
        self._code = code
        self.visits = 0
        self.published: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                visitor, _ = self._door.accept()
            except OSError:
                return
            self.visits += 1
            with visitor:
                self._hear(visitor)

    def _hear(self, visitor: socket.socket) -> None:
        raw = b""
        properties = b"\x03\x21" + NO_ROOM_FOR_MORE.to_bytes(2)  # Receive Maximum
        while piece := visitor.recv(65536):
            raw += piece
            while raw and (bounds := wire.frame_end(raw, 0)):
                if raw[0] & 0xF0 == 0x10:
                    visitor.sendall(packet(0x20, bytes((0, self._code)) + properties))
                elif raw[0] & 0xF0 == wire.PUBLISH:
                    self.published.append(raw[bounds[0] : bounds[1]])
                raw = raw[bounds[1] :]

    def close(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()


@contextmanager
def mute(where: str | int, code: int = ACCEPTED) -> Iterator[Mute]:
    made = Mute(where, code)
    yield made
    made.close()


def test_the_one_private_name_of_paho_is_there_and_carries_the_lane(porter: Porter) -> None:
    assert version("paho-mqtt") == "2.2.0", "look at Client._create_socket before moving on"
    assert callable(Client._create_socket)
    lane = porter.link._client.socket()
    assert isinstance(lane, Lane)
    assert lane is porter.link._client.lane


def test_messages_come_in_order_and_are_acknowledged_once_safe(
    porter: Porter, guest: Guest
) -> None:
    guest.say_all("taps", [b"1", b"2", b"3"])
    heard = [porter.hears() for _ in range(3)]
    assert [arrival.payload for arrival in heard] == [b"1", b"2", b"3"]
    assert not any(arrival.waited or arrival.again or arrival.retain for arrival in heard)
    for arrival in heard:
        porter.takes(arrival)
    porter.sends(b"and now")  # once this is confirmed, what left before it has been read
    porter.until(lambda: not len(porter.link.outbox))
    porter.loses_the_line()
    porter.comes_on_duty()
    porter.looks_around()
    assert porter.arrived == []


def test_what_was_not_acknowledged_comes_again(porter: Porter, guest: Guest) -> None:
    guest.say_all("taps", [b"1", b"2"])
    first, second = porter.hears(), porter.hears()
    porter.takes(first)
    porter.looks_around(0.1)
    porter.loses_the_line()
    porter.comes_on_duty()
    again = porter.hears()
    assert (again.payload, again.again, again.waited) == (b"2", True, True)
    assert again.packet == second.packet
    assert again.session == second.session + 1
    porter.takes(second)  # too late: that connection is gone
    porter.looks_around(0.1)
    porter.loses_the_line()
    porter.comes_on_duty()
    assert porter.hears().payload == b"2"


def test_what_waited_in_the_broker_is_told_from_what_did_not(porter: Porter, guest: Guest) -> None:
    porter.loses_the_line()
    guest.say("taps", b"while nobody listened")
    porter.comes_on_duty()
    assert porter.link.kept
    guest.say("taps", b"in the first second")
    assert [porter.hears().waited, porter.hears().waited] == [True, True]
    porter.clock.ahead += 1.0
    guest.say("taps", b"later")
    assert not porter.hears().waited


def test_a_broker_that_has_forgotten_us_can_have_kept_nothing(
    porter: Porter, broker: Mosquitto
) -> None:
    broker.stop()
    porter.until(lambda: not porter.link.connected)
    broker.start()
    porter.comes_on_duty()
    assert not porter.link.kept
    with Guest(broker, "newcomer") as newcomer:
        newcomer.say("taps", b"1")
        assert not porter.hears().waited


def test_the_line_comes_back_by_itself_within_seconds(porter: Porter, broker: Mosquitto) -> None:
    broker.stop()
    porter.until(lambda: not porter.link.connected)
    tries = porter.link._pause
    assert tries <= 2.0
    broker.start()
    porter.until(lambda: porter.link.connected, 6.0)


def test_while_nobody_answers_it_tries_at_growing_intervals(
    caplog: pytest.LogCaptureFixture,
) -> None:
    porter = Porter(Endpoint(HOST, free_port(), "porter"))
    began = time.process_time()
    with caplog.at_level(logging.WARNING):
        for _ in range(60):  # half a minute
            porter.link.wait(0.0)
            porter.clock.ahead += 0.5
    assert 5 <= len(caplog.records) <= 10
    assert time.process_time() - began < 0.5
    porter.link.close(0.1)


def test_a_line_that_goes_silent_is_noticed_and_made_anew() -> None:
    port = free_port()
    with mute(port) as silent:
        porter = Porter(Endpoint(HOST, port, "porter", keeps=False))  # the shorter keepalive
        porter.until(lambda: porter.link.connected)
        began = time.monotonic()
        porter.until(lambda: silent.visits == 2, 20)
        assert time.monotonic() - began < 3 * _SHARED_KEEPALIVE
        porter.link.close(0.1)


def test_a_line_that_breaks_while_something_is_said_is_made_anew(porter: Porter) -> None:
    cut(porter.link)
    porter.sends(b"unlock", within=60)
    assert porter.link.wait(0.02) == []
    assert not porter.link.connected
    porter.comes_on_duty()


def test_a_broker_that_refuses_us_is_named_and_asked_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    port = free_port()
    with mute(port, NOT_AUTHORIZED) as strict:
        porter = Porter(Endpoint(HOST, port, "porter"))
        porter.until(lambda: "refuses us" in caplog.text)
        porter.looks_around()
        assert not porter.link.connected
        assert strict.visits == 1
        porter.clock.ahead += 10
        porter.until(lambda: strict.visits == 2)
        porter.link.close(0.1)


def test_what_must_leave_in_time_leaves_once_the_line_is_back(porter: Porter, guest: Guest) -> None:
    guest.subscribe("words")
    porter.loses_the_line()
    assert not porter.sends(b"nobody waits for this")
    assert not porter.sends(b"unlock", within=60, tag="in time")
    porter.comes_on_duty()
    assert guest.hear().payload == b"unlock"
    assert guest.hears_nothing()
    assert porter.link.outbox.overdue == []


def test_what_cannot_leave_in_time_never_leaves(porter: Porter, guest: Guest) -> None:
    guest.subscribe("words")
    porter.loses_the_line()
    porter.sends(b"unlock", within=5, tag="o1")
    porter.sends(b"unlock", within=6, tag="o2")
    porter.sends(b"said", within=5)
    porter.clock.ahead += 5.0
    porter.comes_on_duty()
    assert porter.link.outbox.overdue == ["o1", "o2"]
    assert guest.hears_nothing()


def test_what_the_broker_did_not_confirm_goes_again_under_its_number() -> None:
    port = free_port()
    with mute(port) as silent:
        porter = Porter(Endpoint(HOST, port, "porter"))
        porter.until(lambda: porter.link.connected)
        porter.sends(b"unlock", within=60)
        porter.until(lambda: len(silent.published) == 2)
        porter.loses_the_line()
        porter.clock.ahead += 10
        porter.until(lambda: sum(b"unlock" in each for each in silent.published) == 2)
        one, two = (each for each in silent.published if b"unlock" in each)
        assert one == two
        porter.link.close(0.1)


def test_no_more_is_under_way_than_the_broker_allows() -> None:
    port = free_port()
    with mute(port) as silent:
        porter = Porter(Endpoint(HOST, port, "porter"))
        porter.until(lambda: porter.link.connected)
        for number in range(20):
            porter.sends(b"%d" % number, within=60)
        porter.looks_around()
        assert len(silent.published) == NO_ROOM_FOR_MORE
        assert len(porter.link.outbox) == 21  # with the word that we are there
        porter.link.close(0.1)


def test_many_words_leave_though_the_window_is_small(porter: Porter, guest: Guest) -> None:
    guest.subscribe("words")
    for number in range(500):
        porter.sends(b"%d" % number)
    porter.until(lambda: not len(porter.link.outbox))
    assert [guest.hear().payload for _ in range(500)] == [b"%d" % n for n in range(500)]


def test_a_large_message_arrives_whole(porter: Porter, guest: Guest) -> None:
    guest.subscribe("words")
    large = bytes(range(256)) * 60
    porter.sends(large)
    porter.until(lambda: not len(porter.link.outbox))
    assert guest.hear().payload == large


def test_anybody_may_wake_who_waits(porter: Porter) -> None:
    for _ in range(5):
        porter.link.wait(0.1)  # what the broker still has to say to a new connection
    threading.Timer(0.1, porter.link.wake).start()
    began = time.monotonic()
    porter.link.wait(5.0)
    assert 0.05 < time.monotonic() - began < 2.0
    threading.Timer(0.1, porter.link.wake).start()
    porter.link.wait(0.0)
    began = time.monotonic()
    porter.link.wait(5.0)
    assert time.monotonic() - began < 2.0


def test_to_be_woken_often_does_no_harm(porter: Porter) -> None:
    for _ in range(70_000):
        porter.link.wake()
    began = time.monotonic()
    while time.monotonic() - began < 0.5:
        porter.link.wait(0.05)
    began = time.monotonic()
    porter.link.wait(0.2)
    assert time.monotonic() - began > 0.1


def test_it_says_that_it_is_there_and_when_it_leaves(porter: Porter, guest: Guest) -> None:
    guest.subscribe("porter/online")
    assert guest.hear().payload == b"true"
    porter.link.close(1.0)
    assert guest.hear().payload == b"false"
    assert not porter.link.connected
    porter.link.close(1.0)
    assert guest.hears_nothing()


def test_its_last_will_says_that_it_is_gone(porter: Porter, guest: Guest) -> None:
    guest.subscribe("porter/online")
    assert guest.hear().payload == b"true"
    cut(porter.link)
    assert guest.hear().payload == b"false"
    porter.until(lambda: not porter.link.connected)
    porter.comes_on_duty()
    assert guest.hear().payload == b"true"


def test_a_link_that_never_came_up_closes_as_well() -> None:
    porter = Porter(Endpoint(HOST, free_port(), "porter"))
    porter.link.wait(0.0)
    porter.link.close(0.5)
    porter.link.close(0.5)


def test_a_session_outlasts_a_goodbye(broker: Mosquitto, porter: Porter, guest: Guest) -> None:
    porter.link.close(1.0)
    guest.say("taps", b"while nobody was on duty")
    successor = Porter(Endpoint(HOST, broker.port, "porter", five=porter.link.five))
    successor.until(lambda: successor.link.connected)
    arrival = successor.hears()
    assert (arrival.payload, arrival.waited) == (b"while nobody was on duty", True)
    successor.link.close(1.0)


def test_retained_words_come_at_every_start_only_where_they_are_wanted(
    broker: Mosquitto, guest: Guest
) -> None:
    guest.say("state", b"open", retain=True)
    guest.say("taps", b"old", retain=True)
    wanted = {"state": True, "taps": False}
    for _ in range(2):
        porter = Porter(Endpoint(HOST, broker.port, "porter"), wanted)
        porter.comes_on_duty()
        porter.looks_around()
        heard = {arrival.topic: arrival.retain for arrival in porter.arrived}
        first = not porter.link.kept
        assert heard == ({"state": True, "taps": True} if first else {"state": True})
        for arrival in porter.arrived:
            porter.takes(arrival)
        porter.link.close(1.0)


def test_a_socket_in_the_file_system_will_do(tmp_path: Path) -> None:
    path = str(tmp_path / "broker.sock")
    with mute(path) as silent:
        porter = Porter(Endpoint("", 0, "porter", path=path))
        porter.until(lambda: porter.link.connected)
        assert silent.visits == 1
        porter.link.close(0.1)
