"""Mutual authentication, against what NXP published and what real cards said."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.cards.mutual import (
    CardFails,
    Impostor,
    Session,
    Unwilling,
    ev1_aes,
    ev2_first,
    session_keys,
)
from devices.cards.true_number import true_number
from devices.uid import Uid, shown
from tests.devices.cards.script import Script
from tests.devices.cards.vectors import (
    CARD_UID,
    EV1_TRACES,
    EV2_TRACE,
    SESSION_KEYS,
    ZERO,
    Trace,
    octets,
)
from tests.examples import MANY

WAYS = {"ev2": ev2_first, "ev1": ev1_aes}
TRACES = {"ev2": EV2_TRACE, "ev1": EV1_TRACES[0]}


def drawn(text: str) -> Callable[[int], bytes]:
    """Return chance that draws this number."""

    def draw(length: int) -> bytes:
        assert length == len(octets(text))
        return octets(text)

    return draw


def run(way: str, trace: Trace, *frames: tuple[str, str]) -> Session:
    card = Script(*(frames or trace.frames))
    return WAYS[way](card, octets(trace.key), trace.number, drawn(trace.ours))


def test_a_published_card_proves_itself() -> None:
    session = run("ev2", EV2_TRACE)
    assert session == Session(octets(EV2_TRACE.enc), octets(EV2_TRACE.mac), octets(EV2_TRACE.ti))


@pytest.mark.parametrize("trace", EV1_TRACES)
def test_a_real_card_proves_itself(trace: Trace) -> None:
    assert run("ev1", trace) == Session(octets(trace.enc), octets(trace.mac))


def test_the_keys_of_a_session_are_as_published() -> None:
    key, ours, theirs, enc, mac = map(octets, SESSION_KEYS)
    assert session_keys(key, ours, theirs) == (enc, mac)


@pytest.mark.parametrize("way", WAYS)
def test_a_card_that_does_not_know_the_key_is_an_impostor(way: str) -> None:
    trace = TRACES[way]
    first, (sent, told) = trace.frames
    wrong = f"{int(told[:2], 16) ^ 1:02X}{told[2:]}"
    with pytest.raises(Impostor, match="does not know our key"):
        run(way, trace, first, (sent, wrong))


@pytest.mark.parametrize("way", WAYS)
def test_a_card_that_refuses_our_key_is_an_impostor(way: str) -> None:
    trace = TRACES[way]
    first, (sent, _) = trace.frames
    with pytest.raises(Impostor, match="does not take our key"):
        run(way, trace, first, (sent, "91AE"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("told", ["911C", "919D", "6E00", "00", "", "9100", "A0" * 16 + "9100"])
def test_a_card_that_does_not_begin_is_unwilling(way: str, told: str) -> None:
    trace = TRACES[way]
    with pytest.raises(Unwilling):
        run(way, trace, (trace.frames[0][0], told))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("length", [0, 8, 15, 17, 32])
def test_a_challenge_of_another_length_is_refused(way: str, length: int) -> None:
    trace = TRACES[way]
    with pytest.raises(Impostor, match="odd length"):
        run(way, trace, (trace.frames[0][0], "A0" * length + "91AF"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("length", [0, 15, 17, 31, 33, 48])
def test_a_proof_of_another_length_is_refused(way: str, length: int) -> None:
    trace = TRACES[way]
    with pytest.raises(Impostor, match="odd length"):
        run(way, trace, trace.frames[0], (trace.frames[1][0], "A0" * length + "9100"))


def published() -> Session:
    enc, mac, ti = map(octets, CARD_UID[:3])
    return Session(enc, mac, ti)


def test_a_card_with_a_random_number_tells_its_own() -> None:
    command, told, number = CARD_UID[3:]
    assert shown(true_number(Script((command, told)), published())) == number


@pytest.mark.parametrize("place", range(24))
def test_a_number_that_was_touched_on_the_way_is_refused(place: int) -> None:
    command, told, _ = CARD_UID[3:]
    touched = bytearray(octets(told))
    touched[place] ^= 1
    with pytest.raises(Impostor):
        true_number(Script((command, touched.hex())), published())


class Noise:
    """A card that answers anything."""

    uid = Uid(bytes(7))

    def __init__(self, answers: list[bytes]) -> None:
        self.answers = answers

    def transceive(self, command: bytes) -> bytes:  # noqa: ARG002 - the contract's signature
        return self.answers.pop(0) if self.answers else b""


SAID = st.binary(max_size=40) | st.builds(
    lambda data, status: data + status,
    st.binary(min_size=16, max_size=32),
    st.sampled_from([b"\x91\xaf", b"\x91\x00"]),
)


@settings(max_examples=MANY)
@given(st.lists(SAID, max_size=3), st.sampled_from([*WAYS.values()]))
def test_no_noise_is_a_proof(answers: list[bytes], way: Callable[..., Session]) -> None:
    with pytest.raises(CardFails):
        way(Noise(answers), ZERO, 0, drawn("13" * 16))


@settings(max_examples=MANY)
@given(SAID | st.builds(lambda data: data + b"\x91\x00", st.binary(min_size=24, max_size=24)))
def test_no_noise_is_a_number(answer: bytes) -> None:
    with pytest.raises(CardFails):
        true_number(Noise([answer]), published())
