"""`/staff/bookings`: the rooms' days and weeks, and booking a room, once or again and again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from http import HTTPStatus
from typing import Annotated, Literal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from api.bookings import Here
from api.dependencies import STAFF, Acting, Asking, Fields
from api.pages import walls
from api.pages.booking_fields import (
    FIELDS,
    OWN_RULE,
    REPEATS,
    booking_said,
    member_of,
    rule_of,
)
from api.pages.filling import Refused, attempt
from api.pages.frame import AtDesk, Desk
from api.pages.grid import Lane, rows_of
from api.pages.persons import offered
from api.pages.texts.bookings import BOOKINGS
from api.problems import PROBLEMS
from daemon.config import Room
from daemon.hours import reached
from daemon.store import asker, bookings
from daemon.store.booking_forms import NewBooking
from daemon.store.booking_views import HOLDING, Booking, Wanted
from daemon.store.booking_views import bookings as bookings_between
from daemon.store.members import names_of
from daemon.store.objections import Invalid, Unknown

router = APIRouter(
    prefix="/staff/bookings",
    tags=["pages"],
    include_in_schema=False,
    dependencies=[STAFF],
    responses=PROBLEMS,
)

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_MOST = 2000
_SERIES = ("repeat", "until", "rrule")
View = Literal["day", "week"]
Text = Annotated[str, Query(max_length=63)]
Done = Literal["", "booked", "changed", "cancelled", "ended"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is looked at: a day of rooms, or a week of one."""

    view: View
    day: date
    room: str
    rooms: Sequence[Room]

    @property
    def days(self) -> Sequence[date]:
        """The days side by side; a week begins on Monday."""
        if self.view == "day":
            return [self.day]
        monday = self.day - self.day.weekday() * _DAY
        return [monday + number * _DAY for number in range(7)]

    def address(self, **other: object) -> str:
        """Return where this is, or something else of it."""
        asked = {"view": self.view, "day": self.day, "room": self.room, **other}
        return "?" + urlencode({name: value for name, value in asked.items() if value})


@router.get("")
def show_bookings(
    desk: AtDesk, view: View = "day", day: Text = "", room: Text = "", done: Done = ""
) -> Response:
    """Show a day of all rooms or of one, or a week of one room."""
    sheet = _sheet(desk, view, day, room)
    zone = desk.parts.settings.site.zone
    found = _booked(desk, sheet)
    holding = [each for each in found if each.status in {*HOLDING, "over"}]
    lanes = [
        Lane(each.id, on, _of(holding, each.id, on, zone))
        for on in sheet.days
        for each in sheet.rooms
    ]
    step = _WEEK if view == "week" else _DAY
    return desk.frame.show(
        "bookings.html",
        BOOKINGS,
        sheet=sheet,
        before=sheet.day - step,
        after=sheet.day + step,
        today=desk.now.astimezone(zone).date(),
        lanes=lanes,
        rows=rows_of(lanes, zone, desk.now),
        gone=[each for each in found if each not in holding],
        names=names_of(desk.session, desk.site, [each.member for each in found if each.member]),
        rooms=bookable(desk),
        room_names=desk.parts.settings.room_names,
        done=done,
    )


@router.get("/new")
def show_new(
    desk: AtDesk, day: Text = "", room: Text = "", since: Annotated[str, Query(alias="from")] = ""
) -> Response:
    """Ask for a new booking; day, room and hour may have been chosen in the table."""
    zone = desk.parts.settings.site.zone
    clock = since[:5]
    said = {
        "room": room,
        "day": day or walls.day_text(desk.now, zone),
        "from": clock,
        "from_turn": since[5:],
        "to": _hour_later(clock),
        "to_turn": since[5:],
    }
    return _new(desk, said)


@router.post("")
def add(desk: AtDesk, act: Acting, who: Asking, here: Here, said: Fields) -> Response:
    """Book a room, as the API does."""
    try:
        form = attempt(lambda: _form(desk, said), BOOKINGS)
        made = attempt(lambda: bookings.book(act, who, form, here), BOOKINGS)
    except Refused as refused:
        return _new(desk, said, refused)
    return back(desk, made[0], "booked")


def back(desk: Desk, booking: Booking, done: str) -> Response:
    """Lead to the day of a booking, and say what was done."""
    day = walls.day_text(booking.start, desk.parts.settings.site.zone)
    asked = urlencode({"day": day, "done": done})
    return RedirectResponse(f"/staff/bookings?{asked}", HTTPStatus.SEE_OTHER)


def bookable(desk: Desk) -> Sequence[Room]:
    """Return the rooms that can be booked."""
    return [room for room in desk.parts.settings.rooms if room.bookable]


def _sheet(desk: Desk, view: View, day: str, room: str) -> Sheet:
    today = desk.now.astimezone(desk.parts.settings.site.zone).date()
    try:
        chosen = walls.day_of(day) if day else today
    except walls.Amiss:
        raise Invalid("day", "write a day as 2026-11-23") from None
    rooms = bookable(desk)
    if room:
        rooms = [each for each in rooms if each.id == room]
        if not rooms:
            raise Unknown("room", room)
    elif view == "week":
        rooms = rooms[:1]
    return Sheet(view, chosen, rooms[0].id if rooms and view == "week" else room, rooms)


def _booked(desk: Desk, sheet: Sheet) -> Sequence[Booking]:
    zone = desk.parts.settings.site.zone
    since, until = (reached(day, time.min, zone) for day in (sheet.days[0], sheet.days[-1] + _DAY))
    rooms = {room.id for room in sheet.rooms}
    wanted = Wanted(_MOST, sheet.room or None, since=since, until=until)
    found = bookings_between(desk.session, desk.site, wanted, asker.STAFF, desk.now)
    return [each for each in found if each.room in rooms]


def _of(found: Sequence[Booking], room: str, day: date, zone: ZoneInfo) -> Sequence[Booking]:
    since, until = reached(day, time.min, zone), reached(day + _DAY, time.min, zone)
    return [each for each in found if each.room == room and each.start < until and each.end > since]


def _form(desk: Desk, said: Mapping[str, str]) -> NewBooking:
    single = booking_said(said, member_of(desk, said), desk.parts.settings.site.zone)
    return NewBooking.model_validate({**single, "rrule": rule_of(said)})


def _new(desk: Desk, said: Mapping[str, str], refused: Refused | None = None) -> Response:
    return desk.show_form(
        "new_booking.html",
        BOOKINGS,
        refused,
        said={name: said.get(name, "") for name in (*FIELDS, *_SERIES)},
        rooms=bookable(desk),
        people=offered(desk),
        repeats=[*REPEATS, OWN_RULE],
    )


def _hour_later(clock: str) -> str:
    try:
        begins = walls.clock_of(clock)
    except walls.Amiss:
        return ""
    return f"{(begins.hour + 1) % 24:02}:{begins.minute:02}"
