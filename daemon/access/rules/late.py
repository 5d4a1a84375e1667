"""A message that came too late is a fact, not a request: it never opens a door."""

from datetime import datetime

from daemon.access.facts import Facts
from daemon.access.verdict import Reason, Refused
from daemon.access.words import Text

_REFUSED = Refused(Reason.LATE)
_LATE = Text("arrivato troppo tardi per aprire", "came too late to open a door")
_IN_TIME = Text("arrivato in tempo", "came in time")


def judge(facts: Facts, _at: datetime) -> Refused | None:
    """Refuse a late message."""
    return _REFUSED if facts.message.late else None


def tell(facts: Facts, _at: datetime) -> Text:
    """Say whether the message came in time."""
    return _LATE if facts.message.late else _IN_TIME
