"""The right of a visitor: the doors that the pass names, in its time, while uses are left."""

from collections.abc import Sequence
from datetime import datetime

from daemon.access.facts import Facts, Pass, PassKind
from daemon.access.verdict import Granted, Reason, Refused
from daemon.access.words import Text, stamp

_GRANTED = Granted(Reason.VISITOR)
_NO_USE_LEFT = Refused(Reason.NO_ENTRIES_LEFT)
_HOST_IS_OUT = Refused(Reason.TOO_EARLY)
_NO_VISITOR = Text("nessuna visita per questa porta", "no visit for this door")
_WORDS = {
    _NO_USE_LEFT: Text("ingressi della visita esauriti", "the visit's entries are used up"),
    _HOST_IS_OUT: Text("chi ospita non è ancora qui", "the host is not in"),
}


def judge(facts: Facts, at: datetime) -> Granted | Refused | None:
    """Grant what a pass allows now, else say what stands in its way.

    Of several that run, the first that grants counts; if none does, the first to end tells why.
    Waiting for the host is `too-early` without an opening: nobody knows when the host comes.
    """
    passes = _for_this_door(facts, at)
    if holding(facts, at) is not None:
        return _GRANTED
    running = next((_obstacle(each) for each in passes if each.start <= at), None)
    if running is not None:
        return running
    starts = [each.start for each in passes if each.uses != 0]
    return Refused(Reason.TOO_EARLY, min(starts)) if starts else None


def holding(facts: Facts, at: datetime) -> Pass | None:
    """Return the pass by which a visitor is let in now: the first to end of those that allow it."""
    for each in _for_this_door(facts, at):
        if each.start <= at and _obstacle(each) is None:
            return each
    return None


def tell(facts: Facts, at: datetime) -> Text:
    """Say what the visitor's pass allows or why not."""
    match judge(facts, at):
        case None:
            return _NO_VISITOR
        case Granted():
            here = holding(facts, at)
            assert here is not None  # noqa: S101 - it has just been granted
            until = stamp(here.end, facts.calendar.zone)
            return Text(f"visita fino al {until}", f"visit until {until}")
        case Refused(_, opens_at) as refused:
            if opens_at is None:
                return _WORDS[refused]
            start = stamp(opens_at, facts.calendar.zone)
            return Text(f"visita dal {start}", f"visit from {start} on")


def _for_this_door(facts: Facts, at: datetime) -> Sequence[Pass]:
    door = facts.place.door
    return [
        each
        for each in facts.passes
        if each.kind is PassKind.VISITOR and door in each.doors and at < each.end
    ]


def _obstacle(visit: Pass) -> Refused | None:
    if visit.uses == 0:
        return _NO_USE_LEFT
    return _HOST_IS_OUT if visit.host_is_in is False else None
