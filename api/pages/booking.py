"""One booking at the desk: shown, changed, ended, cancelled alone or with its series."""

from collections.abc import Mapping

from fastapi import APIRouter
from starlette.responses import Response

from api.bookings import Here
from api.dependencies import STAFF, Acting, Asking, Fields, Named
from api.pages.booking_fields import booking_text, changed_times, guests_of, member_of
from api.pages.bookings import back, bookable
from api.pages.filling import Refused, amiss, attempt, different
from api.pages.frame import AtDesk, Desk
from api.pages.persons import offered
from api.pages.texts.bookings import BOOKINGS
from api.problems import PROBLEMS
from daemon.store import asker, booking_changes, cancellations
from daemon.store.booking_forms import BookingChange
from daemon.store.booking_views import HOLDING, Booking, booking_of
from daemon.store.cancellations import Reach
from daemon.store.gathering_views import gathering_of
from daemon.store.members import names_of
from daemon.store.objections import Unknown
from devices import moments

router = APIRouter(
    prefix="/staff/bookings/{booking}",
    tags=["pages"],
    include_in_schema=False,
    dependencies=[STAFF],
    responses=PROBLEMS,
)


@router.get("")
def show(booking: Named, desk: AtDesk) -> Response:
    """Show one booking and what can be done with it."""
    return _page(desk, _found(desk, booking))


@router.post("")
def change(  # noqa: PLR0913, PLR0917 - what a form and an endpoint need between them
    booking: Named, desk: AtDesk, act: Acting, who: Asking, here: Here, said: Fields
) -> Response:
    """Change what became different."""
    found = _found(desk, booking)
    try:
        form = attempt(lambda: _form(desk, said, booking_text(desk, found)), BOOKINGS)
        made = attempt(
            lambda: booking_changes.change_booking(act, who, booking, form, here), BOOKINGS
        )
    except Refused as refused:
        return _page(desk, found, said, refused)
    return back(desk, made, "changed")


@router.post("/end")
def end(booking: Named, desk: AtDesk, act: Acting, who: Asking) -> Response:
    """Give the room back now."""
    found = _found(desk, booking)
    try:
        attempt(lambda: booking_changes.end_booking(act, who, booking), BOOKINGS)
    except Refused as refused:
        return _page(desk, found, refused=refused)
    return back(desk, found, "ended")


@router.post("/cancel")
def cancel(booking: Named, desk: AtDesk, act: Acting, who: Asking, said: Fields) -> Response:
    """Cancel it, or it and the following, or what is left of its series."""
    found = _found(desk, booking)
    try:
        attempt(lambda: _cancel(act, who, booking, said.get("series", "")), BOOKINGS)
    except Refused as refused:
        return _page(desk, found, refused=refused)
    return back(desk, found, "cancelled")


def _cancel(act: Acting, who: Asking, booking: str, reach: str) -> None:
    if not reach:
        cancellations.cancel(act, who, booking)
    elif reach in set(Reach):
        cancellations.cancel_series(act, who, booking, Reach(reach))
    else:
        raise amiss("bad_series")


def _found(desk: Desk, booking: str) -> Booking:
    return booking_of(desk.session, desk.site, booking, asker.STAFF, desk.now)


def _form(desk: Desk, said: Mapping[str, str], kept: Mapping[str, str]) -> BookingChange:
    """Return what became different; raises Refused and ValidationError."""
    fields: dict[str, object] = {}
    for name in different(said, kept):
        match name:
            case "room" | "title":
                fields[name] = said.get(name, "").strip() or None
            case "member":
                fields[name] = member_of(desk, said)
            case "guests":
                fields[name] = guests_of(said.get(name, ""))
    moved = changed_times(said, kept, desk.parts.settings.site.zone)
    fields |= {name: moments.shown(at) for name, at in moved.items()}
    return BookingChange.model_validate(fields)


def _page(
    desk: Desk,
    booking: Booking,
    said: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> Response:
    kept = booking_text(desk, booking)
    held_by = _why_fixed(desk, booking)
    return desk.show_form(
        "booking.html",
        BOOKINGS,
        refused,
        booking=booking,
        fixed=held_by,
        is_running=booking.status in HOLDING and booking.start < desk.now,
        said=kept if said is None else {name: said.get(name, "") for name in kept},
        holder=names_of(desk.session, desk.site, [booking.member or ""]).get(booking.member or ""),
        room_names=desk.parts.settings.room_names,
        rooms=bookable(desk),
        people=[] if held_by else offered(desk),
    )


def _why_fixed(desk: Desk, booking: Booking) -> str:
    """Return the word for why it can't be changed here; nothing if it can."""
    try:
        gathering_of(desk.session, desk.site, booking.id)
    except Unknown:
        pass
    else:
        return "gathering-booking"
    if booking.source == "calendar":
        return "calendar-booking"
    return "" if booking.status in {*HOLDING, "over"} else f"is_{booking.status}"
