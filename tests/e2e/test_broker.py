"""One suite for every broker we ship or recommend: what the doors need of it."""

import itertools
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.e2e.brokers import (
    HOST,
    Broker,
    Embedded,
    Mosquitto,
    free_port,
    kill,
)
from tests.e2e.guests import (
    SOON,
    Guest,
    everybody_is_served,
    hello,
    numbers,
    packet,
    shove,
    tell,
    text,
)

KINDS = [pytest.param("mosquitto", marks=pytest.mark.mosquitto), "embedded"]


def broker_of(kind: str, folder: Path) -> Broker:
    port = free_port()
    return Mosquitto(folder, port) if kind == "mosquitto" else Embedded(port)


@pytest.fixture(params=KINDS)
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Broker]:
    """Give a running broker of each kind."""
    running = broker_of(request.param, tmp_path)
    running.start()
    yield running
    running.stop()


# --- delivery


def test_a_tap_is_acknowledged_to_the_reader_and_reaches_the_doorman(broker: Broker) -> None:
    with Guest(broker, "doorman") as doorman, Guest(broker, "reader") as reader:
        doorman.subscribe("door/front/tap")
        reader.say("door/front/tap", b"04A2")
        heard = doorman.hear()
        assert (heard.topic, heard.payload, heard.qos) == ("door/front/tap", b"04A2", 1)
        assert doorman.hears_nothing()


def test_taps_wait_for_a_doorman_who_is_away(broker: Broker) -> None:
    with Guest(broker, "doorman", keep=True) as doorman:
        doorman.subscribe("door/+/tap")
    with Guest(broker, "reader") as reader:
        reader.say_all("door/front/tap", numbers(150))
    with Guest(broker, "doorman", keep=True) as doorman:
        assert doorman.session_present
        waited = doorman.hear_all(150)
        assert [tap.payload for tap in waited] == numbers(150)
        assert not any(tap.retain for tap in waited), "a waiting tap is not a retained one"


def test_taps_wait_also_for_a_doorman_whose_connection_was_cut(broker: Broker) -> None:
    doorman = Guest(broker, "doorman", keep=True)
    doorman.subscribe("door/+/tap")
    doorman.vanish()
    with Guest(broker, "reader") as reader:
        reader.say("door/front/tap", b"04A2")
    with Guest(broker, "doorman", keep=True) as doorman:
        assert doorman.hear().payload == b"04A2"


def test_what_was_not_acknowledged_comes_again(broker: Broker) -> None:
    doorman = Guest(broker, "doorman", keep=True, manual=True)
    doorman.subscribe("door/+/tap")
    with Guest(broker, "reader") as reader:
        reader.say_all("door/front/tap", numbers(30))
    doorman.acknowledge(doorman.hear_all(30)[:10])
    time.sleep(0.1)  # the acknowledgements are on their way
    doorman.vanish()
    with Guest(broker, "doorman", keep=True) as doorman:
        assert [tap.payload for tap in doorman.hear_all(20)] == numbers(30)[10:]


def test_wildcards_reach_what_they_name_and_nothing_else(broker: Broker) -> None:
    with Guest(broker, "one") as one, Guest(broker, "all") as everything:
        one.subscribe("site/door/+/tap")
        everything.subscribe("site/#")
        with Guest(broker, "reader") as reader:
            for topic in ("site/door/a/tap", "site/door/a/state", "site/door/b/tap", "other"):
                reader.say(topic, b"x")
        assert [m.topic for m in one.hear_all(2)] == ["site/door/a/tap", "site/door/b/tap"]
        assert len(everything.hear_all(3)) == 3
        assert one.hears_nothing()
        assert everything.hears_nothing()


@pytest.mark.parametrize("batch", [100, 7])
def test_two_hundred_taps_may_be_outstanding(broker: Broker, batch: int) -> None:
    with Guest(broker, "doorman", manual=True) as doorman, Guest(broker, "reader") as reader:
        doorman.subscribe("door/+/tap")
        reader.say_all("door/front/tap", numbers(200))
        heard: list[bytes | bytearray] = []
        while len(heard) < 200:
            some = doorman.hear_all(min(batch, 200 - len(heard)))
            doorman.acknowledge(some)
            heard += [tap.payload for tap in some]
        assert heard == numbers(200)
        assert not doorman.lost.is_set()
        assert not reader.lost.is_set()


