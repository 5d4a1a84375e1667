"""A membership opens nothing before its first moment."""

from datetime import datetime

from daemon.access.facts import Facts
from daemon.access.verdict import Reason, Refused
from daemon.access.words import NO_MEMBER, Text, stamp

_NO_START = Text("iscrizione senza data d'inizio", "membership without a start")


def judge(facts: Facts, at: datetime) -> Refused | None:
    """Refuse a member before `valid_from`, and say when that is."""
    member = facts.member
    if member is None or member.valid_from is None or at >= member.valid_from:
        return None
    return Refused(Reason.MEMBERSHIP_NOT_STARTED, opens_at=member.valid_from)


def tell(facts: Facts, at: datetime) -> Text:
    """Say from when the member is one."""
    if facts.member is None:
        return NO_MEMBER
    if facts.member.valid_from is None:
        return _NO_START
    start = stamp(facts.member.valid_from, facts.calendar.zone)
    if judge(facts, at) is None:
        return Text(f"iscrizione iniziata il {start}", f"membership started on {start}")
    return Text(f"iscrizione inizia il {start}", f"membership starts on {start}")
