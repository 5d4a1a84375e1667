"""The right to walk in: some bookable rooms let any member in while they are free."""

from datetime import datetime

from daemon.access.facts import Facts, Role
from daemon.access.openings import is_welcome
from daemon.access.verdict import Granted, Reason, Refused
from daemon.access.words import NO_MEMBER, Text, told_right
from daemon.bookings import free_from, running, stay

_GRANTED = Granted(Reason.WALK_IN)
_FREE = Text("sala libera: si entra senza prenotare", "the room is free: one may walk in")
_NOT_HERE = Text("qui non si entra senza prenotare", "nobody walks in here without a booking")
_TAKEN = Text("la sala non è libera", "the room is not free")


def judge(facts: Facts, at: datetime) -> Granted | Refused | None:
    """Grant a member a free room; not where the next holder may come in already."""
    member, place = facts.member, facts.place
    if member is None or not _is_offered(facts):
        return None
    if stay(facts.slots, at, member.id, place) is not None:
        return _GRANTED
    opens = free_from(facts.slots, at, member.id, place)
    if opens is not None and not is_welcome(facts, opens):
        opens = None
    taken = running(facts.slots, at) is not None
    return Refused(Reason.BOOKED_BY_OTHER if taken else Reason.NO_BOOKING, opens)


def tell(facts: Facts, at: datetime) -> Text:
    """Say whether one may walk in, or when that will be."""
    if facts.member is None:
        return NO_MEMBER
    if not _is_offered(facts):
        return _NOT_HERE
    return told_right(judge(facts, at), facts.calendar.zone, _FREE, _TAKEN)


def _is_offered(facts: Facts) -> bool:
    place = facts.place
    return place.bookable and place.walk_in and place.role is not Role.EXIT