def test_a_queue_of_two_thousand_survives_an_absence(broker: Broker) -> None:
    with Guest(broker, "doorman", keep=True) as doorman:
        doorman.subscribe("door/+/tap")
    taps = [number.ljust(200, b".") for number in numbers(2000)]
    with Guest(broker, "reader") as reader:
        reader.say_all("door/front/tap", taps)
    with Guest(broker, "doorman", keep=True) as doorman:
        assert [tap.payload for tap in doorman.hear_all(2000)] == taps


def test_sixty_doors_talk_at_once(broker: Broker) -> None:
    with Guest(broker, "doorman") as doorman:
        doorman.subscribe("door/+/tap")
        doors = [Guest(broker, f"door-{number}") for number in range(60)]
        for number, door in enumerate(doors):
            door.say(f"door/{number}/tap", b"x")
        assert {tap.topic for tap in doorman.hear_all(60)} == {f"door/{n}/tap" for n in range(60)}
        assert not any(door.lost.is_set() for door in doors)
        for door in doors:
            door.leave()


# --- retained messages and wills


def test_a_retained_state_greets_who_comes_late_and_can_be_cleared(broker: Broker) -> None:
    with Guest(broker, "door") as door:
        door.say("door/front/state", b"open", retain=True)
        with Guest(broker, "late") as late:
            late.subscribe("door/+/state")
            heard = late.hear()
            assert (heard.payload, heard.retain) == (b"open", True)
        door.say("door/front/state", b"", retain=True)
    with Guest(broker, "later") as later:
        later.subscribe("door/+/state")
        assert later.hears_nothing()


def test_a_retained_tap_heard_live_carries_no_flag_in_mqtt_3(broker: Broker) -> None:
    with Guest(broker, "doorman") as doorman, Guest(broker, "reader") as reader:
        doorman.subscribe("door/+/tap")
        reader.say("door/front/tap", b"04A2", retain=True)
        assert not doorman.hear().retain


def test_a_hundred_retained_states_arrive_together(broker: Broker) -> None:
    with Guest(broker, "doors") as doors:
        for number in range(100):
            doors.say(f"door/{number}/state", b"closed", retain=True)
    with Guest(broker, "doorman") as doorman:
        doorman.subscribe("door/+/state")
        assert len({state.topic for state in doorman.hear_all(100)}) == 100


def test_a_kept_session_sees_retained_states_again(broker: Broker) -> None:
    """The embedded broker sends them to a new subscription only: so ask, drop and ask again."""
    with Guest(broker, "doorman", keep=True) as doorman:
        doorman.subscribe("door/+/state")
    with Guest(broker, "door") as door:
        door.say("door/front/state", b"open", retain=True)
    with Guest(broker, "doorman", keep=True) as doorman:
        assert not doorman.hear().retain, "what waited in the queue"
        doorman.subscribe("door/+/state")
        doorman.unsubscribe("door/+/state")
        doorman.subscribe("door/+/state")
        again = [doorman.hear()]
        while not doorman.inbox.empty():
            again.append(doorman.hear())
        assert {(state.payload, state.retain) for state in again} == {(b"open", True)}


def test_the_will_of_a_cut_connection_is_published(broker: Broker) -> None:
    with Guest(broker, "doorman") as doorman:
        doorman.subscribe("door/+/online")
        Guest(broker, "door", will=("door/front/online", b"false")).vanish()
        assert doorman.hear().payload == b"false"


def test_the_will_of_a_polite_leave_is_not_published(broker: Broker) -> None:
    with Guest(broker, "doorman") as doorman:
        doorman.subscribe("door/+/online")
        Guest(broker, "door", will=("door/front/online", b"false")).leave()
        assert doorman.hears_nothing()


