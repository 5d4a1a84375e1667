"""Asks a card at one of this host's readers to prove itself: finds out its kind, then its key.

A new kind of card is a line in `_KINDS`.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from devices.cards import apdu
from devices.cards.contract import Examiner, Transceiver
from devices.cards.keys import AppKeys, CardKeys
from devices.cards.mutual import (
    CardFails,
    Randomness,
    Session,
    Unwilling,
    ev1_aes,
    ev2_first,
)
from devices.cards.true_number import true_number
from devices.contract import Forged, Proof, Proven, Unreachable
from devices.uid import Uid

_SELECT_APPLICATION = 0x5A
_NTAG_424 = bytes.fromhex("D2760000850101")
_SHORT, _RANDOM = 4, 0x08
_DELIVERED = bytes(16)

Authenticate = Callable[[Transceiver, bytes, int, Randomness], Session]


def _select_ntag424(card: Transceiver, _: AppKeys) -> bool:
    return apdu.select(card, _NTAG_424).status == apdu.ISO_DONE


def _select_desfire(card: Transceiver, app: AppKeys) -> bool:
    """Select our application; its number goes low byte first."""
    found = apdu.native(card, _SELECT_APPLICATION, app.application[::-1])
    return found.status == apdu.DONE


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a card is found to be of this kind, and the ways it may prove itself, best first."""

    keys: Callable[[CardKeys], AppKeys | None]
    select: Callable[[Transceiver, AppKeys], bool]
    ways: tuple[tuple[str, Authenticate], ...]


_KINDS = (
    _Kind(
        lambda keys: keys.desfire,
        _select_desfire,
        (("desfire-ev2", ev2_first), ("desfire-ev1", ev1_aes)),
    ),
    _Kind(lambda keys: keys.ntag424, _select_ntag424, (("ntag424", ev2_first),)),
)


def examiner(keys: CardKeys, random: Randomness = secrets.token_bytes) -> Examiner:
    """Return who asks cards for these keys.

    A card that has none of our applications, or has gone, is not accused: it proves nothing.
    """
    kinds = [(kind, app) for kind in _KINDS if (app := kind.keys(keys)) is not None]

    def examine(card: Transceiver) -> Proof | None:
        try:
            for kind, app in kinds:
                if kind.select(card, app):
                    return _proof(card, kind, app, random)
        except Unreachable:
            pass
        return None

    return examine


def _proof(card: Transceiver, kind: _Kind, app: AppKeys, random: Randomness) -> Proof | None:
    try:
        if not _is_random(card.uid):
            way, _ = _authenticated(card, kind, (app.key_of(card.uid), app.number), random)
            return Proven(way)
        number = _told(card, app, random)
        if number is None:
            return None
        way, _ = _authenticated(card, kind, (app.key_of(number), app.number), random)
        return Proven(way, number)
    except CardFails as why:
        return Forged(str(why))


def _told(card: Transceiver, app: AppKeys, random: Randomness) -> Uid | None:
    """Return the number of a card that shows a random one; None of one that we can't ask.

    DESFire EV1 tells it in another way, which we do not speak.
    """
    if app.shared is None:
        return None
    try:
        session = ev2_first(card, app.shared, app.shared_number, random)
    except Unwilling:
        return None
    return true_number(card, session)


def _authenticated(
    card: Transceiver, kind: _Kind, key: tuple[bytes, int], random: Randomness
) -> tuple[str, Session]:
    """Authenticate in the first way that the card will begin; raises CardFails."""
    refusal = Unwilling("the card knows no way to prove itself")
    for name, authenticate in kind.ways:
        try:
            return name, authenticate(card, *key, random)
        except Unwilling as why:
            refusal = why
    raise refusal


def _is_random(uid: Uid) -> bool:
    return len(uid) == _SHORT and uid[0] == _RANDOM


def has_delivered_key(
    card: Transceiver, keys: CardKeys, random: Randomness = secrets.token_bytes
) -> bool:
    """Tell whether the card still takes the key of all zeros that it was delivered with.

    To be asked at enrolment: anybody can make such a card prove anything.
    """
    for kind in _KINDS:
        app = kind.keys(keys)
        if app is not None and kind.select(card, app):
            return _takes(card, kind, app.number, random)
    return False


def _takes(card: Transceiver, kind: _Kind, number: int, random: Randomness) -> bool:
    try:
        _authenticated(card, kind, (_DELIVERED, number), random)
    except CardFails:
        return False
    return True
