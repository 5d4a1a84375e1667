"""Bookings are changed, moved, extended, ended before their time.

What holds its room no more is not changed again: it is booked anew. A calendar's bookings are
changed where they come from.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from daemon.store.asker import Asker
from daemon.store.bearers import Bearer
from daemon.store.booking_forms import BookingChange
from daemon.store.booking_people import bearers_of, invite_anew
from daemon.store.booking_views import HOLDING, Booking, booking_of, guests_of, row_of
from daemon.store.bookings import Premises, check_member, check_room, span_of
from daemon.store.objections import Conflict, Forbidden, Invalid
from daemon.store.overlaps import on_a_page, refuse_clash
from daemon.store.people import Act, Noted, Page
from daemon.store.tables import BookingRow, GatheringRow
from devices import moments
from devices.clock import micros, moment


@dataclass(frozen=True, slots=True)
class _Terms:
    """What can be changed of a booking, but for its guests."""

    room: str
    start: datetime
    end: datetime
    member: str | None
    title: str | None

    @property
    def place(self) -> tuple[str, datetime, datetime]:
        return self.room, self.start, self.end


def change_booking(
    act: Act, asker: Asker, booking: str, form: BookingChange, premises: Premises
) -> Booking:
    """Change what the form says; nothing is written if nothing becomes different.

    Of a booking that has begun a member may change the end, the title and the guests; an end that
    is past by now means now.
    """

    def write(page: Page) -> Booking:
        row = row_of(page.session, page.site, booking)
        check_open(page, row, asker)
        before = _terms(row)
        after = _wished(before, form, asker, act.at)
        _check_place(page, before, after, premises, row.id)
        if after.member != before.member:
            check_member(page, after.member)
        guests = _guests(page, row, form, premises)
        if after != before or guests is not None:
            _put(row, after, act.at)
            _write(page, row, "booking-changed", _told(before, after, guests), guests)
        return booking_of(page.session, page.site, booking, asker, act.at)

    return on_a_page(act, write)


def end_booking(act: Act, asker: Asker, booking: str) -> Booking:
    """Give the room back now: who leaves early frees it for the next."""

    def write(page: Page) -> Booking:
        row = row_of(page.session, page.site, booking)
        check_open(page, row, asker)
        if row.starts >= micros(act.at):
            raise Conflict("booking-not-begun", "it has not begun yet; cancel it instead")
        if row.ends <= micros(act.at):
            raise Conflict("booking-closed", "it is over already")
        row.ends = micros(act.at)
        _write(page, row, "booking-ended", {"end": moments.shown(act.at)})
        return booking_of(page.session, page.site, booking, asker, act.at)

    return on_a_page(act, write)


def check_own(row: BookingRow, asker: Asker) -> None:
    """Refuse a booking that is somebody else's."""
    if not asker.answers_for(row.member):
        raise Forbidden("this is not your booking; only its holder and staff may change it")


def check_open(page: Page, row: BookingRow, asker: Asker) -> None:
    """Refuse what is not the asker's to change, not here, or not any more."""
    check_own(row, asker)
    if page.session.get(GatheringRow, (page.site, row.id)) is not None:
        sentence = "it holds the room for a gathering; change the gathering, or call it off"
        raise Conflict("gathering-booking", sentence)
    if row.source != "usciere":
        raise Conflict("calendar-booking", "it comes from a calendar; change it there")
    if row.status not in HOLDING:
        raise Conflict("booking-closed", f"it is {row.status}; book the room anew")
    if not asker.staff and row.ends <= micros(page.act.at):
        raise Conflict("booking-closed", "it is over; book the room anew")


def _terms(row: BookingRow) -> _Terms:
    return _Terms(row.room, moment(row.starts), moment(row.ends), row.member, row.title)


def _wished(before: _Terms, form: BookingChange, asker: Asker, now: datetime) -> _Terms:
    """Return what the asker may have of what the form says."""
    said = {name: getattr(form, name) for name in form.said() - {"guests"}}
    after = replace(before, **said)
    if asker.staff:
        return after
    if after.member != before.member:
        raise Forbidden("only staff may give a booking to somebody else")
    if before.start > now:
        if after.start < now:
            raise Invalid("start", "it would begin in the past; only staff may book what was")
        return after
    for field in ("room", "start"):
        if getattr(after, field) != getattr(before, field):
            raise Invalid(field, "the booking has begun; only its end can still be moved")
    return after if after.end == before.end else replace(after, end=max(after.end, now))


def _check_place(
    page: Page, before: _Terms, after: _Terms, premises: Premises, booking: str
) -> None:
    """Refuse another room or time that can't be had."""
    if after.room != before.room:
        check_room(after.room, premises)
    if after.place != before.place:
        refuse_clash(page, after.room, span_of(after.start, after.end), but=booking)


def _guests(
    page: Page, row: BookingRow, form: BookingChange, premises: Premises
) -> Sequence[Bearer] | None:
    if "guests" not in form.said():
        return None
    before = guests_of(page.session, page.site, [row.id]).get(row.id, ())
    return bearers_of(page, form.guests or [], premises.lab, before)


def _put(row: BookingRow, after: _Terms, now: datetime) -> None:
    row.room, row.member, row.title = after.room, after.member, after.title
    row.starts, row.ends = micros(after.start), micros(after.end)
    if after.start > now:  # nobody can have come yet to what is still to begin
        row.status, row.checked_in = "booked", None


def _write(
    page: Page,
    row: BookingRow,
    reason: str,
    fields: dict[str, object],
    guests: Sequence[Bearer] | None = None,
) -> None:
    row.sequence += 1
    row.changed = micros(page.act.at)
    page.session.flush()
    invite_anew(page, row, guests)
    page.note(Noted(reason, row.id, fields, row.member))


def _told(before: _Terms, after: _Terms, guests: Sequence[Bearer] | None) -> dict[str, object]:
    """Return what became different, as the journal may keep it."""
    was = asdict(before)
    told: dict[str, object] = {
        name: _shown(name, value) for name, value in asdict(after).items() if value != was[name]
    }
    return told if guests is None else told | {"guests": len(guests)}


def _shown(name: str, value: object) -> object:
    if isinstance(value, datetime):
        return moments.shown(value)
    return "changed" if name == "title" else value
