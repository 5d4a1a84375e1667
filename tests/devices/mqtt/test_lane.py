"""The socket under paho: whatever pieces the bytes come in, each packet goes where it belongs."""

import socket
from collections import deque
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.mqtt import wire
from devices.mqtt.lane import Lane
from devices.mqtt.wire import Confirmed, Torn

TO = wire.address("door/front/tap", properties=False, expiry=None)
PINGRESP = b"\xd0\x00"
SUBACK = b"\x90\x03\x00\x01\x01"


class Pipe:
    """A stream that gives what it was filled with, piece by piece, and takes some at a time."""

    def __init__(self, pieces: Sequence[bytes], takes: int = 1 << 20) -> None:
        self._pieces = deque(pieces)
        self.takes = takes
        self.sent = b""
        self.options: list[tuple[int, int, int]] = []
        self.is_closed = False

    def recv(self, size: int, /) -> bytes:
        if not self._pieces:
            raise BlockingIOError
        piece = self._pieces.popleft()
        assert len(piece) <= size
        return piece

    def send(self, data: bytes, /) -> int:
        if not self.takes:
            raise BlockingIOError
        taken = data[: self.takes]
        self.sent += taken
        self.takes -= len(taken)
        return len(taken)

    def fileno(self) -> int:
        return 7

    def setblocking(self, flag: bool, /) -> None:  # noqa: FBT001 - the socket's own signature
        assert not flag

    def setsockopt(self, level: int, option: int, value: int, /) -> None:
        self.options.append((level, option, value))

    def close(self) -> None:
        self.is_closed = True


def lane_on(*pieces: bytes, tcp: bool = False) -> Lane:
    return Lane(Pipe(pieces), properties=False, tcp=tcp)


def for_paho(lane: Lane) -> bytes:
    """Return all that paho can read, byte by byte as it does."""
    read = b""
    try:
        while piece := lane.recv(1):
            read += piece
    except BlockingIOError:
        pass
    return read


def _payload(packet: bytes) -> bytes:
    bounds = wire.frame_end(packet, 0)
    assert bounds is not None
    return packet[bounds[0] + 2 + len("door/front/tap") + 2 :]


packets = st.lists(
    st.one_of(
        st.binary(max_size=300).map(lambda payload: wire.publish(TO, 5, payload)),
        st.integers(1, 65535).map(wire.puback),
        st.sampled_from([PINGRESP, SUBACK]),
    ),
    max_size=12,
)


@given(packets=packets, cuts=st.lists(st.integers(0, 3000), max_size=20))
def test_whatever_pieces_they_come_in_packets_are_sorted(
    packets: list[bytes], cuts: list[int]
) -> None:
    stream = b"".join(packets)
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    lane = lane_on(
        *(stream[a:b] for a, b in pairwise(edges) if a < b),
    )
    for _ in edges:
        lane.fill()
    assert for_paho(lane) == b"".join(each for each in packets if each in {PINGRESP, SUBACK})
    ours = [each for each in packets if each not in {PINGRESP, SUBACK}]
    assert lane.confirmed == [wire.read_puback(each[2:]) for each in ours if each[0] == wire.PUBACK]
    payloads = [each.payload for each in lane.arrived]
    assert payloads == [_payload(each) for each in ours if each[0] != wire.PUBACK]


def test_paho_hears_of_its_own_packets_only() -> None:
    assert not lane_on(wire.publish(TO, 1, b"tap")).fill()
    assert lane_on(wire.puback(1) + PINGRESP).fill()


def test_the_end_of_the_stream_is_pahos_to_see() -> None:
    lane = lane_on(wire.puback(1), b"")
    assert lane.fill()
    assert lane.recv(1) == b""
    assert lane.confirmed == [Confirmed(1, 0)]


def test_a_line_we_end_ourselves_reads_as_ended() -> None:
    lane = lane_on(SUBACK)
    lane.fill()
    lane.end()
    assert lane.recv(1) == b""


def test_bytes_that_are_not_mqtt_tear_the_line() -> None:
    with pytest.raises(Torn):
        lane_on(b"\x30\xff\xff\xff\xff\xff").fill()


def test_everything_leaves_together_at_the_flush() -> None:
    pipe = Pipe([])
    lane = Lane(pipe, properties=False, tcp=False)
    lane.put(b"one")
    assert lane.send(bytearray(b"two")) == 3
    assert pipe.sent == b""
    assert lane.flush()
    assert pipe.sent == b"onetwo"


def test_what_the_kernel_does_not_take_leaves_later_and_once() -> None:
    pipe = Pipe([], takes=4)
    lane = Lane(pipe, properties=False, tcp=False)
    lane.put(b"onetwo")
    assert not lane.flush()
    pipe.takes = 10
    assert lane.flush()
    assert pipe.sent == b"onetwo"


def test_tcp_is_told_not_to_wait() -> None:
    pipe = Pipe([PINGRESP])
    lane = Lane(pipe, properties=False, tcp=True)
    lane.fill()
    assert (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1) in pipe.options


def test_hanging_up_sends_what_is_left() -> None:
    pipe = Pipe([])
    lane = Lane(pipe, properties=False, tcp=False)
    lane.put(b"bye")
    lane.close()
    assert (pipe.sent, pipe.is_closed) == (b"bye", True)
