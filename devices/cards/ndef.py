"""The address that an NTAG 424 DNA shows to whoever reads it (SUN): a proof, not checked yet.

Each reading makes the card count on, so it is read only where somebody asks for proofs. The address
must stay as it was written, because the card has signed its letters: ndeflib writes `=` and `&`
anew, so it is of no use here.
"""

from devices.cards import apdu
from devices.cards.contract import Examiner, Transceiver
from devices.contract import Proof, Sun, Unreachable

_NDEF_APPLICATION = bytes.fromhex("D2760000850101")
_SELECT_FILE = bytes.fromhex("00A4000C02E104")
"""The card's NDEF file (AN12196, 4.1)."""
_READ_ALL = bytes.fromhex("00B0000000")
_LENGTH = 2
_LONGEST = 1024
_HEAD, _PLAIN, _SHORT = 0xAF, 0x81, 0x10
"""Begins its message, is in one piece, has no id, is of a well-known type (NDEF 1.0, 3.2)."""
_URI = b"U"
_BEGINNINGS = (b"", b"http://www.", b"https://www.", b"http://", b"https://")
"""What the first byte of an address stands for (RTD URI 1.0, 3.2.2); the rest are no web pages."""


def first_of(*examiners: Examiner) -> Examiner:
    """Return who asks a card in all these ways until one tells something."""

    def examine(card: Transceiver) -> Proof | None:
        proofs = (examiner(card) for examiner in examiners)
        return next((proof for proof in proofs if proof is not None), None)

    return examine


def address_of(card: Transceiver) -> Proof | None:
    """Return the address that the card shows; None if it shows none."""
    try:
        if apdu.select(card, _NDEF_APPLICATION).status != apdu.ISO_DONE:
            return None
        if apdu.answer(card.transceive(_SELECT_FILE)).status != apdu.ISO_DONE:
            return None
        read = apdu.answer(card.transceive(_READ_ALL))
    except Unreachable:
        return None
    url = url_in(read.data) if read.status == apdu.ISO_DONE else None
    return None if url is None else Sun(url)


def url_in(file: bytes) -> str | None:
    """Return the address in an NDEF file (NFC Forum T4T 2.0, 7.5.1); None for anything else."""
    length = int.from_bytes(file[:_LENGTH])
    message = file[_LENGTH : _LENGTH + length]
    if not message or len(message) < length:
        return None
    return _url_of(_uri_record(message))


def _uri_record(message: bytes) -> bytes:
    """Return what a message's first record holds if that is an address; else nothing."""
    if message[0] & _HEAD != _PLAIN or message[1:2] != b"\x01":
        return b""
    kind_at = 3 if message[0] & _SHORT else 6
    length = int.from_bytes(message[2:kind_at])
    held = message[kind_at + 1 : kind_at + 1 + length]
    return held if message[kind_at : kind_at + 1] == _URI and len(held) == length else b""


def _url_of(held: bytes) -> str | None:
    if not held or held[0] >= len(_BEGINNINGS) or len(held) > _LONGEST:
        return None
    url = _BEGINNINGS[held[0]] + held[1:]
    return url.decode() if url.isascii() and url.decode().isprintable() else None
