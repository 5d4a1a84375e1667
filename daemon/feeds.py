"""Calendars are read here: a feed fetched, or an upload taken, and its bookings brought up to date.

Nothing is fetched while the books are open. What brings no whole calendar changes no booking: the
last good copy holds, and staff see since when and why. After a day it opens no door any more.
"""

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import update

from daemon.calendars.asking import Ways
from daemon.calendars.caldav import read_collection
from daemon.calendars.fetching import NotModified, Validators, fetch
from daemon.calendars.reading import read
from daemon.calendars.troubles import Unfetched
from daemon.calendars.words import Problem, Reading, Unreadable
from daemon.config import Settings
from daemon.recurrence import Span
from daemon.store import calendar_sync, calendars
from daemon.store.calendar_sync import AHEAD, Outcome
from daemon.store.objections import Conflict
from daemon.store.overlaps import on_a_page
from daemon.store.people import Act, Page
from daemon.store.tables import CalendarRow
from devices.clock import micros, moment

log = logging.getLogger(__name__)

_AFRESH = timedelta(hours=12)
"""After this long a feed is read in full although it has not changed: the window has moved on."""


_NONE = Validators()


@dataclass(frozen=True, slots=True)
class Post:
    """How feeds are reached, how often, and the zone in which the house reads them."""

    zone: ZoneInfo
    every: timedelta
    ways: Ways


def post_of(settings: Settings) -> Post:
    """Return how feeds are reached, by the settings."""
    said = settings.calendars
    return Post(settings.site.zone, said.every, Ways(allow_hosts=said.allow_hosts))


@dataclass(frozen=True, slots=True)
class _Copy:
    """What a fetch brought: a reading, or None where the last one is still the right one."""

    reading: Reading | None
    validators: Validators = _NONE


def sync(act: Act, calendar: str, post: Post) -> Outcome:
    """Fetch and read a feed now. What fails is told in the outcome, and changes nothing."""
    with act.store.reading() as session:
        row = calendars.row_of(session, act.site, calendar)
        if row.url is None:
            raise Conflict("no-address", "this calendar is uploaded; it has no address to fetch")
        session.expunge(row)
    _postpone(act, calendar, post)
    try:
        copy = _fetched(row, act.at, post)
    except (Unfetched, Unreadable) as trouble:
        return _failed(act, calendar, str(trouble))
    return on_a_page(act, lambda page: _taken_in(page, row, copy))


def take_upload(act: Act, calendar: str, body: bytes, zone: ZoneInfo) -> Outcome:
    """Read an uploaded calendar; raises Unreadable, and then nothing was changed."""
    reading = read(body, zone, _window(act.at))

    def write(page: Page) -> Outcome:
        row = calendars.row_of(page.session, page.site, calendar)
        return calendar_sync.apply(page, row, reading)

    return on_a_page(act, write)


def sync_due(act: Act, post: Post) -> None:
    """Read every feed that is due, one after the other; none holds up the others for long."""
    with act.store.reading() as session:
        due = calendars.due(session, act.site, act.at)
    for calendar in due:
        try:
            outcome = sync(act, calendar, post)
        except Exception:
            log.exception("calendar %s could not be read", calendar)
        else:
            log.info("calendar %s holds %d bookings", calendar, outcome.bookings)


def _window(now: datetime) -> Span:
    return Span(now, now + AHEAD)


def _fetched(row: CalendarRow, now: datetime, post: Post) -> _Copy:
    url = row.url or ""
    if row.kind == "caldav":
        return _Copy(read_collection(url, post.ways, post.zone, _window(now)))
    known = _NONE
    if row.read is not None and now - moment(row.read) < _AFRESH:
        known = Validators(row.etag, row.last_modified)
    found = fetch(url, post.ways, known)
    if isinstance(found, NotModified):
        return _Copy(None, known)
    return _Copy(read(found.body, post.zone, _window(now)), found.validators)


def _taken_in(page: Page, seen: CalendarRow, copy: _Copy) -> Outcome:
    row = calendars.row_of(page.session, page.site, seen.id)
    if (row.url, row.room) != (seen.url, seen.room):
        raise Conflict("calendar-changed", "the calendar was changed meanwhile; try again")
    row.etag, row.last_modified = copy.validators.etag, copy.validators.last_modified
    if copy.reading is not None:
        return calendar_sync.apply(page, row, copy.reading)
    row.copied = row.checked = micros(page.act.at)
    row.problem = None
    if not row.honoured:
        calendar_sync.honour(page, row)
    problems = [Problem(each["uid"], each["problem"]) for each in json.loads(row.problems)]
    return Outcome(len(calendars.live_bookings(page, row.id)), problems)


def _postpone(act: Act, calendar: str, post: Post) -> None:
    """Say when the feed is due again, so that nobody else fetches it meanwhile."""
    with act.store.writing() as session:
        session.execute(
            update(CalendarRow)
            .where(CalendarRow.site == act.site, CalendarRow.id == calendar)
            .values(due=micros(act.at + post.every))
        )


def _failed(act: Act, calendar: str, problem: str) -> Outcome:
    """Keep why there is no new copy; the last good one holds."""

    def write(page: Page) -> Outcome:
        row = calendars.row_of(page.session, page.site, calendar)
        row.checked, row.problem = micros(act.at), problem
        return Outcome(len(calendars.live_bookings(page, calendar)), [Problem(None, problem)])

    return on_a_page(act, write)
