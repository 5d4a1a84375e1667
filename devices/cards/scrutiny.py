"""A look at a card that is to be a badge: is its number NXP's, is its key still the factory's.

Once, at enrolment: neither says at a door that a card is the one it was.
"""

from devices.cards.contract import Looked, Scrutiniser, Transceiver
from devices.cards.examiner import has_delivered_key
from devices.cards.keys import CardKeys
from devices.cards.originality import originality
from devices.contract import DeviceError


def scrutiniser(keys: CardKeys) -> Scrutiniser:
    """Return who looks at new badges; without keys of ours no factory key is asked for."""

    def look(card: Transceiver) -> Looked:
        return Looked(originality(card).value, _is_delivered(card, keys))

    return look


def _is_delivered(card: Transceiver, keys: CardKeys) -> bool:
    try:
        return has_delivered_key(card, keys)
    except DeviceError:
        return False  # taken away too soon, or it speaks no such language
