"""What a member does at `/me`: be seen or not, book a room, invite a visitor; as the API does."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from http import HTTPStatus

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from api import visitors as reception
from api.bookings import Here
from api.dependencies import MEMBER, Acting, Asking, Fields, Named, Who
from api.pages import walls
from api.pages.booking_fields import FIELDS, booking_said
from api.pages.bookings import bookable
from api.pages.filling import Refused, attempt, filled
from api.pages.frame import AtDesk, Day, Desk
from api.pages.spans import SPAN
from api.pages.texts.me import ME, MY_BOOKING, MY_VISITOR
from api.pages.visitor_fields import visitor_said
from api.problems import PROBLEMS
from daemon.hours import reached
from daemon.store import bookings, cancellations, members, visitors
from daemon.store.asker import Asker
from daemon.store.booking_forms import NewBooking
from daemon.store.booking_views import HOLDING, Booking, Wanted
from daemon.store.booking_views import bookings as bookings_between
from daemon.store.forms import MemberChange
from daemon.store.objections import Unknown
from daemon.store.visitor_forms import NewVisitor

router = APIRouter(
    prefix="/me",
    tags=["pages"],
    include_in_schema=False,
    dependencies=[MEMBER],
    responses=PROBLEMS,
)

_DAY = timedelta(days=1)
_MOST = 500
VISITOR = ("name", "email", *SPAN, "access")


@router.post("/visibility")
def be_seen(desk: AtDesk, act: Acting, who: Who, said: Fields) -> Response:
    """Let others see that one is in, or not."""
    zone = desk.parts.settings.site.zone
    form = attempt(lambda: filled(MemberChange, said, ["visibility"]), ME)
    members.change_member(act, _member(who), form, zone)
    return _home()


@router.get("/bookings/new")
def ask_for_room(desk: AtDesk, who: Who, asker: Asking, day: Day = "") -> Response:
    """Ask which room, when; beside it stands when the rooms are taken on that day."""
    _member(who)
    said = {"day": day or walls.day_text(desk.now, desk.parts.settings.site.zone)}
    return _booking(desk, asker, said)


@router.post("/bookings")
def book(  # noqa: PLR0913, PLR0917 - what a form and an endpoint need between them
    desk: AtDesk, act: Acting, who: Who, asker: Asking, here: Here, said: Fields
) -> Response:
    """Book a room for oneself."""
    member, zone = _member(who), desk.parts.settings.site.zone
    try:
        form = attempt(
            lambda: NewBooking.model_validate(booking_said(said, member, zone)), MY_BOOKING
        )
        attempt(lambda: bookings.book(act, asker, form, here), MY_BOOKING)
    except Refused as refused:
        return _booking(desk, asker, said, refused)
    return _home()


@router.post("/bookings/{booking}/cancel")
def cancel(booking: Named, act: Acting, asker: Asking) -> Response:
    """Cancel a booking of one's own."""
    cancellations.cancel(act, asker, booking)
    return _home()


@router.get("/visitors/new")
def ask_for_visitor(desk: AtDesk, who: Who) -> Response:
    """Ask who comes and when: today, unless another day is said."""
    _member(who)
    return _visitor(desk, {"until_day": walls.day_text(desk.now, desk.parts.settings.site.zone)})


@router.post("/visitors")
def invite(  # noqa: PLR0913, PLR0917 - as above
    desk: AtDesk, act: Acting, who: Who, asker: Asking, here: reception.Here, said: Fields
) -> Response:
    """Invite a visitor; a code that was made is shown now or never."""
    member, zone = _member(who), desk.parts.settings.site.zone
    try:
        form = attempt(
            lambda: NewVisitor.model_validate(visitor_said(said, member, zone)), MY_VISITOR
        )
        made = attempt(lambda: visitors.add_visitor(act, asker, form, here), MY_VISITOR)
    except Refused as refused:
        return _visitor(desk, said, refused)
    return _home() if made.code is None else _visitor(desk, {}, code=made.code, name=made.name)


@router.post("/visitors/{visitor}/end")
def withdraw(visitor: Named, act: Acting, asker: Asking) -> Response:
    """Take a visitor of one's own off the list."""
    visitors.end_visitor(act, asker, visitor)
    return _home()


def _home() -> Response:
    return RedirectResponse("/me", HTTPStatus.SEE_OTHER)


def _member(who: Who) -> str:
    if who.member is None:
        raise Unknown("member", who.name)
    return who.member


def _booking(
    desk: Desk, asker: Asker, said: Mapping[str, str], refused: Refused | None = None
) -> Response:
    begins, ends = _day_asked(desk, said.get("day", ""))
    rooms = bookable(desk)
    wanted = Wanted(_MOST, since=begins, until=ends)
    found = bookings_between(desk.session, desk.site, wanted, asker, desk.now)
    return desk.show_form(
        "my_booking.html",
        MY_BOOKING,
        refused,
        said={name: said.get(name, "") for name in FIELDS},
        rooms=[(room.id, room.name) for room in rooms],
        day=begins,
        taken={room.id: _taken(found, room.id) for room in rooms},
    )


def _day_asked(desk: Desk, text: str) -> tuple[datetime, datetime]:
    zone = desk.parts.settings.site.zone
    try:
        day = walls.day_of(text)
    except walls.Amiss:
        day = desk.now.astimezone(zone).date()
    return reached(day, time.min, zone), reached(day + _DAY, time.min, zone)


def _taken(found: Sequence[Booking], room: str) -> Sequence[Booking]:
    return [each for each in found if each.room == room and each.status in HOLDING]


def _visitor(
    desk: Desk,
    said: Mapping[str, str],
    refused: Refused | None = None,
    *,
    code: str | None = None,
    name: str = "",
) -> Response:
    return desk.show_form(
        "my_visitor.html",
        MY_VISITOR,
        refused,
        said={name: said.get(name, "") for name in VISITOR},
        code=code,
        name=name,
    )
