"""The two MQTT packets that come and go with every tap, read and written without paho.

paho 2.2 builds a Properties object for every MQTT 5 packet and reads a packet with six system
calls; measured here that is 150 of the 160 microseconds a tap may cost. So PUBLISH and PUBACK take
this short way, and everything else (connecting, subscribing, wills, pings, TLS) stays paho's.
Sources: MQTT 3.1.1 and 5.0, OASIS; clauses are named at the line.
"""

from dataclasses import dataclass
from typing import NamedTuple

PUBLISH = 0x30
PUBACK = 0x40
_EXPIRES = b"\x05\x02"  # five bytes of properties: Message Expiry Interval, MQTT 5, 3.3.2.3.3
_MORE = 0x80
_LONGEST_LENGTH = 4  # bytes of a Remaining Length, 2.1.4


class Torn(ValueError):
    """The bytes are not MQTT; the connection has to go."""


class Publish(NamedTuple):
    """A message as it arrived; `packet` is None at QoS 0."""

    topic: str
    payload: bytes
    packet: int | None
    retain: bool
    again: bool


class Confirmed(NamedTuple):
    """The broker has our message `packet`; `code` of 0x80 and above is a refusal."""

    packet: int
    code: int


def frame_end(data: bytes, start: int) -> tuple[int, int] | None:
    """Return where the body of the packet at `start` begins and ends, None if bytes are missing."""
    length, shift, at = 0, 0, start + 1
    size = len(data)
    while at < size:
        byte = data[at]
        at += 1
        length |= (byte & 0x7F) << shift
        if byte < _MORE:
            return (at, at + length) if at + length <= size else None
        shift += 7
        if shift > 7 * (_LONGEST_LENGTH - 1):
            raise Torn("a packet's length has more than four bytes")
    return None


def read_publish(first: int, body: bytes, *, properties: bool) -> Publish:
    """Return the PUBLISH in `body` (3.3); `properties`: MQTT 5 puts some before the payload."""
    end = 2 + int.from_bytes(body[:2])
    if end > len(body):
        raise Torn("a topic is longer than its packet")
    topic = body[2:end]
    packet = None
    if first & 0x06:
        packet = int.from_bytes(body[end : end + 2])
        end += 2
    if properties:
        bounds = frame_end(body, end - 1)  # a property length is coded like a packet length
        if bounds is None:
            raise Torn("the properties are longer than their packet")
        end = bounds[1]
    return Publish(
        topic.decode("utf-8", "replace"),
        body[end:],
        packet,
        retain=bool(first & 0x01),
        again=bool(first & 0x08),
    )


def read_puback(body: bytes) -> Confirmed:
    """Return the PUBACK in `body` (3.4); without a reason code it means success."""
    return Confirmed(int.from_bytes(body[:2]), body[2] if len(body) > 2 else 0)  # noqa: PLR2004 - 3.4.2.1


@dataclass(frozen=True, slots=True)
class Address:
    """A topic made ready: the bytes before the packet id, and the properties after it."""

    topic: bytes
    properties: bytes


def address(topic: str, *, properties: bool, expiry: int | None) -> Address:
    """Return `topic` ready for `publish`.

    `expiry` in seconds is MQTT 5's Message Expiry Interval; 3.1.1 has no word for it.
    """
    name = topic.encode("utf-8")
    after = b""
    if properties:
        after = b"\x00" if expiry is None else _EXPIRES + expiry.to_bytes(4)
    return Address(len(name).to_bytes(2) + name, after)


def publish(
    to: Address, packet: int, payload: bytes, *, retain: bool = False, again: bool = False
) -> bytes:
    """Return a PUBLISH at QoS 1."""
    body = b"".join((to.topic, packet.to_bytes(2), to.properties, payload))
    first = PUBLISH | 0x02 | (0x08 if again else 0) | (0x01 if retain else 0)
    return b"".join((bytes((first,)), _length(len(body)), body))


def puback(packet: int) -> bytes:
    """Return the acknowledgement of `packet`, meaning success at both levels."""
    return b"\x40\x02" + packet.to_bytes(2)


def _length(value: int) -> bytes:
    coded = bytearray()
    while value >= _MORE:
        coded.append((value & 0x7F) | _MORE)
        value >>= 7
    coded.append(value)
    return bytes(coded)
