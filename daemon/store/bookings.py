"""Rooms are booked here, once or in a series; `booking_changes` has what becomes of it later.

A booking is one transaction with one journal entry, and its people's passes are in it. Members
book for themselves and from now on; staff for anybody, and also what was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from daemon import recurrence
from daemon.config import Settings
from daemon.recurrence import NotASeries, Span
from daemon.store.asker import Asker
from daemon.store.badges import Lab
from daemon.store.booking_forms import NewBooking
from daemon.store.booking_people import bearers_of, invite
from daemon.store.booking_views import Booking, guests_of, shown
from daemon.store.objections import Forbidden, Invalid
from daemon.store.overlaps import on_a_page, refuse_clash
from daemon.store.people import Act, Noted, Page, new_id
from daemon.store.tables import BookingRow, MemberRow, SeriesRow
from daemon.store.tables.rooms import LONGEST
from devices import moments
from devices.clock import micros

_MOST_INVITATIONS = 4000


@dataclass(frozen=True, slots=True)
class Premises:
    """Room -> whether it can be booked; and what tells cards and hours here."""

    rooms: Mapping[str, bool]
    lab: Lab


def premises_of(settings: Settings, key: bytes) -> Premises:
    """Return what the settings say; `key` is the badge key."""
    return Premises(settings.bookable, Lab(key, settings.site.zone))


def book(act: Act, asker: Asker, form: NewBooking, premises: Premises) -> Sequence[Booking]:
    """Book a room, with an `rrule` each time that it means; one clash refuses them all."""
    return on_a_page(act, lambda page: reserve(page, asker, form, premises))


def reserve(page: Page, asker: Asker, form: NewBooking, premises: Premises) -> Sequence[Booking]:
    """Book a room in a transaction that is open already, as one of many."""
    holder = holder_for(asker, form.member)
    check_room(form.room, premises)
    spans = _spans(form, premises)
    now = page.act.at
    if not asker.staff:
        check_ahead(spans[0], now)
    if len(spans) * len(form.guests) > _MOST_INVITATIONS:
        raise Invalid("guests", f"{_MOST_INVITATIONS} invitations in a series are the most")
    check_member(page, holder)
    for span in spans:
        refuse_clash(page, form.room, span)
    series = None if form.rrule is None else _begin_series(page, form, holder, spans[0])
    rows = [_row(page, form, holder, span, series) for span in spans]
    page.session.execute(insert(BookingRow), [columns_of(row) for row in rows])
    invite(page, rows, bearers_of(page, form.guests, premises.lab))
    _note(page, rows, form)
    guests = guests_of(page.session, page.site, [row.id for row in rows])
    return [shown(row, guests.get(row.id, ()), now) for row in rows]


def holder_for(asker: Asker, member: str | None) -> str | None:
    """Return whom a booking is for; raises Forbidden for a member who names another."""
    if asker.staff:
        return member
    if asker.member is None or member not in {None, asker.member}:
        raise Forbidden("members book for themselves; ask staff to book for somebody else")
    return asker.member


def check_member(page: Page, member: str | None) -> None:
    """Refuse a holder who is no member."""
    if member is not None and page.session.get(MemberRow, (page.site, member)) is None:
        raise Invalid("member", f"there is no member {member!r}")


def check_room(room: str, premises: Premises) -> None:
    """Refuse a room that is not there or not to be booked."""
    if room not in premises.rooms:
        raise Invalid("room", f"there is no room {room!r} in the settings")
    if not premises.rooms[room]:
        raise Invalid("room", "this room can't be booked; `bookable` in the settings says which")


def span_of(start: datetime, end: datetime) -> Span:
    """Return the interval; refuses one that is empty or longer than 31 days."""
    if end <= start:
        raise Invalid("end", "it ends before it begins; choose a later end")
    if micros(end) - micros(start) > LONGEST:
        raise Invalid("end", "31 days are the most for one booking")
    return Span(start, end)


def check_ahead(span: Span, now: datetime) -> None:
    """Refuse what begins in the past."""
    if span.start < now:
        raise Invalid("start", "it begins in the past; only staff may book what was")


def _spans(form: NewBooking, premises: Premises) -> Sequence[Span]:
    first = span_of(form.start, form.end)
    if form.rrule is None:
        return [first]
    try:
        return recurrence.occurrences(form.rrule, first, premises.lab.zone)
    except NotASeries as problem:
        raise Invalid("rrule", str(problem)) from None


def _begin_series(page: Page, form: NewBooking, holder: str | None, first: Span) -> str:
    series = SeriesRow(
        site=page.site,
        id=new_id(),
        room=form.room,
        member=holder,
        rrule=form.rrule,
        starts=micros(first.start),
        ends=micros(first.end),
        created=micros(page.act.at),
    )
    page.session.add(series)
    return series.id


def _row(
    page: Page, form: NewBooking, holder: str | None, span: Span, series: str | None
) -> BookingRow:
    booking = new_id()
    return BookingRow(
        site=page.site,
        id=booking,
        room=form.room,
        member=holder,
        starts=micros(span.start),
        ends=micros(span.end),
        title=form.title,
        status="booked",
        source="usciere",
        series=series,
        calendar=None,
        uid=f"{booking}@{page.site}",
        sequence=0,
        checked_in=None,
        created=micros(page.act.at),
        changed=micros(page.act.at),
    )


def columns_of(row: BookingRow) -> dict[str, object]:
    """Return a new row as an insert takes it, with many others."""
    return {column.key: getattr(row, column.key) for column in BookingRow.__table__.columns}


def _note(page: Page, rows: Sequence[BookingRow], form: NewBooking) -> None:
    first = rows[0]
    fields: dict[str, object] = {
        "room": form.room,
        "start": moments.shown(form.start),
        "end": moments.shown(form.end),
        "guests": len(form.guests),
    }
    if form.title is not None:
        fields["title"] = "changed"
    if first.series is None:
        page.note(Noted("booking-added", first.id, fields, first.member))
        return
    fields |= {"rrule": form.rrule, "bookings": len(rows)}
    page.note(Noted("series-added", first.series, fields, first.member))
