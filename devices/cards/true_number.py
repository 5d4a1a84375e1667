"""The number of a card that shows a random one, asked for under a key (GetCardUID, 51).

Enciphered and signed by the session's keys: NXP AN12196, 6.10 (rev. 2.0: table 28).
"""

from devices.cards import aes, apdu
from devices.cards.contract import Transceiver
from devices.cards.mutual import Impostor, Session
from devices.uid import LENGTHS, Uid

_GET_CARD_UID = 0x51
_MAC_LENGTH = 8
_PADDING = b"\x80"
_FIRST, _SECOND = b"\0\0", b"\1\0"
"""The command's counter as it is sent first after authentication, and as its answer counts."""


def true_number(card: Transceiver, session: Session) -> Uid:
    """Return the number; raises Impostor if the answer is not the session's."""
    asked = bytes([_GET_CARD_UID]) + _FIRST + session.ti
    told = apdu.native(card, _GET_CARD_UID, aes.cut_cmac(session.mac, asked))
    if told.status != apdu.DONE or len(told.data) != aes.BLOCK + _MAC_LENGTH:
        raise Impostor("the card does not tell its number")
    sealed, mac = told.data[: aes.BLOCK], told.data[aes.BLOCK :]
    if not aes.is_same(aes.cut_cmac(session.mac, b"\0" + _SECOND + session.ti + sealed), mac):
        raise Impostor("the number is not signed by the card")
    iv = aes.block(session.enc, bytes.fromhex("5AA5") + session.ti + _SECOND + bytes(8))
    number = aes.decrypted(session.enc, sealed, iv).rstrip(b"\0")
    if number[-1:] != _PADDING or len(number) - 1 not in LENGTHS:
        raise Impostor("the number has an odd length")
    return Uid(number[:-1])
