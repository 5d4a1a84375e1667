"""The whole way from a card on a chip to a tap, through nfcpy's real driver."""

import secrets
import time
from collections.abc import Callable

import pytest

from devices.cards.contract import Transceiver
from devices.cards.examiner import examiner
from devices.cards.keys import CardKeys
from devices.cards.ndef import address_of
from devices.cards.scrutiny import scrutiniser
from devices.contract import Feedback, Forged, Proof, Proven, Scrutiny, Sun
from devices.nfc.reader import Turns
from devices.readers.port import Habits
from devices.uid import Uid
from tests.devices.cards.signatures import SIGNED
from tests.devices.cards.simulator import SimulatedCard
from tests.devices.cards.test_examiner import KEYS, desfire, ntag, private
from tests.devices.nfc.cards import PlainCard, SpeakingCard, Tag424
from tests.devices.nfc.conftest import Connect
from tests.devices.nfc.pn532_chip import Chip
from tests.devices.readers.desk import Ears, until

pytestmark = pytest.mark.wire

SETTLES = 0.6
"""Seconds after opening during which a card is taken for one that lay there before."""
QUICK = Habits(0.005, 0.02)


def _look(chip: Chip, times: int) -> None:
    seen = chip.polls + times
    until(lambda: chip.polls >= seen)


def _settle(chip: Chip) -> None:
    """Let the time pass, and the reader look as well, which a busy machine may put off."""
    time.sleep(SETTLES)
    _look(chip, 6)


def _open(chip: Chip, connect: Connect, ears: Ears, **more: object) -> None:
    connect(ears, **more)
    ears.wait(lambda e: e.online == [True])
    _settle(chip)


@pytest.mark.parametrize(
    ("number", "sak"),
    [
        ("04A224B1C35880", 0x00),  # NTAG
        ("DEADBEEF", 0x08),  # MIFARE Classic 1K: the number is all that is read
        ("04A1B2C3D4E5F60718AA", 0x00),
        ("04112233445566", 0x20),  # DESFire
    ],
)
def test_a_card_becomes_a_tap(
    chip: Chip, ears: Ears, connect: Connect, number: str, sak: int
) -> None:
    _open(chip, connect, ears)
    chip.card = PlainCard(Uid(bytes.fromhex(number)), sak)
    ears.wait(lambda e: bool(e.taps))
    assert ears.taps[0].uid.hex().upper() == number


def test_a_chip_that_is_kept_waiting_is_not_given_up(
    chip: Chip, ears: Ears, connect: Connect
) -> None:
    _open(chip, connect, ears)
    chip.late = 0.3
    chip.card = PlainCard(Uid(bytes.fromhex("04A224B1C35880")))
    ears.wait(lambda e: bool(e.taps))
    _look(chip, 2)
    assert ears.online == [True]
    chip.late = 0.0


def test_a_felica_card_is_found_in_its_turn_and_is_one_tap_while_it_lies_there(
    chip: Chip, ears: Ears, connect: Connect
) -> None:
    _open(chip, connect, ears, habits=QUICK)
    chip.felica = bytes.fromhex("0112233445566778")
    ears.wait(lambda e: bool(e.taps))
    _look(chip, 100)
    assert [tap.uid.hex() for tap in ears.taps] == ["0112233445566778"]


def test_the_same_card_is_not_tapped_again_while_it_lies_there(
    chip: Chip, ears: Ears, connect: Connect
) -> None:
    _open(chip, connect, ears, habits=QUICK)
    chip.card = PlainCard(Uid(bytes.fromhex("04A224B1C35880")))
    ears.wait(lambda e: bool(e.taps))
    _look(chip, 100)
    assert len(ears.taps) == 1


def test_a_card_that_was_taken_away_taps_again(chip: Chip, ears: Ears, connect: Connect) -> None:
    _open(chip, connect, ears)
    card = PlainCard(Uid(bytes.fromhex("04A224B1C35880")))
    chip.card = card
    ears.wait(lambda e: len(e.taps) == 1)
    chip.card = None
    _settle(chip)
    chip.card = card
    ears.wait(lambda e: len(e.taps) == 2)


def test_type_a_is_tried_each_time_and_the_others_by_turns() -> None:
    turns = Turns(("212F", "106B"), every=2)
    assert [turns.next() for _ in range(4)] == [
        ("106A",),
        ("106A", "106B"),
        ("106A",),
        ("106A", "212F"),
    ]
    turns.found("212F")
    assert turns.next() == ("212F", "106A")


def test_the_address_that_a_424_shows_comes_with_the_tap(
    chip: Chip, ears: Ears, connect: Connect
) -> None:
    url = "https://example.org/t?picc_data=" + "AB" * 90 + "&cmac=" + "CD" * 8
    held = b"\x04" + url.removeprefix("https://").encode()
    record = b"\xc1\x01" + len(held).to_bytes(4) + b"U" + held
    tag = Tag424(lambda: len(record).to_bytes(2) + record)
    _open(chip, connect, ears, examine=address_of)
    chip.card = SpeakingCard(Uid(bytes.fromhex("04A224B1C35880")), tag)
    ears.wait(lambda e: bool(e.taps))
    assert ears.taps[0].proof == Sun(url)


@pytest.mark.parametrize("make", [desfire, ntag])
def test_a_genuine_card_proves_itself_on_the_wire(
    chip: Chip, ears: Ears, connect: Connect, make: Callable[[], SimulatedCard]
) -> None:
    card = make()
    _open(chip, connect, ears, examine=examiner(KEYS))
    chip.card = SpeakingCard(card.uid, card.transceive)
    ears.wait(lambda e: bool(e.taps))
    assert isinstance(ears.taps[0].proof, Proven), ears.taps


