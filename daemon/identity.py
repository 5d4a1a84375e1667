"""Which card a tap is of: by its whole number, or by the text of a reader that loses digits."""

from collections.abc import Callable
from typing import NamedTuple

from daemon.proofs import true_uid
from devices import uid_formats
from devices.contract import Tap
from devices.uid_formats import Number


class Identity(NamedTuple):
    """A card's keyed hash and last four digits; an `alias` first has to be told whose it is.

    `texts`: the hashes of what readers that lose digits may write for it; a stranger's are looked
    at as well.
    """

    hash: bytes
    tail: str
    alias: bool
    texts: Callable[[], list[bytes]]


def identity_of(tap: Tap, key: bytes) -> Identity:
    """Return which card the tap is of; a card that proves to have another number is that one."""
    return card_of(Number(tap.uid if tap.proof is None else true_uid(tap), tap.alias), key)


def card_of(number: Number, key: bytes) -> Identity:
    """Return which card a number is of."""

    def texts() -> list[bytes]:
        if number.alias is not None:
            return []
        return [uid_formats.keyed_hash(each, key) for each in uid_formats.aliases_of(number.uid)]

    hashed = uid_formats.keyed_hash(number, key)
    return Identity(hashed, uid_formats.tail(number), number.alias is not None, texts)
