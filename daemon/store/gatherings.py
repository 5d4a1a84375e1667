"""Gatherings are planned, moved and called off; `attendees.py` has who comes to them.

Each change is one transaction with one journal entry. What follows from it for doors follows in
`take_effect`, in the same transaction, so it holds from the next tap on.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, select

from daemon.access.facts import PassKind
from daemon.store import passes
from daemon.store.bearers import Bearer
from daemon.store.gathering_forms import GatheringChange, NewGathering
from daemon.store.gathering_rooms import free_room, hold_room
from daemon.store.gathering_views import Gathering, attendees, shown
from daemon.store.objections import Conflict, Invalid, Unknown
from daemon.store.passes import Admission
from daemon.store.people import Act, Noted, Page, new_id, page_of
from daemon.store.tables import AttendeeRow, BookingRow, GatheringRow, MemberRow
from daemon.store.tables.rooms import LONGEST
from devices import moments
from devices.clock import micros, moment

Rooms = Mapping[str, bool]
"""The rooms in the settings, and whether each can be booked."""


def add_gathering(act: Act, form: NewGathering, rooms: Rooms) -> Gathering:
    """Plan a gathering; nobody is on its list yet."""
    with page_of(act) as page:
        row = GatheringRow(site=page.site, id=new_id(), places=0, created=micros(act.at))
        said = {key: getattr(form, key) for key in NewGathering.model_fields}
        _put(row, said)
        _check(page, row, rooms, 0)
        page.session.add(row)
        page.session.flush()
        hold_room(page, row, bookable=rooms[row.room])
        take_effect(page, row)
        _note(page, row, "gathering-added", [key for key in said if said[key] is not None])
        return shown(row, 0)


def change_gathering(act: Act, gathering: str, form: GatheringChange, rooms: Rooms) -> Gathering:
    """Change what the form says; whoever is on the list moves along."""
    with page_of(act) as page:
        row = row_of(page, gathering)
        listed = how_many(page, gathering)
        said = {key: getattr(form, key) for key in form.said()}
        _put(row, said)
        _check(page, row, rooms, listed)
        page.session.flush()
        hold_room(page, row, bookable=rooms[row.room])
        take_effect(page, row)
        _note(page, row, "gathering-changed", sorted(said))
        return shown(row, listed)


def remove_gathering(act: Act, gathering: str) -> None:
    """Call a gathering off: its list goes with it, and nobody is let in for it any more."""
    with page_of(act) as page:
        row = row_of(page, gathering)
        passes.withdraw(page, gathering)
        free_room(page, gathering)
        page.session.execute(
            delete(AttendeeRow).where(
                AttendeeRow.site == page.site, AttendeeRow.gathering == gathering
            )
        )
        page.session.delete(row)
        _note(page, row, "gathering-removed", [])


def lose_organiser(page: Page, member: str) -> None:
    """Let gatherings go on, and hold their rooms, without an organiser who leaves."""
    query = select(GatheringRow).where(
        GatheringRow.site == page.site,
        GatheringRow.organiser == member,
        GatheringRow.ends > micros(page.act.at),
    )
    for row in page.session.scalars(query).all():
        row.organiser = None
        booking = page.session.get(BookingRow, (page.site, row.id))
        if booking is not None:
            booking.member = None
        page.session.flush()
        take_effect(page, row)


def take_effect(page: Page, row: GatheringRow) -> None:
    """Let follow what follows from a gathering and its list as they stand now: people's passes.

    Its organiser may come a little early, as to a booking.
    """
    start, end = moment(row.starts), moment(row.ends)
    admissions = [
        Admission(
            PassKind.GATHERING,
            Bearer(each.name, each.email, each.member, each.hash, each.tail),
            start,
            end,
            room=row.room,
            host=row.organiser,
            place=each.place,
        )
        for each in attendees(page.session, page.site, row.id)
    ]
    if row.organiser is not None:
        host = Bearer(member=row.organiser)
        admissions.append(Admission(PassKind.BOOKING, host, start, end, row.room))
    passes.renew(page, row.id, admissions)


def row_of(page: Page, gathering: str) -> GatheringRow:
    """Return the row of a gathering; raises Unknown."""
    row = page.session.get(GatheringRow, (page.site, gathering))
    if row is None:
        raise Unknown("gathering", gathering)
    return row


def how_many(page: Page, gathering: str) -> int:
    """Return how many are on a list."""
    query = select(func.count()).where(
        AttendeeRow.site == page.site, AttendeeRow.gathering == gathering
    )
    return page.session.scalar(query) or 0


def full(capacity: int) -> Conflict:
    """Return the refusal of one too many."""
    return Conflict("gathering-full", f"it has {capacity} places, and more would be on its list")


_PLAIN = ("title", "kind", "room", "capacity", "organiser")


_MOMENTS = {"start": "starts", "end": "ends"}


def _put(row: GatheringRow, said: Mapping[str, Any]) -> None:  # a form's fields
    for key, value in said.items():
        if key in _MOMENTS:
            setattr(row, _MOMENTS[key], micros(value))
        else:
            setattr(row, key, value)


def _check(page: Page, row: GatheringRow, rooms: Rooms, listed: int) -> None:
    with page.session.no_autoflush:
        if row.room not in rooms:
            raise Invalid("room", f"there is no room {row.room!r} in the settings")
        if row.ends <= row.starts:
            raise Invalid("end", "it ends before it begins; choose a later end")
        if row.ends - row.starts > LONGEST:
            raise Invalid("end", "31 days are the most for one gathering; make it several")
        if row.organiser and page.session.get(MemberRow, (page.site, row.organiser)) is None:
            raise Invalid("organiser", f"there is no member {row.organiser!r}")
        if row.capacity is not None and listed > row.capacity:
            raise full(row.capacity)


def _note(page: Page, row: GatheringRow, reason: str, fields: list[str]) -> None:
    now: dict[str, object] = {key: getattr(row, key) for key in _PLAIN}
    now |= {
        "start": moments.shown(moment(row.starts)),
        "end": moments.shown(moment(row.ends)),
    }
    page.note(Noted(reason, row.id, {key: now[key] for key in fields}))
