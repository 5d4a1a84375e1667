"""The right of an attendee: the gathering's room and the entrance in its window and only then."""

from collections.abc import Sequence
from datetime import datetime

from daemon.access.facts import Facts, Pass, PassKind
from daemon.access.verdict import Granted, Reason, Refused
from daemon.access.words import Text, stamp

_GRANTED = Granted(Reason.GATHERING)
_NO_GATHERING = Text("nessun corso o evento per questa porta", "no gathering for this door")


def judge(facts: Facts, at: datetime) -> Granted | Refused | None:
    """Grant from the stroke it begins until the stroke it ends, else say when it begins."""
    if holding(facts, at) is not None:
        return _GRANTED
    starts = [each.start for each in _for_this_door(facts, at)]
    return Refused(Reason.TOO_EARLY, min(starts)) if starts else None


def holding(facts: Facts, at: datetime) -> Pass | None:
    """Return the pass by which an attendee is let in now: the first to end."""
    return next((each for each in _for_this_door(facts, at) if each.start <= at), None)


def tell(facts: Facts, at: datetime) -> Text:
    """Say which window there is for an attendee."""
    match judge(facts, at):
        case Granted():
            here = holding(facts, at)
            assert here is not None  # noqa: S101 - it has just been granted
            until = stamp(here.end, facts.calendar.zone)
            return Text(f"iscrizione valida fino al {until}", f"on the list until {until}")
        case Refused(_, datetime() as opens_at):
            start = stamp(opens_at, facts.calendar.zone)
            return Text(f"iscrizione valida dal {start}", f"on the list from {start} on")
        case _:
            return _NO_GATHERING


def _for_this_door(facts: Facts, at: datetime) -> Sequence[Pass]:
    place = facts.place
    return [
        each
        for each in facts.passes
        if each.kind is PassKind.GATHERING
        and (place.entrance or each.room == place.room)
        and at < each.end
    ]
