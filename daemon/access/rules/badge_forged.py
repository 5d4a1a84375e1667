"""A badge that fails to prove it is genuine opens nothing; some doors open for no other.

The number of a card can be copied by anybody; a key that never leaves the card cannot.
"""

from datetime import datetime

from daemon.access.facts import Facts, Shown
from daemon.access.verdict import Reason, Refused
from daemon.access.words import NO_BADGE, Text

_REFUSED = Refused(Reason.BADGE_FORGED)
_NOTHING = Shown.NUMBER
_FORGED = Text(
    "la prova di autenticità del badge non è valida", "the badge's proof of being genuine failed"
)
_GENUINE = Text("il badge ha dimostrato di essere autentico", "the badge proved to be genuine")
_NEEDED = Text(
    "questa porta vuole un badge che dimostri di essere autentico (NTAG 424 DNA o DESFire con le "
    "nostre chiavi); il solo numero non basta",
    "this door wants a badge that proves to be genuine (NTAG 424 DNA or DESFire with our keys); "
    "its number alone is not enough",
)
_NUMBER = Text(
    "a questa porta basta il numero del badge", "at this door a badge's number is enough"
)


def judge(facts: Facts, _at: datetime) -> Refused | None:
    """Refuse a known badge whose proof failed; at a door that demands a proof, one without it."""
    if facts.shown is _NOTHING and not facts.place.cryptographic:
        return None  # nearly every tap
    if facts.shown is Shown.PROOF or facts.badge is None:
        return None
    return _REFUSED


def tell(facts: Facts, _at: datetime) -> Text:
    """Say what the badge showed, or what it would have to."""
    if facts.shown is Shown.FORGERY:
        return _FORGED
    if facts.shown is Shown.PROOF:
        return _GENUINE
    if facts.place.cryptographic:
        return _NEEDED
    return NO_BADGE if facts.badge is None else _NUMBER
