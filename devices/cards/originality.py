"""NXP's signature over a card's number: a look at enrolment, worth nothing at a door.

It says that NXP made a chip of this number; a copy of number and signature passes as well. ECDSA
over the bare number, no hash (NXP AN11350, AN12196 7.2).
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import NamedTuple

from devices.cards import apdu
from devices.cards.contract import Transceiver
from devices.cards.signers import SIGNERS
from devices.contract import DeviceError
from devices.uid import Uid

_READ_SIG = 0x3C
_UNWRAPPED = b"\x3c\x00"
_ADDRESS = b"\0"
_STATUS = (0x9190, apdu.DONE)


class Originality(StrEnum):
    """What the signature says of a card's number."""

    SIGNED = "signed"
    NOT_SIGNED = "not-signed"
    NONE = "none"
    UNKNOWN = "unknown"


class Words(NamedTuple):
    """What staff read, in Italian and English."""

    italian: str
    english: str


WORDS: Mapping[Originality, Words] = {
    Originality.SIGNED: Words(
        "NXP ha fatto un chip con questo numero; non prova che sia proprio questo: anche la firma "
        "si può copiare",
        "NXP made a chip with this number; that is no proof that it is this one: the signature "
        "can be copied as well",
    ),
    Originality.NOT_SIGNED: Words(
        "la firma non è di NXP: il chip è un'imitazione o una copia",
        "the signature is not NXP's: the chip is an imitation or a copy",
    ),
    Originality.NONE: Words(
        "la carta non ha una firma; molte carte originali non l'hanno",
        "the card has no signature; many genuine ones have none",
    ),
    Originality.UNKNOWN: Words(
        "la firma non si può verificare qui: installare usciere[nfc]",
        "the signature can't be checked here: install usciere[nfc]",
    ),
}


def originality(card: Transceiver) -> Originality:
    """Read the signature and say what it says; never raises."""
    try:
        return judged(card.uid, _signature(card))
    except DeviceError:
        return Originality.NONE


def judged(uid: Uid, signature: bytes) -> Originality:
    """Say what a signature says of a number; all zeros, as nfcpy makes of no answer, is not one."""
    if len(signature) not in SIGNERS:
        return Originality.NONE if not signature else Originality.NOT_SIGNED
    try:
        is_by = _verifier(len(signature))
    except ImportError:
        return Originality.UNKNOWN
    signed = any(is_by(signer.key, uid, signature) for signer in SIGNERS[len(signature)])
    return Originality.SIGNED if signed else Originality.NOT_SIGNED


def _signature(card: Transceiver) -> bytes:
    """Return the signature; cards that speak ISO 7816 answer the wrapped command, others the bare.

    Who does not know it answers with a status, or with four bits that say no (NTAG21x, 10.1).
    """
    told = apdu.native(card, _READ_SIG, _ADDRESS)
    if told.status in _STATUS:
        return told.data
    bare = card.transceive(_UNWRAPPED)
    return bare if len(bare) in SIGNERS else b""


def _verifier(length: int) -> Callable[[str, Uid, bytes], bool]:
    # The extra [nfc] brings it; only readers of this host need it.
    from ecdsa.curves import NIST192p, NIST224p, SECP128r1  # noqa: PLC0415 - as above
    from ecdsa.errors import MalformedPointError  # noqa: PLC0415 - as above
    from ecdsa.keys import BadSignatureError, VerifyingKey  # noqa: PLC0415 - as above

    curve = {32: SECP128r1, 48: NIST192p, 56: NIST224p}[length]

    def is_by(key: str, uid: Uid, signature: bytes) -> bool:
        try:
            verifying = VerifyingKey.from_string(bytes.fromhex(key), curve)
            return bool(verifying.verify_digest(signature, uid))
        except (BadSignatureError, MalformedPointError):
            return False

    return is_by