def test_a_clone_is_found_out_on_the_wire(chip: Chip, ears: Ears, connect: Connect) -> None:
    card = desfire(key=secrets.token_bytes(16))
    _open(chip, connect, ears, examine=examiner(KEYS))
    chip.card = SpeakingCard(card.uid, card.transceive)
    ears.wait(lambda e: bool(e.taps))
    assert isinstance(ears.taps[0].proof, Forged), ears.taps


def test_a_card_that_makes_up_its_number_tells_the_true_one_under_a_key(
    chip: Chip, ears: Ears, connect: Connect
) -> None:
    card = private()
    _open(chip, connect, ears, examine=examiner(KEYS))
    chip.card = SpeakingCard(card.uid, card.transceive)
    ears.wait(lambda e: bool(e.taps))
    assert ears.taps[0].uid == card.uid
    assert ears.taps[0].proof == Proven("desfire-ev2", card.true_uid)


def test_a_phone_with_a_new_number_at_every_look_is_one_tap(
    chip: Chip, ears: Ears, connect: Connect
) -> None:
    class Phone(PlainCard):
        def listing(self) -> bytes:
            return b"\x00\x04\x20\x04\x08" + secrets.token_bytes(3)

    _open(chip, connect, ears, habits=QUICK)
    chip.card = Phone(Uid(b"\x08\0\0\0"))
    ears.wait(lambda e: bool(e.taps))
    _look(chip, 100)
    assert len(ears.taps) == 1


def test_a_card_that_does_not_speak_is_never_asked(
    chip: Chip, ears: Ears, connect: Connect
) -> None:
    asked: list[Uid] = []

    def examine(card: Transceiver) -> Proof | None:
        asked.append(card.uid)
        return None

    _open(chip, connect, ears, examine=examine)
    chip.card = PlainCard(Uid(bytes.fromhex("DEADBEEF")), 0x08)
    ears.wait(lambda e: bool(e.taps))
    assert asked == []


def test_a_card_that_breaks_off_is_its_number_and_the_reader_stays(
    chip: Chip, ears: Ears, connect: Connect
) -> None:
    def speak(_: bytes) -> bytes:
        chip.card = None
        return b""

    _open(chip, connect, ears, examine=address_of)
    chip.card = SpeakingCard(Uid(bytes.fromhex("04A224B1C35880")), speak)
    ears.wait(lambda e: bool(e.taps))
    assert ears.taps[0].proof is None
    _look(chip, 5)
    assert ears.online == [True]


def test_feedback_on_a_chip_without_light_shows_nothing_and_hurts_nothing(
    chip: Chip, ears: Ears, connect: Connect
) -> None:
    port = connect(ears)
    ears.wait(lambda e: e.online == [True])
    port.answer(Feedback("front", "{}", "main", granted=True))
    _look(chip, 5)
    assert port.is_up()


def test_a_stopped_port_leaves_the_chip_asleep_at_its_first_speed(
    chip: Chip, ears: Ears, connect: Connect
) -> None:
    port = connect(ears)
    ears.wait(lambda e: e.online == [True])
    assert chip.speed == 921_600
    begun = time.monotonic()
    port.stop(5)
    assert time.monotonic() - begun < 2
    until(lambda: not chip.awake)
    assert chip.speed == 115_200


@pytest.mark.parametrize(("number", "said"), [(0, "signed"), (1, "not-signed")])
def test_a_new_badge_is_looked_at_for_its_makers_signature(
    chip: Chip, ears: Ears, connect: Connect, number: int, said: str
) -> None:
    (uid, signature), (other, _) = SIGNED["NTAG 424 DNA"][:2]

    def speak(command: bytes) -> bytes:
        return bytes.fromhex(signature) + b"\x91\x90" if command[1] == 0x3C else b"\x91\x1c"

    port = connect(ears, scrutinise=scrutiniser(CardKeys()))
    ears.wait(lambda e: e.online == [True])
    _settle(chip)
    chip.card = SpeakingCard(Uid(bytes.fromhex((uid, other)[number])), speak)
    ears.wait(lambda e: bool(e.taps))
    port.answer(Feedback("front", "{}", "main", granted=False, scrutinise=True))
    ears.wait(lambda e: isinstance(e.heard[-1], Scrutiny))
    looked = ears.heard[-1]
    assert isinstance(looked, Scrutiny)
    assert (looked.uid, looked.originality, looked.delivered) == (ears.taps[0].uid, said, False)


def test_a_card_that_still_has_its_factorys_key_is_told(
    chip: Chip, ears: Ears, connect: Connect
) -> None:
    card = desfire(bytes(16))
    port = connect(ears, scrutinise=scrutiniser(KEYS))
    ears.wait(lambda e: e.online == [True])
    _settle(chip)
    chip.card = SpeakingCard(card.uid, card.transceive)
    ears.wait(lambda e: bool(e.taps))
    port.answer(Feedback("front", "{}", "main", granted=False, scrutinise=True))
    ears.wait(lambda e: isinstance(e.heard[-1], Scrutiny))
    looked = ears.heard[-1]
    assert isinstance(looked, Scrutiny)
    assert looked.delivered


def test_a_card_that_was_taken_away_is_not_looked_at(
    chip: Chip, ears: Ears, connect: Connect
) -> None:
    port = connect(ears, scrutinise=scrutiniser(KEYS))
    ears.wait(lambda e: e.online == [True])
    _settle(chip)
    chip.card = PlainCard(Uid(bytes.fromhex("04A224B1C35880")))
    ears.wait(lambda e: bool(e.taps))
    chip.card = None
    time.sleep(0.3)
    port.answer(Feedback("front", "{}", "main", granted=False, scrutinise=True))
    time.sleep(0.3)
    assert not [each for each in ears.heard if isinstance(each, Scrutiny)]
    assert ears.online == [True]
