"""When a pass of a booking opens a place, and what is said where none does yet."""

from collections.abc import Iterator
from datetime import datetime

from daemon.access.facts import Facts, Pass, PassKind, Slot
from daemon.access.verdict import Granted, Reason, Refused
from daemon.bookings import Opening, opening, running

_BOOKED = frozenset({PassKind.BOOKING, PassKind.GUEST})


def opening_of(facts: Facts, held: Pass) -> Opening | None:
    """Return when a booking's pass opens this place; None where it never does.

    The room's own door keeps clear of other slots; the entrance opens for all of early and late.
    """
    place = facts.place
    if held.room is not None and held.room == place.room:
        known = facts.slots if facts.before is None else (*facts.slots, facts.before)
        return opening(_slot_of(facts, held), known, place)
    if place.entrance:
        return Opening(held.start - place.early, held.end + place.late)
    return None


def judged(
    facts: Facts, at: datetime, kind: PassKind, granted: Granted
) -> Granted | Refused | None:
    """Grant if a pass of this kind opens the place now, else say what is missing."""
    if any(held.holds(at) for held in openings(facts, kind)):  # most often the first one
        return granted
    later = [held.opens for held in openings(facts, kind) if at < held.opens]
    first = min((opens for opens in later if is_welcome(facts, opens)), default=None)
    return refusal(facts, at, first)


def openings(facts: Facts, kind: PassKind) -> Iterator[Opening]:
    """Give when the passes of this kind open the place."""
    for held in facts.passes:
        found = opening_of(facts, held) if held.kind is kind else None
        if found is not None:
            yield found


def holding(facts: Facts, at: datetime, kind: PassKind) -> Pass | None:
    """Return the pass of this kind that opens the place now, None if none does."""
    for held in facts.passes:
        found = opening_of(facts, held) if held.kind is kind else None
        if found is not None and found.holds(at):
            return held
    return None


def refusal(facts: Facts, at: datetime, opens: datetime | None) -> Refused | None:
    """Return what somebody is told whose time has not come; None where no booking would help."""
    if facts.place.bookable and running(facts.slots, at) is not None:
        return Refused(Reason.BOOKED_BY_OTHER, opens)
    if opens is not None:
        return Refused(Reason.TOO_EARLY, opens)
    return Refused(Reason.NO_BOOKING) if facts.place.bookable else None


def begun(facts: Facts, at: datetime) -> tuple[str, ...]:
    """Return the bookings of this very room that a grant at `at` shows to be in use."""
    return tuple(
        held.ref
        for held in facts.passes
        if held.kind in _BOOKED and held.room == facts.place.room and _is_on(facts, held, at)
    )


def is_welcome(facts: Facts, moment: datetime) -> bool:
    """Tell whether badge and membership still hold at a later moment."""
    ends = (
        None if facts.badge is None else facts.badge.valid_until,
        None if facts.member is None else facts.member.valid_until,
    )
    return all(end is None or moment < end for end in ends)


def _is_on(facts: Facts, held: Pass, at: datetime) -> bool:
    found = opening_of(facts, held)
    return found is not None and found.holds(at) and at < held.end


def _slot_of(facts: Facts, held: Pass) -> Slot:
    """Return the slot a pass comes of, also where it is too far away to be among the known."""
    known = (slot for slot in facts.slots if slot.booking == held.ref)
    mine = facts.member is not None and held.kind is PassKind.BOOKING
    holder = facts.member.id if mine and facts.member is not None else held.host
    return next(known, Slot(held.ref, held.start, held.end, holder))
