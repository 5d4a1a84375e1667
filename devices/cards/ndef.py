"""The address that an NTAG 424 DNA shows to whoever reads it (SUN): a proof, not checked yet.

Each reading makes the card count on, so it is read only where somebody asks for proofs.
"""

import struct

import ndef

from devices.cards import apdu
from devices.cards.contract import Examiner, Transceiver
from devices.contract import Proof, Sun, Unreachable

_NDEF_APPLICATION = bytes.fromhex("D2760000850101")
_SELECT_FILE = bytes.fromhex("00A4000C02E104")
"""The card's NDEF file (AN12196, 4.1)."""
_READ_ALL = bytes.fromhex("00B0000000")
_LENGTH = 2
_LONGEST = 1024


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
    try:
        record = next(ndef.message_decoder(message), None)
    except (ndef.DecodeError, ValueError, struct.error):
        return None
    if not isinstance(record, ndef.UriRecord):
        return None
    url = str(record.uri)
    return url if len(url) <= _LONGEST and url.isprintable() and url.isascii() else None
