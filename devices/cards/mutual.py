"""Card and reader show each other that they know a key, and tell it to nobody.

EV2First (71): DESFire EV2, EV3 and NTAG 424 DNA; NXP AN12196, 6.6, and AN12343, 7.1.3. AES (AA):
DESFire EV1; as real cards do it (see tests/devices/cards/vectors.py).

CardFails
├── Unwilling   the card does not even begin: it knows no such command or key
└── Impostor    it began, and does not know the key
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from devices.cards import aes, apdu
from devices.cards.contract import Transceiver

Randomness = Callable[[int], bytes]
_EV2_FIRST = 0x71
_EV1_AES = 0xAA
_CONTINUE = 0xAF
_NO_CAPABILITIES = b"\0"
_TI_LENGTH = 4
_EV2_ANSWER = 32


class CardFails(Exception):
    """The card did not prove itself; the sentence says what it did, and tells no number."""


class Unwilling(CardFails):
    """It refuses to begin."""


class Impostor(CardFails):
    """It can't know the key."""


@dataclass(frozen=True, slots=True)
class Session:
    """What both sides know now: keys of their own, the transaction's identifier."""

    enc: bytes = field(repr=False)
    mac: bytes = field(repr=False)
    ti: bytes = b""


def ev2_first(card: Transceiver, key: bytes, number: int, random: Randomness) -> Session:
    """Authenticate by EV2First; raises CardFails."""
    begun = apdu.native(card, _EV2_FIRST, bytes([number]) + _NO_CAPABILITIES)
    theirs = aes.decrypted(key, _challenge(begun))
    ours = random(aes.BLOCK)
    ended = apdu.native(card, _CONTINUE, aes.encrypted(key, ours + _turned(theirs)))
    told = aes.decrypted(key, _last(ended, _EV2_ANSWER))
    _compare(told[_TI_LENGTH : _TI_LENGTH + aes.BLOCK], ours)
    enc, mac = session_keys(key, ours, theirs)
    return Session(enc, mac, told[:_TI_LENGTH])


def ev1_aes(card: Transceiver, key: bytes, number: int, random: Randomness) -> Session:
    """Authenticate by AES of DESFire EV1, in one chain of blocks; raises CardFails."""
    begun = _challenge(apdu.native(card, _EV1_AES, bytes([number])))
    theirs = aes.decrypted(key, begun)
    ours = random(aes.BLOCK)
    sent = aes.encrypted(key, ours + _turned(theirs), begun)
    ended = _last(apdu.native(card, _CONTINUE, sent), aes.BLOCK)
    _compare(aes.decrypted(key, ended, sent[-aes.BLOCK :]), ours)
    mine = ours[:4] + theirs[:4] + ours[12:] + theirs[12:]
    return Session(mine, mine)


def session_keys(key: bytes, ours: bytes, theirs: bytes) -> tuple[bytes, bytes]:
    """Return the keys to encipher and to sign with (AN12196, 6.6, steps 22 to 25)."""
    crossed = bytes(a ^ b for a, b in zip(ours[2:8], theirs[:6], strict=True))
    rest = ours[:2] + crossed + theirs[6:] + ours[8:]
    one, two = bytes.fromhex("A55A00010080"), bytes.fromhex("5AA500010080")
    return aes.cmac(key, one + rest), aes.cmac(key, two + rest)


def _challenge(begun: apdu.Answer) -> bytes:
    if begun.status != apdu.MORE:
        raise Unwilling(f"the card does not begin to prove itself (status {begun.status:04X})")
    if len(begun.data) != aes.BLOCK:
        raise Impostor("the card's challenge has an odd length")
    return begun.data


def _last(ended: apdu.Answer, length: int) -> bytes:
    if ended.status != apdu.DONE:
        raise Impostor(f"the card does not take our key (status {ended.status:04X})")
    if len(ended.data) != length:
        raise Impostor("the card's proof has an odd length")
    return ended.data


def _compare(told: bytes, ours: bytes) -> None:
    if not aes.is_same(told, _turned(ours)):
        raise Impostor("the card does not know our key")


def _turned(number: bytes) -> bytes:
    """Return a random number turned left by a byte, so that an echo is no proof."""
    return number[1:] + number[:1]
