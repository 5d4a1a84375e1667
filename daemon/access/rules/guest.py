"""The right of a guest: whom the holder of a booking brings along, a member or with a lent card."""

from datetime import datetime

from daemon.access.facts import Facts, PassKind
from daemon.access.openings import judged, openings
from daemon.access.verdict import Granted, Reason, Refused
from daemon.access.words import Text, told_right

_GRANTED = Granted(Reason.GUEST)
_INVITED = Text("ospite di una prenotazione in corso", "guest of a booking that is on")
_NONE = Text("nessun invito apre questa porta", "no invitation opens this door")


def judge(facts: Facts, at: datetime) -> Granted | Refused | None:
    """Grant to a guest when the holder would be granted; to a stranger it does not apply.

    It speaks for every lent card, so that a room says to each of them why it stays shut.
    """
    badge = facts.badge
    applies = (badge is not None and badge.lent) or any(openings(facts, PassKind.GUEST))
    return judged(facts, at, PassKind.GUEST, _GRANTED) if applies else None


def tell(facts: Facts, at: datetime) -> Text:
    """Say whether an invitation opens the door, or when it will."""
    return told_right(judge(facts, at), facts.calendar.zone, _INVITED, _NONE)
