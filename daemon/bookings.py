"""Rooms for a time, pure: when a booking opens its room, who has it now, until when it is free.

Everything is half-open and knows only moments; summer time has no say in it. Slots are the live
bookings of one room: they never overlap, and come in their order.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from daemon.access.facts import Place, Slot

LONGEST_STAY = timedelta(hours=2)
"""How long somebody who walks in has the room, if nobody has booked it before that."""


_KNOWN = 2  # slots to come, if there are as many


class Opening(NamedTuple):
    """From `opens` on, until `closes`."""

    opens: datetime
    closes: datetime

    def holds(self, at: datetime) -> bool:
        """Tell whether it is open at a moment."""
        return self.opens <= at < self.closes


def opening(slot: Slot, neighbours: Sequence[Slot], place: Place) -> Opening:
    """Return when a slot opens its room: early and late, but never inside somebody else's slot.

    `neighbours`: other slots of the room, as far as they are known; the slot itself may be among
    them. Slots of the same member do not stand in each other's way.
    """
    others = [each for each in neighbours if not _are_of_one(each, slot)]
    before = [each.end for each in others if each.end <= slot.start]
    after = [each.start for each in others if slot.end <= each.start]
    return Opening(max([slot.start - place.early, *before]), min([slot.end + place.late, *after]))


def running(slots: Sequence[Slot], at: datetime) -> Slot | None:
    """Return the slot that has the room at a moment."""
    return next((slot for slot in slots if slot.start <= at < slot.end), None)


def following(slots: Sequence[Slot], at: datetime) -> Slot | None:
    """Return the first slot that has yet to begin."""
    return next((slot for slot in slots if at < slot.start), None)


def stay(slots: Sequence[Slot], at: datetime, member: str, place: Place) -> datetime | None:
    """Return until when a member who walks in may have the room; None while it is not free.

    Nor is it where the next holder may come in already.
    """
    if running(slots, at) is not None:
        return None
    coming = following(slots, at)
    if coming is None:
        return at + LONGEST_STAY
    if coming.member != member and coming.start - place.early <= at:
        return None
    return min(coming.start, at + LONGEST_STAY)


def free_from(slots: Sequence[Slot], at: datetime, member: str, place: Place) -> datetime | None:
    """Return the first moment, from `at` on, at which a member could walk in.

    None where that lies behind the second slot to come: nobody knows what comes right after it.
    """
    if stay(slots, at, member, place) is not None:
        return at
    coming = sum(at < slot.start for slot in slots)
    known = slots if coming < _KNOWN else slots[:-1]
    ends = [slot.end for slot in known if at < slot.end]
    return next((end for end in ends if stay(slots, end, member, place) is not None), None)


def missed_from(now: datetime, release: timedelta) -> datetime | None:
    """Return the latest start by which nobody's coming counts as missed; None: never."""
    return now - release if release else None


def _are_of_one(one: Slot, other: Slot) -> bool:
    same = one.member is not None and one.member == other.member
    return same or one.booking == other.booking
