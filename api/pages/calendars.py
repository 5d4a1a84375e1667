"""`/staff/calendars`: calendars that book a room: added, read now, uploaded, moved, dropped."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from api.bookings import Here
from api.calendars import Fetching
from api.dependencies import STAFF, Acting, Fields, Files, Named
from api.pages.filling import Refused, amiss, attempt, different, filled
from api.pages.frame import AtDesk, Desk
from api.pages.texts.calendars import CALENDARS
from api.problems import PROBLEMS
from daemon import feeds
from daemon.calendars.words import Problem, Unreadable
from daemon.store import calendars
from daemon.store.calendar_sync import Outcome
from daemon.store.calendars import Calendar, CalendarChange, NewCalendar

router = APIRouter(
    prefix="/staff/calendars",
    tags=["pages"],
    include_in_schema=False,
    dependencies=[STAFF],
    responses=PROBLEMS,
)

FIELDS = ("id", "room", "kind", "url")


@router.get("")
def show_calendars(desk: AtDesk) -> Response:
    """List the calendars and how each fares."""
    found = calendars.calendars(desk.session, desk.site, desk.now)
    return desk.frame.show(
        "calendars.html", CALENDARS, found=found, room_names=desk.parts.settings.room_names
    )


@router.get("/new")
def show_new(desk: AtDesk) -> Response:
    """Ask for a new calendar."""
    return _new(desk, {})


@router.post("")
def add(desk: AtDesk, act: Acting, here: Here, said: Fields) -> Response:
    """Write a calendar down, as the API does; its page offers to read it."""
    try:
        form = attempt(lambda: filled(NewCalendar, said, FIELDS), CALENDARS)
        made = attempt(lambda: calendars.add_calendar(act, form, here), CALENDARS)
    except Refused as refused:
        return _new(desk, said, refused)
    return _led(made.id)


@router.get("/{calendar}")
def show(calendar: Named, desk: AtDesk) -> Response:
    """Show one calendar, and what is wrong with it."""
    return _page(desk, calendar)


@router.post("/{calendar}")
def change(calendar: Named, desk: AtDesk, act: Acting, here: Here, said: Fields) -> Response:
    """Give it another room or address; an empty address leaves the one there is."""
    kept = _text(calendars.calendar_of(desk.session, desk.site, calendar, desk.now))
    names = different(said, kept)
    try:
        form = attempt(lambda: filled(CalendarChange, said, names), CALENDARS)
        attempt(lambda: calendars.change_calendar(act, calendar, form, here), CALENDARS)
    except Refused as refused:
        return _page(desk, calendar, said=said, refused=refused)
    return _led(calendar)


@router.post("/{calendar}/sync")
def sync(calendar: Named, desk: AtDesk, act: Acting, post: Fetching) -> Response:
    """Fetch and read a feed now."""
    return _read(desk, calendar, lambda: feeds.sync(act, calendar, post))


@router.post("/{calendar}/ics")
def upload(calendar: Named, desk: AtDesk, act: Acting, files: Files) -> Response:
    """Read an uploaded calendar. One that can't be read changes nothing."""
    zone = desk.parts.settings.site.zone
    body = files.get("file", b"")
    return _read(desk, calendar, lambda: feeds.take_upload(act, calendar, body, zone))


@router.post("/{calendar}/remove")
def remove(calendar: Named, act: Acting) -> Response:
    """Drop it; what it booked and is not over yet is cancelled."""
    calendars.remove_calendar(act, calendar)
    return RedirectResponse("/staff/calendars", HTTPStatus.SEE_OTHER)


def _read(desk: Desk, calendar: str, deed: Callable[[], Outcome]) -> Response:
    """Read a calendar and show at once what came of it."""
    calendars.calendar_of(desk.session, desk.site, calendar, desk.now)
    try:
        outcome = attempt(deed, CALENDARS)
    except Refused as refused:
        return _page(desk, calendar, refused=refused)
    except Unreadable as trouble:
        return _page(
            desk, calendar, refused=amiss("unreadable"), problems=[Problem(None, str(trouble))]
        )
    with desk.afresh() as now:
        return _page(now, calendar, outcome=outcome)


def _led(calendar: str) -> Response:
    return RedirectResponse(f"/staff/calendars/{calendar}", HTTPStatus.SEE_OTHER)


def _rooms(desk: Desk) -> list[tuple[str, str]]:
    return [(room.id, room.name) for room in desk.parts.settings.rooms if room.bookable]


def _text(calendar: Calendar) -> Mapping[str, str]:
    """Return what the form shows; of the address nothing, for it may be a secret."""
    return {"room": calendar.room, "url": ""}


def _new(desk: Desk, said: Mapping[str, str], refused: Refused | None = None) -> Response:
    return desk.show_form(
        "new_calendar.html",
        CALENDARS,
        refused,
        said={name: said.get(name, "") for name in FIELDS},
        rooms=_rooms(desk),
    )


def _page(  # noqa: PLR0913 - what may have come of a form
    desk: Desk,
    calendar: str,
    *,
    said: Mapping[str, str] | None = None,
    refused: Refused | None = None,
    outcome: Outcome | None = None,
    problems: list[Problem] | None = None,
) -> Response:
    found = calendars.calendar_of(desk.session, desk.site, calendar, desk.now)
    kept = _text(found)
    return desk.show_form(
        "calendar.html",
        CALENDARS,
        refused,
        calendar=found,
        said=kept if said is None else {name: said.get(name, "") for name in kept},
        rooms=_rooms(desk),
        room_names=desk.parts.settings.room_names,
        outcome=outcome,
        problems=problems or found.problems,
    )
