"""A room that enforces its capacity takes nobody in once it is full."""

from datetime import datetime

from daemon.access.facts import Facts, Role
from daemon.access.verdict import Reason, Refused
from daemon.access.words import Text

_REFUSED = Refused(Reason.CAPACITY)
_UNLIMITED = Text("nessun limite imposto", "no limit enforced")


def judge(facts: Facts, _at: datetime) -> Refused | None:
    """Refuse at a full room, but nobody who leaves, is there already, or is staff."""
    place = facts.place
    if place.enforced_capacity is None or place.present < place.enforced_capacity:
        return None
    if place.already_there or place.role is Role.EXIT:
        return None
    return None if facts.member is not None and facts.member.staff else _REFUSED


def tell(facts: Facts, _at: datetime) -> Text:
    """Say how full the room is."""
    place = facts.place
    if place.enforced_capacity is None:
        return _UNLIMITED
    share = f"{place.present}/{place.enforced_capacity}"
    return Text(f"{share} persone nella sala", f"{share} people in the room")
