"""A membership opens nothing from its end on."""

from datetime import datetime

from daemon.access.facts import Facts
from daemon.access.verdict import Reason, Refused
from daemon.access.words import NO_MEMBER, Text, stamp

_REFUSED = Refused(Reason.MEMBERSHIP_EXPIRED)
_NO_END = Text("iscrizione senza scadenza", "membership without an end")


def judge(facts: Facts, at: datetime) -> Refused | None:
    """Refuse a member from `valid_until` on."""
    member = facts.member
    if member is None or member.valid_until is None or at < member.valid_until:
        return None
    return _REFUSED


def tell(facts: Facts, at: datetime) -> Text:
    """Say until when the member is one."""
    if facts.member is None:
        return NO_MEMBER
    if facts.member.valid_until is None:
        return _NO_END
    end = stamp(facts.member.valid_until, facts.calendar.zone)
    if judge(facts, at) is None:
        return Text(f"iscrizione valida fino al {end}", f"membership valid until {end}")
    return Text(f"iscrizione scaduta il {end}", f"membership expired on {end}")
