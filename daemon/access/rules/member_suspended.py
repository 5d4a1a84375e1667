"""A suspended member stays outside, staff too."""

from datetime import datetime

from daemon.access.facts import Facts, MemberStatus
from daemon.access.verdict import Reason, Refused
from daemon.access.words import NO_MEMBER, Text

_REFUSED = Refused(Reason.MEMBER_SUSPENDED)
_SUSPENDED = Text("iscrizione sospesa", "membership suspended")
_ACTIVE = Text("iscrizione non sospesa", "membership not suspended")


def judge(facts: Facts, _at: datetime) -> Refused | None:
    """Refuse a suspended member."""
    member = facts.member
    return _REFUSED if member is not None and member.status is MemberStatus.SUSPENDED else None


def tell(facts: Facts, at: datetime) -> Text:
    """Say whether the member is suspended."""
    if facts.member is None:
        return NO_MEMBER
    return _ACTIVE if judge(facts, at) is None else _SUSPENDED
