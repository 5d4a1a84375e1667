"""A PIN that is not the member's opens nothing; after five wrong ones neither does the right one.

Ten minutes later it does again, so four digits last for weeks against somebody who tries them all.
"""

from datetime import datetime

from daemon.access.facts import Facts, PinShown
from daemon.access.verdict import Reason, Refused
from daemon.access.words import Text

_REFUSED = Refused(Reason.PIN_WRONG)
_NONE = Text("nessun PIN sbagliato", "no wrong PIN")
_WRONG = Text("PIN sbagliato, o troppi sbagliati di recente", "wrong PIN, or too many of late")


def judge(facts: Facts, _at: datetime) -> Refused | None:
    """Refuse a wrong PIN where the door wants one."""
    asked = facts.place.pin and facts.is_new_arrival
    return _REFUSED if asked and facts.pin is PinShown.WRONG else None


def tell(facts: Facts, at: datetime) -> Text:
    """Say whether the PIN was wrong."""
    return _NONE if judge(facts, at) is None else _WRONG
