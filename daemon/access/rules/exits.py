"""Nobody is locked in: an exit opens for every known badge, whatever else is wrong with it."""

from datetime import datetime

from daemon.access.facts import Facts, Role
from daemon.access.verdict import Granted, Reason
from daemon.access.words import NO_BADGE, Text

_GRANTED = Granted(Reason.EXIT)
_EXIT = Text("uscita: apre a ogni badge registrato", "exit: opens for every enrolled badge")
_NO_EXIT = Text("questo lettore non è un'uscita", "this reader is no exit")


def judge(facts: Facts, _at: datetime) -> Granted | None:
    """Grant a known badge at an exit; asked once everything else has refused."""
    if facts.place.role is Role.EXIT and facts.badge is not None:
        return _GRANTED
    return None


def tell(facts: Facts, at: datetime) -> Text:
    """Say whether this is an exit."""
    if facts.place.role is not Role.EXIT:
        return _NO_EXIT
    return NO_BADGE if judge(facts, at) is None else _EXIT
