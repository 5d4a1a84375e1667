"""PINs beside badges: how one is kept, and whether what was typed is it.

Kept as a keyed hash of member and digits, with the site's badge key: the database alone gives no
PIN away. Whoever has both can try ten thousand in no time; nothing helps there but longer ones.
"""

import hashlib
import hmac
import re
from dataclasses import replace
from datetime import datetime, timedelta

from daemon.access.facts import PinShown
from daemon.store.guard import Kept
from daemon.store.sight import Sight
from devices.contract import Pin

MOST_WRONG = 5
REST = timedelta(minutes=10)
SHORTEST, LONGEST = 4, 8
_PERSON = b"usciere pin"
_PIN = re.compile(rf"[0-9]{{{SHORTEST},{LONGEST}}}", re.ASCII)


def is_pin(text: str) -> bool:
    """Tell whether a PIN can look like this."""
    return _PIN.fullmatch(text) is not None


def pin_hash(member: str, digits: str, key: bytes) -> bytes:
    """Return what is kept instead of a member's PIN."""
    text = f"{member}\0{digits}".encode()
    return hashlib.blake2b(text, key=key, digest_size=32, person=_PERSON).digest()


def entered(sight: Sight, pin: Pin, key: bytes, at: datetime) -> Sight:
    """Return the sight with what was entered among its facts; nothing where no PIN is asked."""
    facts = sight.facts
    if not facts.place.pin:
        return sight
    member = None if facts.member is None else facts.member.id
    right = member is not None and _is_right(member, pin, sight.pin, key, at)
    shown = PinShown.RIGHT if right else PinShown.WRONG
    return sight._replace(facts=replace(facts, pin=shown))


def _is_right(member: str, pin: Pin, kept: Kept | None, key: bytes, at: datetime) -> bool:
    if kept is None or not is_pin(pin.digits) or rests(kept, at):
        return False
    return hmac.compare_digest(kept.hash, pin_hash(member, pin.digits, key))


def rests(kept: Kept, at: datetime) -> bool:
    """Tell whether so many wrong ones came lately that no PIN is looked at."""
    if kept.wrong < MOST_WRONG or kept.wrong_at is None:
        return False
    return at < kept.wrong_at + REST
