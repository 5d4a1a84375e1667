"""Addresses that NTAG 424 DNA cards make: ours are known, all others refused."""

from dataclasses import dataclass
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from devices.cards.keys import SunKeys
from devices.cards.shown import NAMES, Genuine, Names
from devices.cards.sun import LONGEST, check
from devices.contract import Forged
from devices.uid import Uid
from tests.devices.cards.simulator import sun_url
from tests.devices.cards.vectors import LRP_URL, SHOWN, ZERO, Shown, octets
from tests.examples import MANY

UID = Uid(octets("04A224B1C35880"))
KEYS = SunKeys(
    octets("A1B2C3D4E5F60718293A4B5C6D7E8F90"), octets("0F1E2D3C4B5A69788796A5B4C3D2E1F0")
)
META, FILE = KEYS.meta, KEYS.file_of(UID)
URL = sun_url(UID, 7, META, FILE)


@dataclass(frozen=True, slots=True)
class OneCard(SunKeys):
    """Keys of cards that were published without a master."""

    def file_of(self, uid: Uid) -> bytes:  # noqa: ARG002 - the same for all
        return self.file


def refused(url: str, names: Names = NAMES) -> str:
    found = check(url, KEYS, names)
    assert isinstance(found, Forged), found
    return found.why


@pytest.mark.parametrize("shown", SHOWN)
def test_a_published_address_is_genuine(shown: Shown) -> None:
    keys = OneCard(octets(shown.meta), octets(shown.file))
    assert check(shown.url, keys) == Genuine(Uid(octets(shown.uid)), shown.counter)


@pytest.mark.parametrize("shown", SHOWN)
def test_a_published_address_with_another_mac_is_forged(shown: Shown) -> None:
    keys = OneCard(octets(shown.meta), octets(shown.file))
    for place in range(1, 17):
        digit = "0" if shown.url[-place] != "0" else "1"
        end = len(shown.url) - place
        forged = check(shown.url[:end] + digit + shown.url[end + 1 :], keys)
        assert forged == Forged("the MAC is not that of our card")


def test_our_cards_address_is_genuine() -> None:
    assert check(URL, KEYS) == Genuine(UID, 7)


@pytest.mark.parametrize("counter", [0, 1, 255, 256, 65_536, 0xFFFFFF])
@pytest.mark.parametrize("plain", [False, True])
def test_the_counter_is_read_in_the_cards_order(counter: int, *, plain: bool) -> None:
    url = sun_url(UID, counter, META, FILE, plain=plain)
    assert check(url, KEYS) == Genuine(UID, counter)


@pytest.mark.parametrize("signs_from", ["", "first"])
@pytest.mark.parametrize("plain", [False, True])
def test_the_mac_may_be_over_the_address_itself(signs_from: str, *, plain: bool) -> None:
    url = sun_url(UID, 7, META, FILE, plain=plain, signs_from=signs_from)
    assert check(url, KEYS) == Genuine(UID, 7)


def test_what_is_signed_in_the_address_cannot_be_changed() -> None:
    url = sun_url(UID, 7, META, FILE, signs_from="first", more="&door=1")
    assert check(url, KEYS) == Genuine(UID, 7)
    assert "MAC" in refused(url.replace("door=1", "door=2"))


def test_the_key_of_one_card_makes_no_other() -> None:
    other = Uid(octets("04A224B1C35881"))
    assert "MAC" in refused(sun_url(other, 7, META, FILE))
    assert "MAC" in refused(sun_url(other, 7, META, FILE, plain=True))


def test_a_card_with_delivery_keys_is_none_of_ours() -> None:
    assert "not enciphered with our key" in refused(sun_url(UID, 7, ZERO, ZERO))
    assert "MAC" in refused(sun_url(UID, 7, META, ZERO))


@pytest.mark.parametrize("tag", [0x00, 0x47, 0x87, 0xC4, 0xC6, 0xCF, 0xD7, 0xE7])
def test_picc_data_without_uid_and_counter_are_refused(tag: int) -> None:
    assert "our key" in refused(sun_url(UID, 7, META, FILE, tag=tag))


def test_lrp_is_refused_with_what_to_do() -> None:
    assert "set it up with AES" in refused(LRP_URL)


def test_the_names_of_the_parts_are_the_houses() -> None:
    names = Names(picc=("p",), mac=("s",))
    url = URL.replace("picc_data=", "p=").replace("cmac=", "s=")
    assert check(url, KEYS, names) == Genuine(UID, 7)
    assert "no MAC" in refused(url)


ODD = {
    "nothing": ("", "no MAC"),
    "no parameters": ("https://example.org/", "no MAC"),
    "no MAC": (URL.partition("&cmac")[0], "no MAC"),
    "only a MAC": ("https://e.org?cmac=94EED9EE65337086", "neither PICC data nor uid"),
    "a uid alone": ("?uid=04A224B1C35880&cmac=94EED9EE65337086", "neither"),
    "a short MAC": (URL[:-2], "MAC has not 16"),
    "a long MAC": (URL + "00", "MAC has not 16"),
    "half a byte": (URL[:-1], "MAC has not 16"),
    "no hex": (URL[:-2] + "zz", "MAC has not 16"),
    "blanks in the hex": (URL[:-3] + " 00", "MAC has not 16"),
    "short PICC data": ("?e=00&c=94EED9EE65337086", "PICC data has not 32"),
    "a short uid": ("?uid=04A224B1&ctr=000001&c=94EED9EE65337086", "uid has not 14"),
    "a long counter": ("?uid=04A224B1C35880&ctr=00000001&c=94EED9EE65337086", "counter has not 6"),
    "twice the MAC": (URL + URL[URL.index("&cmac") :], "twice"),
    "two names for one part": (URL + "&c=94EED9EE65337086", "under two names"),
    "a MAC behind the end": (URL.replace("&cmac", "#cmac"), "no MAC"),
    "too long": (URL + "&x=" + "x" * LONGEST, "too long"),
    "not ASCII": (URL.replace("example", "exämple"), "not plain ASCII"),
    "escaped digits": ("?e=" + quote("%" * 11)[:32] + "&c=94EED9EE65337086", "has not 32"),
}


@pytest.mark.parametrize("what", ODD)
def test_an_odd_address_is_refused_with_the_reason(what: str) -> None:
    url, words = ODD[what]
    assert words in refused(url)


def test_no_refusal_tells_a_number() -> None:
    plain = sun_url(UID, 7, META, FILE, plain=True)
    for url in (plain[:-1] + ("0" if plain[-1] != "0" else "1"), plain + "00", plain + plain[1:]):
        assert "04A224" not in refused(url).upper()


PIECES = st.sampled_from(
    ["?", "&", "=", "#", "e", "c", "uid", "ctr", "enc", "cmac", "picc_data", "C7", "04A224B1C35880"]
) | st.text("0123456789ABCDEFabcdef", max_size=34)


@settings(max_examples=MANY)
@given(st.text(max_size=600) | st.lists(PIECES, max_size=24).map("".join))
@example(URL[:-1])
def test_no_made_up_address_is_genuine(url: str) -> None:
    assert isinstance(check(url, KEYS), Forged)


@settings(max_examples=MANY)
@given(st.integers(0, len(URL) - 1), st.characters(max_codepoint=126))
def test_one_other_character_makes_no_other_visit(place: int, character: str) -> None:
    """A changed address is refused, or still tells the same card and counter (case, host)."""
    found = check(URL[:place] + character + URL[place + 1 :], KEYS)
    assert found == Genuine(UID, 7) or isinstance(found, Forged)
