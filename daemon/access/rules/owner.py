"""A badge must belong to somebody: one whose owner is missing refuses, and staff are warned.

A lent card is known by its passes; it needs no owner.
"""

from datetime import datetime

from daemon.access.facts import Facts
from daemon.access.verdict import Reason, Refused
from daemon.access.words import NO_BADGE, Text

_REFUSED = Refused(Reason.BROKEN_FACTS)
_OWNERLESS = Text(
    "il badge è di una persona che non c'è più: riassegnarlo o bloccarlo",
    "the badge belongs to somebody who is missing: give it to a member or block it",
)
_LENT = Text("tessera di un ospite", "a guest's card")
_OWNED = Text("il badge ha un titolare", "the badge has an owner")


def judge(facts: Facts, _at: datetime) -> Refused | None:
    """Refuse a known badge without an owner."""
    badge = facts.badge
    return _REFUSED if facts.member is None and badge is not None and not badge.lent else None


def tell(facts: Facts, at: datetime) -> Text:
    """Say whether the badge has an owner."""
    if facts.badge is None:
        return NO_BADGE
    if facts.badge.lent:
        return _LENT
    return _OWNED if judge(facts, at) is None else _OWNERLESS