def test_a_killed_door_is_reported_and_hurts_nobody(broker: Broker) -> None:
    program = f"""
        import paho.mqtt.client as mqtt
        door = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, "door")
        door.will_set("door/front/online", b"false", qos=1)
        door.connect("{HOST}", {broker.port})
        door.loop_start()
        while True:
            door.publish("door/front/tap", b"x", qos=1).wait_for_publish()
    """
    with Guest(broker, "doorman") as doorman:
        doorman.subscribe("door/front/tap")
        with subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)]) as door:
            doorman.hear_all(20)
            doorman.subscribe("door/front/online")
            door.send_signal(signal.SIGKILL)
        wills = (m for m in iter(doorman.hear, None) if m.topic == "door/front/online")
        assert next(wills).payload == b"false"
    assert everybody_is_served(broker)


# --- strange guests


def test_the_second_of_one_name_takes_over(broker: Broker) -> None:
    first = Guest(broker, "doorman", keep=True)
    first.subscribe("door/+/tap")
    first._client.reconnect_delay_set(60, 60)
    with Guest(broker, "doorman", keep=True) as second, Guest(broker, "reader") as reader:
        assert first.lost.wait(SOON), "the first was let go"
        reader.say("door/front/tap", b"04A2")
        assert second.hear().payload == b"04A2"
        assert not second.lost.is_set()
    first.vanish()


STRANGERS = {
    "a payload of 100 kB": hello(b"big") + tell(b"door/front/tap", b"x" * 100_000),
    "a page request": b"GET / HTTP/1.1\r\nHost: door\r\n\r\n",
    "noise": bytes(range(256)),
    "noise after a greeting": hello(b"noise") + b"\xff" * 64,
    "a topic with a wildcard": hello(b"wild") + tell(b"door/#", b"x"),
    "a topic that is no text": hello(b"text") + tell(b"\xff\xfe", b"x"),
    "an empty topic": hello(b"empty") + tell(b"", b"x"),
    "an acknowledgement of nothing": hello(b"ack") + packet(0x40, b"\x00\x07"),
    "two greetings": hello(b"twice") + hello(b"twice"),
    "a filter that is none": hello(b"filter") + packet(0x82, b"\0\1" + text(b"a/#/b") + b"\1"),
    "a name with wildcards": hello(b"#+"),
    "half a packet": hello(b"half")[:7],
}


@pytest.mark.parametrize("raw", STRANGERS.values(), ids=STRANGERS.keys())
def test_a_stranger_hurts_nobody_else(broker: Broker, raw: bytes) -> None:
    with Guest(broker, "doorman") as doorman, Guest(broker, "reader") as reader:
        doorman.subscribe("door/+/tap")
        shove(broker, raw)
        reader.say("door/good/tap", b"04A2")
        heard = itertools.takewhile(lambda m: m.topic != "door/good/tap", iter(doorman.hear, None))
        assert all(len(message.payload) < 16_384 for message in heard)
        assert not doorman.lost.is_set()
    assert everybody_is_served(broker)


# --- the broker's own life


def test_a_killed_broker_is_back_on_its_port_at_once(broker: Broker) -> None:
    reader = Guest(broker, "reader")
    kill(broker)
    assert reader.lost.wait(SOON)
    reader.vanish()
    broker.stop()
    broker.start()
    assert everybody_is_served(broker)


def test_a_small_message_does_not_wait_for_a_delayed_acknowledgement(broker: Broker) -> None:
    with Guest(broker, "doorman") as doorman, Guest(broker, "reader") as reader:
        doorman.subscribe("door/+/tap")
        reader.subscribe("door/+/feedback")
        took = []
        for _ in range(40):
            began = time.monotonic()
            reader.say("door/front/tap", b"04A2")
            doorman.hear()
            doorman.say("door/front/feedback", b"granted")
            reader.hear()
            took.append(timedelta(seconds=time.monotonic() - began))
        assert sorted(took[20:])[10] < timedelta(milliseconds=25)
