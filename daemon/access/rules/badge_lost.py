"""A badge reported lost opens nothing, whoever found it."""

from datetime import datetime

from daemon.access.facts import BadgeStatus, Facts
from daemon.access.verdict import Reason, Refused
from daemon.access.words import NO_BADGE, Text

_REFUSED = Refused(Reason.BADGE_LOST)
_LOST = Text("badge smarrito", "badge lost")
_FINE = Text("badge non smarrito", "badge not lost")


def judge(facts: Facts, _at: datetime) -> Refused | None:
    """Refuse a badge that is lost."""
    badge = facts.badge
    return _REFUSED if badge is not None and badge.status is BadgeStatus.LOST else None


def tell(facts: Facts, at: datetime) -> Text:
    """Say whether the badge is lost."""
    if facts.badge is None:
        return NO_BADGE
    return _FINE if judge(facts, at) is None else _LOST
