"""The right of staff: they may go everywhere, always."""

from datetime import datetime

from daemon.access.facts import Facts
from daemon.access.verdict import Granted, Reason
from daemon.access.words import NO_MEMBER, Text

_GRANTED = Granted(Reason.STAFF)
_STAFF = Text("fa parte dello staff", "is staff")
_NO_STAFF = Text("non fa parte dello staff", "is not staff")


def judge(facts: Facts, _at: datetime) -> Granted | None:
    """Grant to staff."""
    return _GRANTED if facts.member is not None and facts.member.staff else None


def tell(facts: Facts, at: datetime) -> Text:
    """Say whether the member is staff."""
    if facts.member is None:
        return NO_MEMBER
    return _NO_STAFF if judge(facts, at) is None else _STAFF
