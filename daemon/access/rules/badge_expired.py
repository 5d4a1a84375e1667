"""A badge lent for a time opens nothing from the end of that time on."""

from datetime import datetime

from daemon.access.facts import Facts
from daemon.access.verdict import Reason, Refused
from daemon.access.words import NO_BADGE, Text, stamp

_REFUSED = Refused(Reason.BADGE_EXPIRED)
_FOR_EVER = Text("badge senza scadenza", "badge without an end")


def judge(facts: Facts, at: datetime) -> Refused | None:
    """Refuse a badge from `valid_until` on."""
    badge = facts.badge
    if badge is None or badge.valid_until is None or at < badge.valid_until:
        return None
    return _REFUSED


def tell(facts: Facts, at: datetime) -> Text:
    """Say until when the badge is valid."""
    if facts.badge is None:
        return NO_BADGE
    if facts.badge.valid_until is None:
        return _FOR_EVER
    end = stamp(facts.badge.valid_until, facts.calendar.zone)
    if judge(facts, at) is None:
        return Text(f"badge valido fino al {end}", f"badge valid until {end}")
    return Text(f"badge scaduto il {end}", f"badge expired on {end}")
