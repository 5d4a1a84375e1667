"""While the building is evacuated every door opens, to everybody, again and again."""

from datetime import datetime

from daemon.access.facts import Facts
from daemon.access.verdict import Granted, Reason
from daemon.access.words import Text

_GRANTED = Granted(Reason.FIRE)
_FIRE = Text("evacuazione: ogni porta apre a tutti", "evacuation: every door opens to everybody")
_CALM = Text("nessuna evacuazione", "no evacuation")


def judge(facts: Facts, _at: datetime) -> Granted | None:
    """Grant outright during an evacuation; not even a repeat is left without its unlock."""
    return _GRANTED if facts.building.fire else None


def tell(facts: Facts, _at: datetime) -> Text:
    """Say whether there is an evacuation."""
    return _FIRE if facts.building.fire else _CALM
