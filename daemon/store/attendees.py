"""Who comes to a gathering: onto the list, changed, off it. Doors know whom they can from then on.

For staff and the organiser. One is a member by address or badge, else the bearer of a card or of a
code to type in, else a name only; nobody is on one list twice.
"""

from sqlalchemy import false, or_, select

from daemon.store.asker import Asker
from daemon.store.badges import Lab
from daemon.store.bearers import Bearer, Said, bearer
from daemon.store.codes import new_code
from daemon.store.gathering_forms import AttendeeChange, NewAttendee
from daemon.store.gathering_views import (
    Attendee,
    attendee_row,
    attendee_shown,
    check_organiser,
    shown,
)
from daemon.store.gatherings import full, how_many, row_of, take_effect
from daemon.store.objections import Conflict
from daemon.store.people import Act, Noted, Page, new_id, page_of
from daemon.store.tables import AttendeeRow, GatheringRow
from devices.clock import micros


def add_attendee(act: Act, asker: Asker, gathering: str, form: NewAttendee, lab: Lab) -> Attendee:
    """Put somebody onto the list, while there are places."""
    with page_of(act) as page:
        row = _gathering(page, asker, gathering)
        attendee = enlist(page, row, form, lab)
        take_effect(page, row)
        return attendee


def enlist(page: Page, row: GatheringRow, form: NewAttendee, lab: Lab) -> Attendee:
    """Put somebody onto the list as one of many; `take_effect` is yet to be called."""
    code = new_code(page, lab) if form.code else None
    who = bearer(page, Said(form.name, form.email, code or form.badge), lab)
    if row.capacity is not None and how_many(page, row.id) >= row.capacity:
        raise full(row.capacity)
    made = AttendeeRow(
        site=page.site,
        id=new_id(),
        gathering=row.id,
        place=row.places,
        name=form.name,
        created=micros(page.act.at),
    )
    row.places += 1
    _become(page, made, who)
    page.session.add(made)
    page.session.flush()
    _note(page, made, "attendee-added")
    return attendee_shown(made, code)


def change_attendee(  # noqa: PLR0913, PLR0917 - who, whom, how, and what tells cards
    act: Act, asker: Asker, gathering: str, attendee: str, form: AttendeeChange, lab: Lab
) -> Attendee:
    """Change what the form says; who it is follows anew from badge or address."""
    with page_of(act) as page:
        row = _gathering(page, asker, gathering)
        found = attendee_row(page.session, page.site, gathering, attendee)
        said = form.model_dump(exclude_unset=True)
        found.name = said.get("name", found.name)
        email = said.get("email", found.email)
        code = new_code(page, lab) if form.code else None
        if code or "badge" in said or (found.hash is None and "email" in said):
            who = bearer(page, Said(found.name, email, code or said.get("badge")), lab)
        else:
            who = Bearer(found.name, email, found.member, found.hash, found.tail)
        _become(page, found, who)
        page.session.flush()
        take_effect(page, row)
        _note(page, found, "attendee-changed")
        return attendee_shown(found, code)


def remove_attendee(act: Act, asker: Asker, gathering: str, attendee: str) -> None:
    """Take somebody off the list."""
    with page_of(act) as page:
        row = _gathering(page, asker, gathering)
        found = attendee_row(page.session, page.site, gathering, attendee)
        page.session.delete(found)
        page.session.flush()
        take_effect(page, row)
        _note(page, found, "attendee-removed")


def _become(page: Page, row: AttendeeRow, who: Bearer) -> None:
    """Let a row be this person, who must not be on the list already."""
    known = {"email": who.email, "member": who.member, "hash": who.hash}
    same = [getattr(AttendeeRow, key) == value for key, value in known.items() if value is not None]
    double = select(AttendeeRow.id).where(
        AttendeeRow.site == page.site,
        AttendeeRow.gathering == row.gathering,
        AttendeeRow.id != row.id,
        or_(false(), *same),
    )
    with page.session.no_autoflush:
        if page.session.scalar(double.limit(1)) is not None:
            sentence = "somebody with this address or badge is on the list already"
            raise Conflict("already-attending", sentence)
    row.email, row.member, row.hash, row.tail = who.email, who.member, who.hash, who.tail


def _gathering(page: Page, asker: Asker, gathering: str) -> GatheringRow:
    row = row_of(page, gathering)
    check_organiser(shown(row, 0), asker)
    return row


def _note(page: Page, row: AttendeeRow, reason: str) -> None:
    fields = {"gathering": row.gathering, "place": row.place}
    page.note(Noted(reason, row.id, fields, row.member, row.tail))
