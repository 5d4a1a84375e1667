"""One card, one number: what is a badge number, what is none, and what is never told of it."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices import uid
from devices.uid import LENGTHS, NotAUid, Uid

numbers = st.sampled_from(sorted(LENGTHS)).flatmap(
    lambda size: st.binary(min_size=size, max_size=size)
)
separators = st.sampled_from(["", ":", "-", " "])


@given(number=numbers, between=separators, upper=st.booleans())
def test_a_number_is_read_however_its_bytes_are_set_apart(
    number: bytes, between: str, *, upper: bool
) -> None:
    text = number.hex(between) if between else number.hex()
    assert uid.parse(text.upper() if upper else text) == number


@given(number=numbers)
def test_what_is_shown_is_read_again(number: bytes) -> None:
    assert uid.parse(uid.shown(Uid(number))) == number


@given(text=st.text())
def test_no_text_does_worse_than_being_refused(text: str) -> None:
    with suppress(NotAUid):
        assert len(uid.parse(text)) in LENGTHS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "04A2",
        "04A224",
        "04A224B1C358",
        "04A224B1C3588",
        "04A224B1C3588000001122",
        "04A224B1C3588G",
        "0x04A224B1",
        "\uff10\uff14A224B1",
        "04A2:24B1\n",
        "04_A2_24_B1",
        "04" * 40,
    ],
)
def test_what_does_not_fit_is_refused_and_never_guessed(text: str) -> None:
    with pytest.raises(NotAUid, match="badge number") as refused:
        uid.parse(text)
    assert not text or text not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("00000000", "zeros"),
        ("00000000000000", "zeros"),
        ("08112233", "08"),
        ("88112233", "88"),
        ("08112233445566", None),
        ("88112233445566", None),
        ("04A224B1", None),
    ],
)
def test_random_cut_and_empty_numbers_are_nobodys_badge(text: str, word: str | None) -> None:
    why = uid.never_a_badge(uid.parse(text))
    assert (why is None) if word is None else word in str(why)


@given(number=numbers)
def test_the_tail_is_the_last_four_digits(number: bytes) -> None:
    assert number.hex().upper().endswith(uid.tail(Uid(number)))
    assert len(uid.tail(Uid(number))) == 4


def test_the_hash_hangs_on_the_key() -> None:
    number = uid.parse("04A224B1C35880")
    first, second = (uid.keyed_hash(number, key) for key in (bytes(32), bytes([1]) * 32))
    assert len(first) == 32
    assert first != second
    assert first == uid.keyed_hash(number, bytes(32))
