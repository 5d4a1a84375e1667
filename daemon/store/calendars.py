"""Calendars that book a room: written down, changed, dropped; staff see how each one fares.

What they bring is in `calendar_sync.py`; how a feed is fetched, in `daemon/feeds.py`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from daemon.calendars.addresses import parsed, shown
from daemon.calendars.troubles import Refused
from daemon.calendars.words import Problem
from daemon.store import journal, passes
from daemon.store.bookings import Premises, check_room
from daemon.store.cancellations import call_off
from daemon.store.forms import Change, Form, Id
from daemon.store.journal import Entry, Kind
from daemon.store.objections import Conflict, Invalid, Unknown
from daemon.store.people import Act, Noted, Page, page_of
from daemon.store.tables import BookingRow, CalendarRow
from daemon.store.tables.rooms import LIVE
from devices.clock import micros, moment

WARNED = timedelta(hours=2)
"""The age of a feed's copy from which on staff are warned."""
HONOURED = timedelta(hours=24)
"""The age of a feed's copy from which on its bookings open no door."""


class NewCalendar(Form):
    """A calendar for a room, under its maker's id; without a `url` it is uploaded."""

    id: Id
    room: Id
    url: str | None = None
    kind: Literal["feed", "caldav"] | None = None


class CalendarChange(Change):
    """Something about a calendar changes."""

    stays = frozenset({"room"})

    room: Id | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar as staff see it. `url` shows no more of a secret address than its host.

    `stale`: its last good copy is older than two hours. `honoured`: its bookings open doors.
    """

    id: str
    room: str
    kind: str
    url: str | None
    copied: datetime | None
    checked: datetime | None
    problem: str | None
    problems: Sequence[Problem]
    stale: bool
    honoured: bool


def add_calendar(act: Act, form: NewCalendar, premises: Premises) -> Calendar:
    """Write a calendar down; nothing is read yet."""
    check_room(form.room, premises)
    if form.kind is not None and form.url is None:
        raise Invalid("url", f"a {form.kind} calendar needs its address")
    _check_url(form.url)
    with page_of(act) as page:
        if page.session.get(CalendarRow, (page.site, form.id)) is not None:
            raise Conflict("calendar-exists", f"there is a calendar {form.id!r} already")
        now = micros(act.at)
        row = CalendarRow(
            site=page.site,
            id=form.id,
            room=form.room,
            kind="upload" if form.url is None else form.kind or "feed",
            url=form.url,
            problems="[]",
            due=None if form.url is None else now,
            honoured=True,
            created=now,
        )
        page.session.add(row)
        fields = {"room": form.room, "kind": row.kind}
        page.note(Noted("calendar-added", form.id, fields))
        return _calendar(row, act.at)


def change_calendar(act: Act, calendar: str, form: CalendarChange, premises: Premises) -> Calendar:
    """Move a calendar to another room or address; the next reading moves its bookings."""
    with page_of(act) as page:
        row = row_of(page.session, act.site, calendar)
        fields: dict[str, object] = {}
        if form.room is not None and form.room != row.room:
            check_room(form.room, premises)
            row.room = fields["room"] = form.room
        if "url" in form.said() and form.url != row.url:
            _move(row, form.url)
            fields["url"] = "changed"
        if fields:
            forget_copy(row)
            page.note(Noted("calendar-changed", calendar, fields))
        return _calendar(row, act.at)


def remove_calendar(act: Act, calendar: str) -> None:
    """Drop a calendar; what it booked and is not over yet is cancelled."""
    with page_of(act) as page:
        row = row_of(page.session, act.site, calendar)
        booked = live_bookings(page, calendar)
        call_off(page, booked)
        page.session.delete(row)
        page.note(Noted("calendar-removed", calendar, {"bookings": len(booked)}))


def calendar_of(session: Session, site: str, calendar: str, now: datetime) -> Calendar:
    """Return one calendar; raises Unknown."""
    return _calendar(row_of(session, site, calendar), now)


def calendars(
    session: Session, site: str, now: datetime, limit: int | None = None, after: str = ""
) -> Sequence[Calendar]:
    """Return calendars by id, from behind `after` on."""
    query = select(CalendarRow).where(CalendarRow.site == site, CalendarRow.id > after)
    return [
        _calendar(row, now) for row in session.scalars(query.order_by(CalendarRow.id).limit(limit))
    ]


def due(session: Session, site: str, now: datetime) -> Sequence[str]:
    """Return the feeds that are to be read by now, the longest due first."""
    query = select(CalendarRow.id).where(CalendarRow.site == site, CalendarRow.due <= micros(now))
    return session.scalars(query.order_by(CalendarRow.due)).all()


def row_of(session: Session, site: str, calendar: str) -> CalendarRow:
    """Return the row of a calendar; raises Unknown."""
    row = session.get(CalendarRow, (site, calendar))
    if row is None:
        raise Unknown("calendar", calendar)
    return row


def live_bookings(page: Page, calendar: str) -> Sequence[BookingRow]:
    """Return the calendar's bookings that hold a room and are not over."""
    query = select(BookingRow).where(
        BookingRow.site == page.site,
        BookingRow.calendar == calendar,
        BookingRow.ends > micros(page.act.at),
        LIVE,
    )
    return page.session.scalars(query).all()


def dishonour_old(act: Act) -> Sequence[str]:
    """Let bookings of feeds whose copy is too old open no door; return which feeds.

    The room stays theirs. One alarm each; the next good copy ends it.
    """
    query = _old(select(CalendarRow), act.site, act.at)
    with page_of(act) as page:
        found = page.session.scalars(query).all()
        for row in found:
            row.honoured = False
            passes.withdraw(page, *(each.id for each in live_bookings(page, row.id)))
            detail = {"calendar": row.id, "room": row.room}
            journal.append(
                page.book, Entry(Kind.ALARM, act.at, act.at, reason="feed-stale", detail=detail)
            )
        return [row.id for row in found]


def has_old(session: Session, site: str, now: datetime) -> bool:
    """Tell whether `dishonour_old` would find something; holds up nobody."""
    query = _old(select(CalendarRow.id), site, now)
    return session.scalar(query.limit(1)) is not None


_Q = TypeVar("_Q", bound=Select[Any])  # whatever columns it asks for


def _old(query: _Q, site: str, now: datetime) -> _Q:
    return query.where(
        CalendarRow.site == site,
        CalendarRow.url.is_not(None),
        CalendarRow.honoured,
        func.coalesce(CalendarRow.copied, CalendarRow.created) <= micros(now - HONOURED),
    )


def forget_copy(row: CalendarRow) -> None:
    """Have the calendar read afresh, and soon."""
    row.etag = row.last_modified = row.read = None
    row.due = None if row.url is None else 0


def _move(row: CalendarRow, url: str | None) -> None:
    _check_url(url)
    row.url = url
    if url is None:
        row.kind = "upload"
    elif row.kind == "upload":
        row.kind = "feed"


def _check_url(url: str | None) -> None:
    if url is None:
        return
    try:
        parsed(url)
    except Refused as refused:
        raise Invalid("url", str(refused)) from None


def _calendar(row: CalendarRow, now: datetime) -> Calendar:
    copied = None if row.copied is None else moment(row.copied)
    is_feed = row.url is not None
    return Calendar(
        row.id,
        row.room,
        row.kind,
        None if row.url is None else shown(row.url),
        copied,
        None if row.checked is None else moment(row.checked),
        row.problem,
        [Problem(each["uid"], each["problem"]) for each in json.loads(row.problems)],
        is_feed and (copied is None or now - copied >= WARNED),
        row.honoured,
    )
