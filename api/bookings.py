"""`/bookings`: rooms for a time. Members see and change their own, staff all."""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict

from api.dependencies import MEMBER, STAFF, Acting, Asking, Built, Named, Now, OpenSession
from api.lists import After, Limit, Listed, Since, Until, listed, moment_place_of
from api.moments import Instant
from api.problems import PROBLEMS
from daemon.config.fields import ID_PATTERN
from daemon.store import booking_changes, booking_views, bookings, cancellations, missed
from daemon.store.booking_forms import BookingChange, NewBooking
from daemon.store.booking_views import Wanted
from daemon.store.bookings import Premises
from daemon.store.cancellations import Reach
from devices import moments

router = APIRouter(prefix="/bookings", tags=["bookings"], responses=PROBLEMS)


class Guest(BaseModel):
    """Somebody who comes along. `badge`: a card's last digits; `known`: a door knows them."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    email: str | None
    badge: str | None
    known: bool


class Booking(BaseModel):
    """A room for a time. Of others' bookings `member`, `title`, `series`, `guests` are empty."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    room: str
    start: Instant
    end: Instant
    status: Literal["booked", "checked-in", "released", "cancelled", "over"]
    source: Literal["usciere", "calendar"]
    member: str | None
    title: str | None
    series: str | None
    guests: list[Guest]


class Occurrence(BaseModel):
    """One booking of a series."""

    id: str
    start: Instant
    end: Instant


class Booked(Booking):
    """What was booked: the first booking, and all of them."""

    occurrences: list[Occurrence]


class MissedSeries(BaseModel):
    """A series nobody came to `times` times in a row; `booking` was the latest, at `last`."""

    model_config = ConfigDict(from_attributes=True)

    series: str
    room: str
    member: str | None
    booking: str
    times: int
    last: Instant


def premises_of(parts: Built) -> Premises:
    return bookings.premises_of(parts.settings, parts.key)


Here = Annotated[Premises, Depends(premises_of)]
Filter = Annotated[str | None, Query(pattern=ID_PATTERN)]
Series = Annotated[
    Reach | None, Query(description="`all` that is left of its series, or this and the `following`")
]


def wanted_of(  # noqa: PLR0913, PLR0917 - what FastAPI brings
    room: Filter = None,
    member: Filter = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 100,
    after: After = None,
) -> Wanted:
    return Wanted(limit + 1, room, member, since, until, moment_place_of(after))


@router.get("", dependencies=[MEMBER])
def list_bookings(
    session: OpenSession,
    parts: Built,
    asker: Asking,
    now: Now,
    wanted: Annotated[Wanted, Depends(wanted_of)],
) -> Listed[Booking]:
    """List bookings by their start; with `from` and `to` every one that touches that time."""
    found = booking_views.bookings(session, parts.site, wanted, asker, now)
    return listed(_all(found), wanted.most - 1, lambda each: (moments.shown(each.start), each.id))


@router.post("", status_code=201, dependencies=[MEMBER])
def book(form: NewBooking, act: Acting, asker: Asking, here: Here, response: Response) -> Booked:
    """Book a room, with `rrule` again and again; one clash refuses the whole series."""
    found = _all(bookings.book(act, asker, form, here))
    response.headers["Location"] = f"/api/v1/bookings/{found[0].id}"
    each = [Occurrence(id=one.id, start=one.start, end=one.end) for one in found]
    return Booked.model_validate({**dict(found[0]), "occurrences": each})


@router.get("/missed", dependencies=[STAFF])
def list_missed(session: OpenSession, parts: Built, now: Now) -> Listed[MissedSeries]:
    """List the series to which nobody came three times in a row or more, the latest first."""
    found = missed.missed_series(session, parts.site, now)
    return Listed(items=[MissedSeries.model_validate(each) for each in found], next=None)


@router.get("/{booking}", dependencies=[MEMBER])
def get_booking(
    booking: Named, session: OpenSession, parts: Built, asker: Asking, now: Now
) -> Booking:
    """Show one booking."""
    return _shown(booking_views.booking_of(session, parts.site, booking, asker, now))


@router.patch("/{booking}", dependencies=[MEMBER])
def change_booking(
    booking: Named, form: BookingChange, act: Acting, asker: Asking, here: Here
) -> Booking:
    """Move it, make it longer or shorter, change its title or guests; null clears."""
    return _shown(booking_changes.change_booking(act, asker, booking, form, here))


@router.post("/{booking}/end", dependencies=[MEMBER])
def end_booking(booking: Named, act: Acting, asker: Asking) -> Booking:
    """Leave early: the booking ends now, and the room is free."""
    return _shown(booking_changes.end_booking(act, asker, booking))


@router.delete("/{booking}", status_code=204, dependencies=[MEMBER])
def cancel_booking(booking: Named, act: Acting, asker: Asking, series: Series = None) -> None:
    """Cancel a booking, this one only unless `series` says more."""
    if series is None:
        cancellations.cancel(act, asker, booking)
    else:
        cancellations.cancel_series(act, asker, booking, series)


def _all(found: Sequence[booking_views.Booking]) -> list[Booking]:
    return [_shown(each) for each in found]


def _shown(booking: booking_views.Booking) -> Booking:
    return Booking.model_validate(booking)
