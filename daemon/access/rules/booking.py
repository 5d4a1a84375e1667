"""The right of a booking: its holder gets into the room, and through the entrance on the way."""

from datetime import datetime

from daemon.access.facts import Facts, PassKind
from daemon.access.openings import judged
from daemon.access.verdict import Granted, Reason, Refused
from daemon.access.words import NO_MEMBER, Text, told_right

_GRANTED = Granted(Reason.BOOKING)
_HELD = Text("prenotazione del membro in corso", "the member's booking is on")
_NONE = Text("nessuna prenotazione apre questa porta", "no booking opens this door")


def judge(facts: Facts, at: datetime) -> Granted | Refused | None:
    """Grant to the holder from early to late, never inside somebody else's slot."""
    return None if facts.member is None else judged(facts, at, PassKind.BOOKING, _GRANTED)


def tell(facts: Facts, at: datetime) -> Text:
    """Say whether a booking of the member opens the door, or when it will."""
    if facts.member is None:
        return NO_MEMBER
    return told_right(judge(facts, at), facts.calendar.zone, _HELD, _NONE)
