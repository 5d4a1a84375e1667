"""What serial readers send: frames, repeats, rubbish, whatever pieces they come in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.serial.frames import DIALECTS, Dialect
from devices.uid import NotAUid
from devices.uid_formats import read
from tests.examples import MANY

FRAME = b"\x0214008EC793CE\x03"
ID12 = b"\x0214008EC793CE\r\n\x03"
CARD = "14008ec793"


def hears(dialect: Dialect, *pieces: bytes, every: float = 0.065) -> list[str]:
    return [
        text for number, piece in enumerate(pieces) for text in dialect.hear(piece, number * every)
    ]


def test_a_card_that_lies_there_is_heard_from_its_second_frame_on() -> None:
    assert hears(DIALECTS["rdm6300"](), FRAME, FRAME, FRAME) == [CARD, CARD]


def test_a_card_that_comes_once_was_made_up() -> None:
    """Cheap readers do that, with a right checksum."""
    other = b"\x02" + b"0A0B0C0D0E" + b"0E" + b"\x03"
    assert hears(DIALECTS["rdm6300"](), FRAME, other, FRAME) == []
    assert hears(DIALECTS["rdm6300"](), FRAME, FRAME, every=0.4) == []


def test_an_id12_says_it_once() -> None:
    assert hears(DIALECTS["id12"](), ID12) == [CARD]
    assert hears(DIALECTS["id12"](), FRAME) == [CARD]


@pytest.mark.parametrize(
    "wrong",
    [
        b"\x0214008EC793CF\x03",  # checksum
        b"\x020000000000" + b"00\x03",  # nobody
        b"\x0214008EC793\x03",  # too short
        b"\x0214008EC793CE00\x03",  # too long
        b"\x0214008EC79XCE\x03",
        b"14008EC793CE\x03",
        b"\x02\x03",
        b"\x03",
        b"\x02" * 5,
        b"\x0214008EC793CE" + b"A" * 4000,
    ],
)
def test_a_frame_that_is_none_is_passed_over_and_the_next_one_heard(wrong: bytes) -> None:
    assert hears(DIALECTS["id12"](), wrong) == []
    assert hears(DIALECTS["id12"](), wrong, FRAME) == [CARD]


@given(st.lists(st.integers(1, 5), min_size=1), st.sampled_from([FRAME, ID12]))
def test_pieces_of_any_size_are_one_frame(sizes: list[int], frame: bytes) -> None:
    dialect, rest, heard = DIALECTS["id12"](), frame, []
    for number in range(100):
        piece, rest = rest[: sizes[number % len(sizes)]], rest[sizes[number % len(sizes)] :]
        heard += list(dialect.hear(piece, 0))
    assert heard == [CARD]


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_a_line_is_a_number(end: bytes) -> None:
    said = b"04A224B1C35880" + end + b" 04:a2 " + end + end + b"x" * 500 + end + b"DEADBEEF" + end
    assert hears(DIALECTS["line"](), said) == ["04A224B1C35880", "04:a2", "DEADBEEF"]


@settings(max_examples=MANY)
@given(st.lists(st.binary(max_size=40), max_size=8), st.sampled_from(sorted(DIALECTS)))
def test_whatever_comes_over_the_line_is_a_text_or_nothing(pieces: list[bytes], name: str) -> None:
    for text in hears(DIALECTS[name](), *pieces):
        assert len(text) <= 80
        try:
            read(text)
        except NotAUid:
            assert name == "line"
