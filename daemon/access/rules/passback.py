"""Anti-passback: who is inside already does not enter again, so a badge is not handed back out.

`enforce` refuses for as long as they count as inside, `timed` only for a while after they came,
`alert` never: there, and of staff, staff are told instead. Nobody is ever kept from leaving.
"""

from datetime import datetime

from daemon.access.facts import Facts, Passback, Role
from daemon.access.verdict import Reason, Refused
from daemon.access.words import Text, stamp

_REFUSED = Refused(Reason.PASSBACK)
_OFF = Text("nessun controllo di doppio ingresso", "no anti-passback here")
_OUTSIDE = Text("non risulta all'interno", "does not count as inside")


def judge(facts: Facts, at: datetime) -> Refused | None:
    """Refuse a second entry where the door is to enforce that; never staff."""
    if not is_second_entry(facts) or facts.place.passback is Passback.ALERT:
        return None
    if facts.member is not None and facts.member.staff:
        return None
    return _REFUSED if _holds(facts, at) else None


def is_second_entry(facts: Facts) -> bool:
    """Tell whether somebody enters who is inside already, where that matters."""
    place = facts.place
    if place.passback is Passback.OFF or place.role is not Role.ENTRY or not facts.is_new_arrival:
        return False
    return facts.inside_since is not None


def _holds(facts: Facts, at: datetime) -> bool:
    if facts.place.passback is not Passback.TIMED:
        return True
    return facts.inside_since is not None and at < facts.inside_since + facts.place.passback_for


def tell(facts: Facts, at: datetime) -> Text:
    """Say since when they count as inside, and what follows from it."""
    if facts.place.passback is Passback.OFF or facts.place.role is not Role.ENTRY:
        return _OFF
    if facts.inside_since is None:
        return _OUTSIDE
    since = stamp(facts.inside_since, facts.calendar.zone)
    lets = judge(facts, at) is None
    italian = "si lascia passare" if lets else "non si entra due volte"
    english = "is let in all the same" if lets else "nobody enters twice"
    return Text(f"all'interno dal {since}: {italian}", f"inside since {since}: {english}")
