"""Bits of cards: parities, raw numbers, whatever else a line may say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.osdp.card_bits import card_in
from devices.readers.port import Found, Misread
from devices.uid import Uid
from tests.examples import MANY


def wiegand(number: int, bits: int) -> bytes:
    """Return a number with its parities, left-aligned, worked out digit by digit."""
    inner = f"{number:0{bits - 2}b}"
    half = len(inner) // 2
    even = str(inner[:half].count("1") % 2)
    odd = str(1 - inner[half:].count("1") % 2)
    text = even + inner + odd
    return int(text.ljust(-(-bits // 8) * 8, "0"), 2).to_bytes(-(-bits // 8))


def test_the_card_of_the_library_is_read() -> None:
    assert card_in(b"\xbb\x1dt@", 26) == Found(Uid(b"7748328"), alias="wiegand26")


@given(st.integers(1, (1 << 24) - 1))
def test_twenty_six_bits_are_read(number: int) -> None:
    found = card_in(wiegand(number, 26), 26)
    assert found == Found(Uid(str(number).encode()), alias="wiegand26")


@given(st.integers(1, (1 << 32) - 1), st.integers(0, 33))
def test_one_wrong_bit_of_thirty_four_is_found(number: int, which: int) -> None:
    right = wiegand(number, 34)
    assert card_in(right, 34) == Found(Uid(str(number).encode()), alias="wiegand34")
    wrong = int.from_bytes(right) ^ 1 << (len(right) * 8 - 1 - which)
    assert isinstance(card_in(wrong.to_bytes(len(right)), 34), Misread)


@pytest.mark.parametrize("number", ["DEADBEEF", "14008EC793", "04A224B1C35880", "E004010012345678"])
def test_whole_bytes_are_the_number(number: str) -> None:
    data = bytes.fromhex(number)
    assert card_in(data, len(data) * 8) == Found(Uid(data))


@pytest.mark.parametrize(
    ("data", "bits"),
    [(b"", 26), (b"\x01", 26), (b"\x01\x02", 16), (b"\xff" * 5, 37), (b"\x01", 0), (b"\x01", -8)],
)
def test_what_is_no_card_is_told(data: bytes, bits: int) -> None:
    assert isinstance(card_in(data, bits), Misread)


@settings(max_examples=MANY)
@given(st.binary(max_size=20), st.integers(-10, 200))
def test_whatever_the_bits_it_is_a_card_or_none(data: bytes, bits: int) -> None:
    assert isinstance(card_in(data, bits), Found | Misread)
