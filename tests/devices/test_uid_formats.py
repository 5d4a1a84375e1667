"""One card, worked out by hand in every format; and that no text of a stranger does more harm."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices import uid, uid_formats
from devices.uid import LENGTHS, NotAUid, Uid
from devices.uid_formats import FORMATS, Number
from tests.examples import MANY

KEY = bytes(range(32))
CARDS = st.sampled_from(sorted(LENGTHS)).flatmap(lambda n: st.binary(min_size=n, max_size=n))

# Worked out on paper: the bytes written down, turned round, cut, and read as one number.
BY_HAND = [
    ("DEADBEEF", "hex-unpadded", "deadbeef"),
    ("DEADBEEF", "decimal", "3735928559"),
    ("DEADBEEF", "decimal-reversed", "4022250974"),
    ("DEADBEEF", "wiegand26", "12496350"),
    ("DEADBEEF", "wiegand34", "4022250974"),
    ("0DA00B06", "hex-unpadded", "da0b6"),
    ("04A224B1C35880", "hex-unpadded", "4a224b1c35880"),
    ("04A224B1C35880", "decimal", "1304178391734400"),
    ("04A224B1C35880", "decimal-reversed", "36126394532798980"),
    ("04A224B1C35880", "wiegand26", "2400772"),
    ("04A224B1C35880", "wiegand34", "614597768"),
    ("14008EC793", "em4100", "9357203"),
    ("14008EC793", "em4100", "85908703123"),
    ("14008EC793", "em4100", "142,51091"),
    ("14008EC793", "wiegand26", "9357203"),
    ("14008EC793", "wiegand34", "9357203"),
]


@pytest.mark.parametrize(("card", "uid_format", "text"), BY_HAND)
def test_a_card_gives_the_text_that_was_worked_out_by_hand(
    card: str, uid_format: str, text: str
) -> None:
    given = {(each.alias, each.uid.decode()) for each in uid_formats.aliases_of(uid.parse(card))}
    assert (uid_format, text) in given


@pytest.mark.parametrize(
    ("uid_format", "text", "same"),
    [
        ("decimal", "0003735928559", "3735928559"),
        ("em4100", "0009357203", "9357203"),
        ("em4100", "142,51091", "142,51091"),
        ("em4100", "012,00007", "12,7"),
        ("wiegand26", "142,51091", "9357203"),
        ("wiegand26", "142:51091", "9357203"),
        ("hex-unpadded", "DA0B6", "da0b6"),
        ("decimal", " 12 ", "12"),
    ],
)
def test_texts_of_one_card_are_one_text(uid_format: str, text: str, same: str) -> None:
    assert uid_formats.read(text, uid_format) == Number(Uid(same.encode()), uid_format)


def test_whole_numbers_stay_whole() -> None:
    whole = Number(Uid(bytes.fromhex("04A224B1C35880")))
    assert uid_formats.read("04:a2:24:b1:c3:58:80", "hex") == whole
    assert uid_formats.read("8058C3B124A204", "hex-reversed") == whole


@pytest.mark.parametrize(
    ("uid_format", "text"),
    [
        ("decimal", "DEADBEEF"),
        ("decimal", "-5"),
        ("decimal", "1.5"),
        ("decimal", "1e5"),
        ("decimal", ""),
        ("decimal", "١٢٣"),
        ("decimal", str(1 << 80)),
        ("wiegand26", str(1 << 24)),
        ("wiegand26", "256,1"),
        ("wiegand26", "1,65536"),
        ("wiegand34", str(1 << 32)),
        ("wiegand34", "1,2"),
        ("em4100", str(1 << 40)),
        ("em4100", "14008EC793"),
        ("hex-unpadded", "xyz"),
        ("hex-unpadded", "0" * 21),
        ("hex", "ABC"),
        ("hex-reversed", "3735928559X"),
    ],
)
def test_what_does_not_fit_the_format_is_refused_and_not_quoted(uid_format: str, text: str) -> None:
    with pytest.raises(NotAUid) as refused:
        uid_formats.read(text, uid_format)
    assert len(text) < 3 or text not in str(refused.value)


@pytest.mark.parametrize(
    ("uid_format", "text"),
    [
        ("decimal", "0"),
        ("em4100", "000,00000"),
        ("hex-unpadded", "00000000"),
        ("wiegand26", "0"),
        ("decimal", str(0x08123456)),
        ("decimal", str(0x88123456)),
        ("decimal-reversed", str(0x12345608)),
        ("wiegand34", str(0x12345608)),
        ("hex-unpadded", "08123456"),
        ("hex", "08123456"),
    ],
)
def test_zeros_and_numbers_that_change_are_nobodys(uid_format: str, text: str) -> None:
    assert uid_formats.never_a_badge(uid_formats.read(text, uid_format)) is not None


@pytest.mark.parametrize(
    ("uid_format", "text"),
    [
        ("decimal", "3735928559"),
        ("wiegand34", "614597768"),
        ("wiegand26", str(0x123408)),
        ("em4100", "9357203"),
        ("decimal", str(0x08123456 << 8)),
    ],
)
def test_others_may_be_somebodys(uid_format: str, text: str) -> None:
    assert uid_formats.never_a_badge(uid_formats.read(text, uid_format)) is None


def test_the_tail_is_of_the_text_where_that_is_all_there_is() -> None:
    assert uid_formats.tail(uid_formats.read("0009357203", "em4100")) == "7203"
    assert uid_formats.tail(uid_formats.read("04A224B1C35880")) == "5880"


def test_no_alias_can_be_shown_as_a_whole_number() -> None:
    """A card that can be told any number may bear the letters of an alias."""
    alias = uid_formats.read("7", "em4100")
    letters = Number(Uid(b"em4100:7"))
    assert uid_formats.keyed_hash(alias, KEY) != uid_formats.keyed_hash(letters, KEY)
    one, other = uid_formats.read("7", "decimal"), uid_formats.read("7", "wiegand26")
    assert uid_formats.keyed_hash(one, KEY) != uid_formats.keyed_hash(other, KEY)


def test_a_number_is_not_shown_by_accident() -> None:
    assert "9357203" not in repr(uid_formats.read("9357203", "em4100"))


@settings(max_examples=MANY)
@given(st.text(max_size=80), st.sampled_from(FORMATS))
def test_whatever_the_text_it_is_read_or_refused(text: str, uid_format: str) -> None:
    try:
        number = uid_formats.read(text, uid_format)
    except NotAUid:
        return
    uid_formats.never_a_badge(number)
    assert len(uid_formats.tail(number)) <= 4


@settings(max_examples=MANY)
@given(CARDS)
def test_every_alias_of_a_card_is_a_text_that_its_format_reads_as_itself(card: bytes) -> None:
    for alias in uid_formats.aliases_of(Uid(card)):
        assert alias.alias is not None
        assert uid_formats.read(alias.uid.decode(), alias.alias) == alias
