"""A door that staff hold locked opens to no badge, until the hold ends."""

from datetime import datetime

from daemon.access.facts import Facts, Hold
from daemon.access.verdict import Reason, Refused
from daemon.access.words import Text, stamp

_REFUSED = Refused(Reason.HELD_LOCKED)
_FREE = Text("porta non tenuta chiusa", "door not held locked")
_FOR_GOOD = Text("tenuta chiusa fino a nuovo ordine", "held locked until further notice")


def judge(facts: Facts, at: datetime) -> Refused | None:
    """Refuse everybody while the hold lasts; at its end it has ended."""
    if facts.building.hold is not Hold.LOCKED:
        return None
    until = facts.building.hold_until
    return _REFUSED if until is None or at < until else None


def tell(facts: Facts, at: datetime) -> Text:
    """Say whether the door is held, and how long."""
    if judge(facts, at) is None:
        return _FREE
    until = facts.building.hold_until
    if until is None:
        return _FOR_GOOD
    end = stamp(until, facts.calendar.zone)
    return Text(f"tenuta chiusa fino al {end}", f"held locked until {end}")
