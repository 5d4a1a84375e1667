"""Only an enrolled badge opens a door."""

from datetime import datetime

from daemon.access.facts import Facts
from daemon.access.verdict import Reason, Refused
from daemon.access.words import Text

_REFUSED = Refused(Reason.UNKNOWN_BADGE)
_UNKNOWN = Text("badge non registrato", "badge not enrolled")


def judge(facts: Facts, _at: datetime) -> Refused | None:
    """Refuse a badge nobody has enrolled."""
    return _REFUSED if facts.badge is None else None


def tell(facts: Facts, _at: datetime) -> Text:
    """Say which badge it is, by its last four digits."""
    if facts.badge is None:
        return _UNKNOWN
    tail = facts.badge.tail
    return Text(f"badge registrato, termina con {tail}", f"badge enrolled, ending in {tail}")
