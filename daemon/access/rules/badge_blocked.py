"""A badge that staff have blocked opens nothing."""

from datetime import datetime

from daemon.access.facts import BadgeStatus, Facts
from daemon.access.verdict import Reason, Refused
from daemon.access.words import NO_BADGE, Text

_REFUSED = Refused(Reason.BADGE_BLOCKED)
_BLOCKED = Text("badge bloccato", "badge blocked")
_FINE = Text("badge non bloccato", "badge not blocked")


def judge(facts: Facts, _at: datetime) -> Refused | None:
    """Refuse a badge that is blocked."""
    badge = facts.badge
    return _REFUSED if badge is not None and badge.status is BadgeStatus.BLOCKED else None


def tell(facts: Facts, at: datetime) -> Text:
    """Say whether the badge is blocked."""
    if facts.badge is None:
        return NO_BADGE
    return _FINE if judge(facts, at) is None else _BLOCKED
