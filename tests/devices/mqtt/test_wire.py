"""PUBLISH and PUBACK written and read: the other side's bytes, ours, and rubbish."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.mqtt import wire
from devices.mqtt.wire import Confirmed, Publish, Torn

topics = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
payloads = st.binary(max_size=400)
packets = st.integers(1, 65535)


def body_of(packet: bytes) -> bytes:
    bounds = wire.frame_end(packet, 0)
    assert bounds is not None
    assert bounds[1] == len(packet)
    return packet[bounds[0] :]


@given(
    topic=topics,
    payload=payloads,
    packet=packets,
    five=st.booleans(),
    expiry=st.none() | st.integers(1, 2**32 - 1),
    retain=st.booleans(),
    again=st.booleans(),
)
def test_what_is_written_is_read_again(  # noqa: PLR0913 - all that a packet says
    topic: str,
    payload: bytes,
    packet: int,
    expiry: int | None,
    *,
    five: bool,
    retain: bool,
    again: bool,
) -> None:
    to = wire.address(topic, properties=five, expiry=expiry)
    written = wire.publish(to, packet, payload, retain=retain, again=again)
    read = wire.read_publish(written[0], body_of(written), properties=five)
    assert read == Publish(topic, payload, packet, retain=retain, again=again)


def test_a_publish_is_what_the_standard_says() -> None:
    to = wire.address("a/b", properties=False, expiry=None)
    assert wire.publish(to, 10, b"hi") == b"\x32\x09\x00\x03a/b\x00\x0ahi"
    five = wire.address("a/b", properties=True, expiry=5)
    assert wire.publish(five, 10, b"hi", retain=True, again=True) == (
        b"\x3b\x0f\x00\x03a/b\x00\x0a\x05\x02\x00\x00\x00\x05hi"
    )


def test_a_message_at_qos_0_has_no_number() -> None:
    read = wire.read_publish(0x31, b"\x00\x01thello", properties=False)
    assert read == Publish("t", b"hello", None, retain=True, again=False)


def test_properties_of_others_are_skipped() -> None:
    body = b"\x00\x01t\x00\x07" + b"\x05\x26\x00\x00\x00\x00" + b"payload"
    assert wire.read_publish(0x32, body, properties=True).payload == b"payload"


def test_a_topic_that_is_no_utf8_is_read_as_nobodys() -> None:
    assert wire.read_publish(0x30, b"\x00\x02\xff\xfe", properties=False).topic == "\ufffd\ufffd"


def test_an_acknowledgement_may_bring_a_reason() -> None:
    assert wire.puback(513) == b"\x40\x02\x02\x01"
    assert wire.read_puback(b"\x02\x01") == Confirmed(513, 0)
    assert wire.read_puback(b"\x02\x01\x87") == Confirmed(513, 0x87)


@pytest.mark.parametrize("size", [0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152])
def test_the_length_of_a_packet_takes_one_to_four_bytes(size: int) -> None:
    to = wire.address("t", properties=False, expiry=None)
    written = wire.publish(to, 1, bytes(size))
    bounds = wire.frame_end(written, 0)
    assert bounds == (len(written) - 5 - size, len(written))
    assert wire.frame_end(written[:-1], 0) is None


def test_a_length_of_five_bytes_is_torn() -> None:
    with pytest.raises(Torn):
        wire.frame_end(b"\x30\xff\xff\xff\xff\x01", 0)


@given(first=st.integers(0x30, 0x3F), body=st.binary(max_size=60), five=st.booleans())
def test_no_body_does_worse_than_being_torn(first: int, body: bytes, *, five: bool) -> None:
    with suppress(Torn):
        read = wire.read_publish(first, body, properties=five)
        assert len(read.payload) <= len(body)
