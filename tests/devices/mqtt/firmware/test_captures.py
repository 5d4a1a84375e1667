"""The one suite for other makers' firmwares: it finds every driver through `devices.kinds`."""

import json
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.config.drivers import DRIVERS
from devices import uid_formats
from devices.contract import (
    DeviceError,
    ExitPress,
    Fitting,
    Level,
    Nonsense,
    Nothing,
    Part,
    Refused,
    Signal,
    Tap,
    Unreachable,
)
from devices.kinds import FIRMWARES, firmware_of
from devices.mqtt.firmware.dialect import Alarm, Card, Firmware, Garbled, Message, Pressed
from devices.mqtt.foreign import STAYS, Foreign
from devices.mqtt.link import Arrival
from tests.devices.mqtt.firmware.captures import (
    DOOR,
    NOON,
    SECOND,
    Capture,
    captures,
    command,
    heard,
    message,
)
from tests.examples import MANY

ALL = captures()
READERS = [each for each in ALL if each.part is Part.READER]
LOCKS = [each for each in ALL if each.part is Part.LOCK]
OFFERS = [(driver, part) for driver in FIRMWARES for part in DRIVERS[driver]]
FAILURES: dict[str, type[DeviceError]] = {"unreachable": Unreachable, "refused": Refused}


def each_of(these: list[Capture]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("capture", these, ids=lambda capture: capture.name)


def made(capture: Capture) -> Firmware:
    return firmware_of(capture.driver)(capture.fitting())


def arrival(said: Message, packet: int = 1, *, again: bool = False) -> Arrival:
    return Arrival(said.topic, said.payload, packet, 1, said.retained, again, waited=False)


def hears(firmware: Firmware, said: Message) -> list[object]:
    """Return what is heard, if the message is believed."""
    try:
        return list(firmware.hear(said))
    except Garbled:
        return []


@pytest.mark.parametrize(("driver", "part"), OFFERS)
def test_whatever_the_settings_offer_has_a_capture(driver: str, part: Part) -> None:
    assert [each for each in ALL if (each.driver, each.part) == (driver, part)]


@each_of(ALL)
def test_a_capture_is_of_a_driver_and_says_where_it_comes_from(capture: Capture) -> None:
    assert capture.driver in FIRMWARES
    assert capture.said["firmware"]
    assert capture.said["source"]
    assert isinstance(capture.said["recorded"], bool)
    keys = DRIVERS[capture.driver][capture.part]
    assert set(keys.required) <= set(capture.said["options"])
    assert set(capture.said["options"]) <= {*keys.required, *keys.optional}


@each_of(ALL)
def test_a_device_is_understood_and_told_what_its_capture_says(capture: Capture) -> None:
    firmware, now, asked = made(capture), NOON, "-"
    for number, step in enumerate(capture.steps):
        now += SECOND
        if "says" in step:
            said = message(step, now)
            assert said.topic in firmware.topics() or "discovery" in said.topic
            if step.get("garbled"):
                with pytest.raises(Garbled):
                    firmware.hear(said)
            else:
                assert list(firmware.hear(said)) == heard(step, asked), step
        elif "waits" in step:
            now += step["waits"] * SECOND
            assert list(firmware.tick(now)) == heard(step, asked), step
        elif "fails" in step:
            with pytest.raises(FAILURES[step["fails"]]):
                firmware.obey(command(step, now))
        else:
            asked = f"site-{number}"
            sent = [
                {"topic": each.topic, "payload": each.payload.decode()}
                for each in firmware.obey(command(step, now, asked))
            ]
            assert sent == step["sent"]


@each_of(ALL)
def test_what_is_cut_off_is_refused_and_costs_nothing(capture: Capture) -> None:
    for said in capture.messages():
        for length in range(len(said.payload)):
            hears(made(capture), said._replace(payload=said.payload[:length]))


@each_of(READERS)
def test_half_a_json_message_is_no_card(capture: Capture) -> None:
    for said in capture.messages():
        if said.payload[:1] == b"{":
            for length in range(1, len(said.payload)):
                cut = said._replace(payload=said.payload[:length])
                with pytest.raises(Garbled):
                    made(capture).hear(cut)


@each_of(READERS)
def test_a_key_that_stands_twice_brings_no_card(capture: Capture) -> None:
    """So a text that lies on a tag can't bring a number of its own along."""
    for said in capture.messages():
        if said.payload[:1] == b"{":
            text = said.payload.decode()
            for key in json.loads(text):
                doubled = text[:-1] + f',"{key}":"DEADBEEF"}}'
                with pytest.raises(Garbled):
                    made(capture).hear(said._replace(payload=doubled.encode()))


@each_of(READERS)
def test_what_the_broker_kept_is_nobodys_tap(capture: Capture) -> None:
    foreign = Foreign([capture.fitting()])
    for said in capture.messages():
        live = hears(made(capture), said)
        signals = foreign.read(arrival(said._replace(retained=True)), said.received)
        assert not [each for each in signals if isinstance(each, Tap | ExitPress)]
        if any(isinstance(each, Card | Pressed | Alarm) for each in live):
            assert isinstance(signals[-1], Nonsense)
            assert signals[-1].code == "retained"


def taps(signals: list[Signal]) -> list[Tap]:
    return [each for each in signals if isinstance(each, Tap)]


def a_card(capture: Capture) -> Message | None:
    """Return the first message of a capture that is a card's and can be a number."""
    for said in capture.messages():
        for each in hears(made(capture), said):
            if isinstance(each, Card):
                written = each.written or capture.fitting().uid_format
                number = uid_formats.read(each.text, written)
                if uid_formats.never_a_badge(number) is None:
                    return said
    return None


@each_of(READERS)
def test_a_card_that_stays_is_one_tap_and_taps_again_once_it_was_away(capture: Capture) -> None:
    said, foreign, now = a_card(capture), Foreign([capture.fitting()]), NOON
    assert said is not None
    found: list[Signal] = []
    for _ in range(20):
        now += STAYS / 3
        found += foreign.read(arrival(said), now)
    assert len(taps(found)) == 1
    assert [each.receipt for each in found if each.receipt is None] == []
    found = list(foreign.read(arrival(said), now + STAYS))
    [tap] = taps(found)
    assert (tap.door, tap.reader, tap.id, tap.at) == (DOOR, "fuori", None, None)
    assert tap.receipt is not None


@each_of(READERS)
def test_what_the_broker_hands_over_again_is_the_same_tap(capture: Capture) -> None:
    """After a crash or a lost line; the journal knows it by its fingerprint."""
    said, foreign = a_card(capture), Foreign([capture.fitting()])
    assert said is not None
    [first] = taps(list(foreign.read(arrival(said, 7), NOON)))
    [second] = taps(list(foreign.read(arrival(said, 7, again=True), NOON + SECOND / 10)))
    assert second.fingerprint == first.fingerprint
    assert second.receipt is not None
    assert second.receipt.again


@each_of(READERS)
def test_the_right_number_is_heard(capture: Capture) -> None:
    foreign = Foreign([capture.fitting()])
    for number, step in enumerate(each for each in capture.steps if "says" in each):
        said = message(step, NOON + number * 10 * SECOND)
        found = taps(list(foreign.read(arrival(said), said.received)))
        wanted = []
        for each in step.get("heard", []):
            if "card" in each and not said.retained:
                written = each.get("written", capture.fitting().uid_format)
                wanted.append(uid_formats.read(each["card"], written))
        assert [(tap.uid, tap.alias) for tap in found] == wanted


@each_of(LOCKS)
def test_no_echo_of_an_order_is_taken_for_a_tap(capture: Capture) -> None:
    """Some devices share one topic for both ways, and the broker gives all to everybody."""
    there = [capture.fitting()]
    if Part.READER in DRIVERS[capture.driver]:
        options = {"topic": capture.said["options"]["topic"]}
        there.append(Fitting(DOOR, Part.READER, "fuori", capture.driver, options))
    foreign = Foreign(there)
    for step in capture.steps:
        for sent in step.get("sent", []):
            echo = Arrival(
                sent["topic"],
                sent["payload"].encode(),
                1,
                1,
                retain=False,
                again=False,
                waited=False,
            )
            assert isinstance(foreign.read(echo, NOON)[-1], Nothing | Level)


@each_of(LOCKS)
def test_an_unlock_is_one_message_and_no_second_one_ends_it(capture: Capture) -> None:
    for step in capture.steps:
        if step.get("told") == "unlock" and "sent" in step:
            assert len(step["sent"]) == 1


@each_of(ALL)
@settings(max_examples=max(20, MANY // 20))
@given(st.binary(max_size=200), st.booleans(), st.integers(0, 20))
def test_whatever_comes_in_is_heard_or_refused(
    capture: Capture,
    payload: bytes,
    retained: bool,  # noqa: FBT001 - hypothesis gives it
    which: int,
) -> None:
    firmware = made(capture)
    topics = sorted(firmware.topics())
    hears(firmware, Message(topics[which % len(topics)], payload, retained, NOON))


ODD: list[object] = [
    None,
    True,
    False,
    0,
    -1,
    1.5,
    1 << 70,
    "",
    " ",
    "ø" * 40,
    [],
    [1],
    {},
    {"x": 1},
]


def replaced(value: object, odd: object) -> Iterator[object]:
    """Yield the value with each of its parts, and last itself, put out of shape."""
    if isinstance(value, dict):
        for key, part in value.items():
            for each in replaced(part, odd):
                yield value | {key: each}
            yield {other: value[other] for other in value if other != key}
    if isinstance(value, list):
        for number, part in enumerate(value):
            for each in replaced(part, odd):
                yield [*value[:number], each, *value[number + 1 :]]
    yield odd


@each_of(ALL)
def test_whatever_is_out_of_shape_is_heard_or_refused(capture: Capture) -> None:
    """Every value in everything that the device says, replaced and left out."""
    firmware = made(capture)
    said = [each for each in capture.messages() if each.payload[:1] == b"{"]
    for each in said:
        with suppress(json.JSONDecodeError):
            for odd in ODD:
                for value in replaced(json.loads(each.payload), odd):
                    payload = json.dumps(value).encode()
                    for found in hears(firmware, each._replace(payload=payload)):
                        if isinstance(found, Card):
                            assert isinstance(found.text, str)
