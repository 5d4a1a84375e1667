"""Bookings as a calendar feed has them: the last weeks, with what was cancelled, and a year ahead.

A room's feed says when it is taken and nothing more; a member's has the own titles.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon.calendars.outgoing import Appointment
from daemon.config import Settings
from daemon.store.booking_views import HOLDING
from daemon.store.feed_keys import Feed
from daemon.store.tables import BookingRow
from daemon.store.tables.rooms import LONGEST
from devices.clock import micros, moment

BACK = timedelta(days=28)
"""So long a calendar program that asks seldom still learns what was cancelled."""
AHEAD = timedelta(days=366)
MOST = 2000
_TAKEN = {"it": "Occupato", "en": "Busy"}


def appointments(
    session: Session, settings: Settings, feed: Feed, now: datetime
) -> Sequence[Appointment]:
    """Return what the feed has, by its start; costs what lies in its weeks, by index."""
    since, until = micros(now - BACK), micros(now + AHEAD)
    whose = BookingRow.room if feed.kind == "room" else BookingRow.member
    query = (
        select(BookingRow)
        .where(
            BookingRow.site == settings.site.id,
            whose == feed.id,
            BookingRow.starts > since - LONGEST,
            BookingRow.starts < until,
            BookingRow.ends > since,
        )
        .order_by(BookingRow.starts, BookingRow.id)
        .limit(MOST)
    )
    return [_appointment(row, feed, settings) for row in session.scalars(query)]


def name_of(settings: Settings, feed: Feed) -> str:
    """Return what a calendar program calls the feed."""
    site = settings.site.name
    return site if feed.kind == "member" else f"{_room(settings, feed.id)}, {site}"


def _appointment(row: BookingRow, feed: Feed, settings: Settings) -> Appointment:
    room = _room(settings, row.room)
    own = feed.kind == "member"
    return Appointment(
        f"{row.id}@{row.site}",
        moment(row.starts),
        moment(row.ends),
        row.title or room if own else _TAKEN[settings.site.language],
        room,
        row.sequence,
        moment(row.changed),
        row.status not in HOLDING,
    )


def _room(settings: Settings, room: str) -> str:
    found = settings.room(room)
    return room if found is None else found.name
