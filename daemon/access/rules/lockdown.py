"""In a lockdown no badge opens anything, staff's neither; exit buttons still do."""

from datetime import datetime

from daemon.access.facts import Facts
from daemon.access.verdict import Reason, Refused
from daemon.access.words import Text

_REFUSED = Refused(Reason.LOCKDOWN)
_LOCKED = Text("edificio bloccato: nessun badge apre", "lockdown: no badge opens a door")
_CALM = Text("edificio non bloccato", "no lockdown")


def judge(facts: Facts, _at: datetime) -> Refused | None:
    """Refuse everybody during a lockdown."""
    return _REFUSED if facts.building.lockdown else None


def tell(facts: Facts, _at: datetime) -> Text:
    """Say whether the building is locked down."""
    return _LOCKED if facts.building.lockdown else _CALM
