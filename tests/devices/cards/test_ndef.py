"""The address that a card shows: read where there is one, never a stumble over anything else."""

from hypothesis import given, settings
from hypothesis import strategies as st

from devices.cards.contract import Transceiver
from devices.cards.ndef import address_of, first_of, url_in
from devices.contract import Proof, Proven, Sun, Unreachable
from devices.uid import Uid
from tests.devices.nfc.cards import Tag424
from tests.examples import MANY

UID = Uid(bytes.fromhex("04A224B1C35880"))
URL = "https://example.org/t?picc_data=00&cmac=11"
SHORT = b"\xd1\x01" + bytes((len(URL) - 7,)) + b"U\x04" + URL.removeprefix("https://").encode()


def file_of(record: bytes) -> bytes:
    return len(record).to_bytes(2) + record


class Card:
    """A card that speaks, until it is taken away."""

    uid = UID

    def __init__(self, speak: Tag424, leaves_after: int = 99) -> None:
        self._speak = speak
        self._left = leaves_after

    def transceive(self, command: bytes) -> bytes:
        self._left -= 1
        if self._left < 0:
            raise Unreachable("the card has gone")
        return self._speak(command)


def test_the_address_is_read_from_the_cards_file() -> None:
    assert address_of(Card(Tag424(lambda: file_of(SHORT)))) == Sun(URL)


def test_each_reading_gives_a_new_address() -> None:
    shown = iter((SHORT, SHORT[:-1] + b"2"))
    card = Card(Tag424(lambda: file_of(next(shown))))
    assert [address_of(card), address_of(card)] == [Sun(URL), Sun(URL[:-1] + "2")]


def test_a_card_that_leaves_at_any_step_shows_nothing() -> None:
    for step in range(3):
        assert address_of(Card(Tag424(lambda: file_of(SHORT)), leaves_after=step)) is None


def test_a_card_without_the_application_shows_nothing() -> None:
    class Other(Card):
        def transceive(self, _: bytes) -> bytes:
            return b"\x6a\x82"

    assert address_of(Other(Tag424(bytes))) is None


def test_what_is_no_address_is_none() -> None:
    text = b"\xd1\x01\x05T\x02enhi"
    cut = file_of(SHORT)[:-1]
    breaks = b"\xd1\x01\x04U\x04a\nb"
    others = (b"\xd2" + SHORT[1:], b"\xf1" + SHORT[1:], b"\xd9" + SHORT[1:], b"\x51" + SHORT[1:])
    odd = (b"", b"\0\0", cut, b"\xff\xff" + SHORT)
    for file in (*odd, *map(file_of, (text, breaks, *others))):
        assert url_in(file) is None


@given(st.binary(max_size=300) | st.binary(max_size=60).map(lambda tail: file_of(SHORT + tail)))
@settings(max_examples=MANY)
def test_no_file_makes_the_reading_stumble(file: bytes) -> None:
    url = url_in(file)
    assert url is None or url.isprintable()


def test_a_card_is_asked_in_every_way_until_one_tells_something() -> None:
    def nothing(_: Transceiver) -> Proof | None:
        return None

    def proof(_: Transceiver) -> Proof | None:
        return Proven("way")

    card = Card(Tag424(lambda: file_of(SHORT)))
    assert first_of(nothing, address_of, proof)(card) == Sun(URL)
    assert first_of(nothing, nothing)(card) is None
