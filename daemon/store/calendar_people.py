"""Whose a calendar's slots are: organizer and attendees, matched to members by their addresses.

The holder is the organizer if a member, else the first attendee who is one; the others are guests.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from daemon.calendars.words import Slot
from daemon.store.bearers import Bearer
from daemon.store.people import Page
from daemon.store.tables import MemberRow

_AT_ONCE = 500
MOST_GUESTS = 200


@dataclass(frozen=True, slots=True)
class People:
    """The holder's id, None for staff only; and the guests in the calendar's order."""

    holder: str | None
    guests: tuple[Bearer, ...]


def members_at(page: Page, slots: Iterable[Slot]) -> Mapping[str, str]:
    """Return address -> member, for the addresses in the slots that are members'."""
    said = {each for slot in slots for each in _addresses(slot)}
    addresses = sorted(said)
    found: dict[str, str] = {}
    for first in range(0, len(addresses), _AT_ONCE):
        query = select(MemberRow.email, MemberRow.id).where(
            MemberRow.site == page.site, MemberRow.email.in_(addresses[first : first + _AT_ONCE])
        )
        found |= {email: member for email, member in page.session.execute(query) if email}
    return found


def people_of(slot: Slot, members: Mapping[str, str]) -> People:
    """Return who holds a slot and who comes along."""
    addresses = _addresses(slot)
    holder = next((each for each in addresses if each in members), None)
    guests = [Bearer(each, each, members.get(each)) for each in addresses if each != holder]
    return People(None if holder is None else members[holder], tuple(guests[:MOST_GUESTS]))


def _addresses(slot: Slot) -> Sequence[str]:
    organizer = () if slot.organizer is None else (slot.organizer,)
    return list(dict.fromkeys((*organizer, *slot.attendees)))
