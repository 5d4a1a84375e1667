"""Keys of cards: made as NXP publishes it, refused where they protect nothing."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.cards.aes import cmac
from devices.cards.keys import CardKeys, UnusableKeys, diversified, new_file, read
from devices.uid import Uid
from tests.devices.cards.vectors import DIVERSIFICATIONS, Diversification, octets
from tests.examples import MANY

GOOD = "A1B2C3D4E5F60718293A4B5C6D7E8F90"
OTHER = "0F1E2D3C4B5A69788796A5B4C3D2E1F0"
UID = Uid(octets("04782E21801D80"))
SUN = f'[sun]\nmeta-read = "{GOOD}"\nfile-read = "{OTHER}"\n'
DESFIRE = f'[desfire]\napplication = "F5CA01"\nmaster = "{GOOD}"\nnumber = 1\n'


@pytest.mark.parametrize("known", DIVERSIFICATIONS)
def test_a_cards_own_key_is_made_as_published(known: Diversification) -> None:
    made = diversified(octets(known.master), Uid(octets(known.uid)), octets(known.application))
    assert made == octets(known.own)


def test_a_message_of_two_whole_blocks_is_signed_as_any_other() -> None:
    application = bytes(24)
    assert diversified(octets(GOOD), UID, application) == cmac(
        octets(GOOD), b"\x01" + UID + application
    )


def test_no_longer_message_is_made_into_a_key() -> None:
    with pytest.raises(ValueError, match="31 bytes"):
        diversified(octets(GOOD), UID, bytes(25))


def test_a_new_file_can_be_read_and_holds_other_keys_each_time() -> None:
    one, other = read(new_file()), read(new_file())
    assert one.sun
    assert one.desfire
    assert one.ntag424
    assert one != other


def test_a_file_may_speak_of_one_kind_of_card_only() -> None:
    keys = read(SUN)
    assert keys.sun is not None
    assert (keys.desfire, keys.ntag424) == (None, None)
    assert keys.sun.file_of(UID) == diversified(octets(OTHER), UID)


def test_an_applications_name_goes_into_its_keys() -> None:
    app = read(DESFIRE).desfire
    assert app is not None
    assert app.key_of(UID) == diversified(octets(GOOD), UID, octets("F5CA01"))


def test_keys_are_never_shown() -> None:
    shared = DESFIRE + f'shared = "{OTHER}"\n'
    for text in (SUN, shared, new_file()):
        shown = repr(read(text))
        for key in re.findall("[0-9A-F]{32}", text):
            assert key.lower() not in shown.lower()
            assert repr(octets(key))[2:-1] not in shown


WRONG = {
    "rubbish": ("]", "not TOML"),
    "nothing": ("", "something else"),
    "an unknown table": ("[moon]\n", "something else"),
    "no table": ("sun = 3", "no table"),
    "a missing key": (f'[sun]\nmeta-read = "{GOOD}"\n', "lacks `file-read`"),
    "one key too many": (SUN + 'name = "x"\n', "only"),
    "a short key": (SUN.replace(OTHER, OTHER[:-2]), "32 hex digits"),
    "no hex": (SUN.replace(OTHER, "Z" * 32), "32 hex digits"),
    "no text": (SUN.replace(f'"{OTHER}"', "12"), "32 hex digits"),
    "zeros": (SUN.replace(OTHER, "00" * 16), "everybody knows"),
    "ones": (SUN.replace(OTHER, "FF" * 16), "everybody knows"),
    "a sample key": (
        SUN.replace(OTHER, "00112233445566778899AABBCCDDEEFF"),
        "everybody knows",
    ),
    "a zero master": (DESFIRE.replace(GOOD, "00" * 16), "everybody knows"),
    "a zero shared key": (DESFIRE + f'shared = "{"00" * 16}"\n', "everybody knows"),
    "the same key twice": (SUN.replace(OTHER, GOOD), "twice"),
    "the same key for two kinds": (SUN + DESFIRE, "twice"),
    "the card itself": (DESFIRE.replace("F5CA01", "000000"), "the card itself"),
    "a long application": (DESFIRE.replace("F5CA01", "F5CA0102"), "6 hex digits"),
    "a key's number too high": (DESFIRE.replace("= 1", "= 14"), "from 0 to 13"),
    "a key's number that is none": (DESFIRE.replace("= 1", "= true"), "from 0 to 13"),
    "one number for two keys": (
        DESFIRE + f'shared = "{OTHER}"\nshared-number = 1\n',
        "choose another",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_file_that_is_wrong_is_refused_without_telling_a_key(what: str) -> None:
    text, words = WRONG[what]
    with pytest.raises(UnusableKeys, match=re.escape(words)) as told:
        read(text)
    assert GOOD not in str(told.value)
    assert OTHER not in str(told.value)


@settings(max_examples=MANY)
@given(st.text(max_size=80) | st.text(st.sampled_from(SUN + DESFIRE), max_size=120))
def test_whatever_stands_there_is_read_or_refused(text: str) -> None:
    try:
        assert isinstance(read(text), CardKeys)
    except UnusableKeys as why:
        assert "\n" not in str(why)  # noqa: PT017 - what may be raised is the point
