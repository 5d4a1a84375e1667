"""`/calendars`: calendars that book a room: feeds, CalDAV collections, uploads. For staff."""

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Depends, Response
from pydantic import BaseModel, ConfigDict

from api.bookings import Here
from api.dependencies import STAFF, Acting, Built, Named, Now, OpenSession
from api.lists import After, Limit, Listed, listed, place_of
from api.moments import Instant
from api.problems import PROBLEMS
from daemon import feeds
from daemon.store import calendars
from daemon.store.calendar_sync import Outcome
from daemon.store.calendars import CalendarChange, NewCalendar

router = APIRouter(
    prefix="/calendars", tags=["calendars"], dependencies=[STAFF], responses=PROBLEMS
)


class EventProblem(BaseModel):
    """What is wrong in a calendar, and what to do; `uid` null where no event can be named."""

    model_config = ConfigDict(from_attributes=True)

    uid: str | None
    problem: str


class Calendar(BaseModel):
    """A calendar and how it fares. `url` shows only where it lies, for it may be a secret.

    `copied`: when its last good copy was seen to be right; `stale` after two hours without one.
    `problem`: why the last try brought none. `honoured`: its bookings open doors, until a day.
    """

    model_config = ConfigDict(from_attributes=True)

    id: str
    room: str
    kind: Literal["upload", "feed", "caldav"]
    url: str | None
    copied: Instant | None
    checked: Instant | None
    problem: str | None
    problems: list[EventProblem]
    stale: bool
    honoured: bool


class Read(BaseModel):
    """How many bookings the calendar holds from now on, and what stood against the others."""

    model_config = ConfigDict(from_attributes=True)

    bookings: int
    problems: list[EventProblem]


def feed_post(parts: Built) -> feeds.Post:
    """Return how feeds are reached, by the settings."""
    return feeds.post_of(parts.settings)


Fetching = Annotated[feeds.Post, Depends(feed_post)]
Ics = Annotated[bytes, Body(media_type="text/calendar")]


@router.get("")
def list_calendars(
    session: OpenSession, parts: Built, now: Now, limit: Limit = 100, after: After = None
) -> Listed[Calendar]:
    """List the calendars by id."""
    place = place_of(after, 1)
    found = calendars.calendars(session, parts.site, now, limit + 1, place[0] if place else "")
    return listed([_shown(each) for each in found], limit, lambda each: (each.id,))


@router.post("", status_code=201)
def add_calendar(form: NewCalendar, act: Acting, here: Here, response: Response) -> Calendar:
    """Write a calendar down under an id of the client's own; `sync` or `ics` fills it."""
    calendar = calendars.add_calendar(act, form, here)
    response.headers["Location"] = f"/api/v1/calendars/{calendar.id}"
    return _shown(calendar)


@router.get("/{calendar}")
def get_calendar(calendar: Named, session: OpenSession, parts: Built, now: Now) -> Calendar:
    """Show one calendar."""
    return _shown(calendars.calendar_of(session, parts.site, calendar, now))


@router.patch("/{calendar}")
def change_calendar(calendar: Named, form: CalendarChange, act: Acting, here: Here) -> Calendar:
    """Give it another room or address; the next reading moves its bookings."""
    return _shown(calendars.change_calendar(act, calendar, form, here))


@router.delete("/{calendar}", status_code=204)
def remove_calendar(calendar: Named, act: Acting) -> None:
    """Drop it; what it booked and is not over yet is cancelled."""
    calendars.remove_calendar(act, calendar)


@router.post("/{calendar}/sync")
def sync(calendar: Named, act: Acting, post: Fetching) -> Read:
    """Fetch and read a feed now. One that can't be read changes nothing and is reported."""
    return _read(feeds.sync(act, calendar, post))


@router.put("/{calendar}/ics")
def upload(calendar: Named, act: Acting, parts: Built, body: Ics = b"") -> Read:
    """Read an uploaded calendar. One that can't be read changes nothing."""
    return _read(feeds.take_upload(act, calendar, body, parts.settings.site.zone))


def _shown(calendar: calendars.Calendar) -> Calendar:
    return Calendar.model_validate(calendar)


def _read(outcome: Outcome) -> Read:
    return Read.model_validate(outcome)
