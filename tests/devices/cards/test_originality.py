"""Originality signatures: NXP's are known, nobody else's, and none is no signature."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.cards.originality import WORDS, Originality, judged, originality
from devices.contract import Unreachable
from devices.uid import Uid
from tests.devices.cards.signatures import SIGNED
from tests.devices.cards.vectors import octets
from tests.examples import MANY

PAIRS = [(product, uid, sig) for product, pairs in SIGNED.items() for uid, sig in pairs]
NTAG_UID, NTAG_SIG = SIGNED["NTAG21x"][0]


class Tag:
    """A tag that knows its signature by one command, and answers all others with a shrug."""

    def __init__(self, uid: str, command: str, told: str, shrug: str = "00") -> None:
        self.uid = Uid(octets(uid))
        self._answers = {command: told}
        self._shrug = shrug

    def transceive(self, command: bytes) -> bytes:
        return octets(self._answers.get(command.hex().upper(), self._shrug))


class Gone:
    """A tag that has left."""

    uid = Uid(octets(NTAG_UID))

    def transceive(self, command: bytes) -> bytes:
        raise Unreachable(f"no answer to {len(command)} bytes")


@pytest.mark.parametrize(("product", "uid", "sig"), PAIRS)
def test_a_published_signature_is_nxps(product: str, uid: str, sig: str) -> None:
    assert judged(Uid(octets(uid)), octets(sig)) is Originality.SIGNED, product


@pytest.mark.parametrize(("product", "uid", "sig"), PAIRS)
def test_a_signature_holds_for_its_own_number_only(product: str, uid: str, sig: str) -> None:
    other = octets(uid)[:-1] + bytes([octets(uid)[-1] ^ 1])
    assert judged(Uid(other), octets(sig)) is Originality.NOT_SIGNED, product
    touched = bytes([octets(sig)[0] ^ 1]) + octets(sig)[1:]
    assert judged(Uid(octets(uid)), touched) is Originality.NOT_SIGNED, product


@pytest.mark.parametrize("length", [32, 48, 56])
@pytest.mark.parametrize("byte", [0x00, 0xFF])
def test_one_byte_all_over_is_no_signature(length: int, byte: int) -> None:
    found = judged(Uid(octets(NTAG_UID)), bytes([byte]) * length)
    assert found is Originality.NOT_SIGNED


@pytest.mark.parametrize("length", [1, 31, 33, 64])
def test_another_length_is_no_signature(length: int) -> None:
    assert judged(Uid(octets(NTAG_UID)), b"\x11" * length) is Originality.NOT_SIGNED


def test_a_tag_tells_its_signature_by_the_bare_command() -> None:
    assert originality(Tag(NTAG_UID, "3C00", NTAG_SIG)) is Originality.SIGNED


@pytest.mark.parametrize("status", ["9190", "9100"])
def test_a_card_tells_its_signature_by_the_wrapped_command(status: str) -> None:
    uid, sig = SIGNED["NTAG 424 DNA"][0]
    assert originality(Tag(uid, "903C0000010000", sig + status)) is Originality.SIGNED


def test_a_clone_that_tells_another_cards_signature_is_noticed() -> None:
    other, _ = SIGNED["NTAG21x"][1]
    assert originality(Tag(other, "3C00", NTAG_SIG)) is Originality.NOT_SIGNED


@pytest.mark.parametrize("shrug", ["00", "", "911C", "6E00", "6982"])
def test_a_card_without_a_signature_has_none(shrug: str) -> None:
    assert originality(Tag(NTAG_UID, "FF", "", shrug)) is Originality.NONE


def test_a_tag_that_leaves_has_none() -> None:
    assert originality(Gone()) is Originality.NONE


def test_the_words_say_what_it_does_not_prove() -> None:
    assert set(WORDS) == set(Originality)
    signed = WORDS[Originality.SIGNED]
    assert "copied" in signed.english
    assert "copiare" in signed.italian


@settings(max_examples=MANY)
@given(st.binary(max_size=64), st.sampled_from(["3C00", "903C0000010000"]))
def test_whatever_a_card_says_is_one_of_four_answers(told: bytes, command: str) -> None:
    if len(told) in {32, 48, 56} | {34, 50, 58}:
        told = told[:7]  # verifying takes a millisecond; the other tests do
    assert originality(Tag(NTAG_UID, command, told.hex())) is not Originality.SIGNED
