"""What a tap shows beside the badge's number: a proof that holds, one that fails, or nothing.

A SUN address is good once: its counter must be above all that its card has shown. While the
database can't be written the last known one is kept in memory (`adrift.py`).
"""

from collections.abc import Callable
from typing import NamedTuple

from daemon.access.facts import Shown
from devices.cards.shown import Genuine
from devices.contract import Forged, Proven, Sun, Tap
from devices.uid import Uid

_REPLAYED = "the address was used before"
_ANOTHERS = "the address is that of another card"
_SUN = "sun"

Rises = Callable[[int], bool | None]
"""Takes note of a card's counter; False if it is an old one, None if nobody can tell."""


class Exhibit(NamedTuple):
    """What was shown. `word`: the method of a proof, or why it failed."""

    shown: Shown
    word: str = ""


NOTHING = Exhibit(Shown.NUMBER)


def _knows_no_keys(_: str) -> None:
    return None


class Expert(NamedTuple):
    """Who knows the keys of our cards: `check` tells whose a SUN address is, None without keys."""

    check: Callable[[str], Genuine | Forged | None] = _knows_no_keys

    def judged(self, tap: Tap, rises: Rises, *, late: bool) -> Exhibit:
        """Return what the tap shows."""
        match tap.proof:
            case None:
                return NOTHING
            case Proven(method):
                return Exhibit(Shown.PROOF, method)
            case Forged(why):
                return Exhibit(Shown.FORGERY, why)
            case Sun(url):
                return _of_sun(self.check(url), tap.uid, rises, late=late)


NOBODY = Expert()
"""The expert of a house without keys: there a SUN address shows nothing."""


def _of_sun(found: Genuine | Forged | None, uid: Uid, rises: Rises, *, late: bool) -> Exhibit:
    match found:
        case None:
            return NOTHING
        case Forged(why):
            return Exhibit(Shown.FORGERY, why)
        case Genuine():
            if found.uid != uid:
                return Exhibit(Shown.FORGERY, _ANOTHERS)
            return _counted(found, rises, late=late)


def _counted(found: Genuine, rises: Rises, *, late: bool) -> Exhibit:
    """Return whether an address was new. One that came late may have been overtaken by a newer.

    That accuses nobody, and proves nothing.
    """
    risen = rises(found.counter)
    if risen:
        return Exhibit(Shown.PROOF, _SUN)
    if risen is None or late:
        return NOTHING
    return Exhibit(Shown.FORGERY, _REPLAYED)


def true_uid(tap: Tap) -> Uid:
    """Return the number that counts: the one told under a key, where the card shows another."""
    if isinstance(tap.proof, Proven) and tap.proof.uid is not None:
        return tap.proof.uid
    return tap.uid


def said(exhibit: Exhibit) -> dict[str, object]:
    """Return what the journal says of it: nothing where there was no proof."""
    match exhibit.shown:
        case Shown.NUMBER:
            return {}
        case Shown.PROOF:
            return {"strength": "cryptographic", "method": exhibit.word}
        case Shown.FORGERY:
            return {"forged": exhibit.word}
