"""`/gatherings`: courses, workshops, events. Members see when and where, staff write.

Who comes, and who was there, is for staff and the gathering's organiser.
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from api.dependencies import MEMBER, STAFF, Acting, Asking, Built, Named, Now, OpenSession
from api.lists import After, Limit, Listed, Since, Until, listed, moment_place_of, place_of
from api.moments import Instant
from api.parts import Parts
from api.problems import PROBLEMS
from daemon.config.fields import ID_PATTERN
from daemon.store import attendance_lists, attendees, gathering_views, gatherings
from daemon.store.attendances import Attended, attended
from daemon.store.badges import Lab
from daemon.store.gathering_forms import (
    AttendeeChange,
    GatheringChange,
    NewAttendee,
    NewGathering,
)
from daemon.store.gathering_views import Attendee, Wanted
from daemon.store.objections import Invalid
from devices import moments

router = APIRouter(prefix="/gatherings", tags=["gatherings"], responses=PROBLEMS)


class Gathering(BaseModel):
    """A course, workshop or event; `attendees`: how many are on its list."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    title: str
    kind: str
    room: str
    start: Instant
    end: Instant
    capacity: int | None
    organiser: str | None
    attendees: int


class There(BaseModel):
    """How long one of the list was there. `left` null: nobody saw them go before its end."""

    attendee: Attendee
    minutes: int
    percent: int
    arrived: Instant | None
    left: Instant | None
    present: bool


class AttendanceList(BaseModel):
    """Everybody on the list, and how many are there now."""

    gathering: Gathering
    present: int
    items: list[There]


Room = Annotated[str | None, Query(pattern=ID_PATTERN)]
Format = Annotated[Literal["json", "csv"] | None, Query(alias="format")]
_CSV = "text/csv"


def wanted_of(
    room: Room = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 100,
    after: After = None,
) -> Wanted:
    return Wanted(limit + 1, room, since, until, moment_place_of(after))


@router.get("", dependencies=[MEMBER])
def list_gatherings(
    session: OpenSession,
    parts: Built,
    wanted: Annotated[Wanted, Depends(wanted_of)],
    limit: Limit = 100,
) -> Listed[Gathering]:
    """List gatherings by their start."""
    found = gathering_views.gatherings(session, parts.site, wanted)
    return listed([_shown(each) for each in found], limit, lambda g: (moments.shown(g.start), g.id))


@router.post("", status_code=201, dependencies=[STAFF])
def add_gathering(form: NewGathering, act: Acting, parts: Built, response: Response) -> Gathering:
    """Plan a gathering."""
    gathering = gatherings.add_gathering(act, form, parts.settings.bookable)
    response.headers["Location"] = f"/api/v1/gatherings/{gathering.id}"
    return _shown(gathering)


@router.get("/{gathering}", dependencies=[MEMBER])
def get_gathering(gathering: Named, session: OpenSession, parts: Built) -> Gathering:
    """Show one gathering."""
    return _shown(gathering_views.gathering_of(session, parts.site, gathering))


@router.patch("/{gathering}", dependencies=[STAFF])
def change_gathering(
    gathering: Named, form: GatheringChange, act: Acting, parts: Built
) -> Gathering:
    """Change what is said; null clears. Everybody on the list moves along from the next tap on."""
    return _shown(gatherings.change_gathering(act, gathering, form, parts.settings.bookable))


@router.delete("/{gathering}", status_code=204, dependencies=[STAFF])
def remove_gathering(gathering: Named, act: Acting) -> None:
    """Call it off, with its list; nobody is let in for it from the next tap on."""
    gatherings.remove_gathering(act, gathering)


@router.get("/{gathering}/attendees", dependencies=[MEMBER])
def list_attendees(  # noqa: PLR0913, PLR0917 - what FastAPI brings
    gathering: Named,
    session: OpenSession,
    parts: Built,
    asker: Asking,
    limit: Limit = 100,
    after: After = None,
) -> Listed[Attendee]:
    """List who comes, in the order they came onto the list."""
    _check(gathering, session, parts, asker)
    rows = gathering_views.attendees(session, parts.site, gathering, limit + 1, _number(after))
    places = {row.id: row.place for row in rows}
    found = [gathering_views.attendee_shown(row) for row in rows]
    return listed(found, limit, lambda each: (str(places[each.id]),))


@router.post("/{gathering}/attendees", status_code=201, dependencies=[MEMBER])
def add_attendee(  # noqa: PLR0913, PLR0917 - what FastAPI brings
    gathering: Named,
    form: NewAttendee,
    act: Acting,
    asker: Asking,
    parts: Built,
    response: Response,
) -> Attendee:
    """Put somebody onto the list, while there are places."""
    attendee = attendees.add_attendee(act, asker, gathering, form, _lab(parts))
    response.headers["Location"] = f"/api/v1/gatherings/{gathering}/attendees/{attendee.id}"
    return attendee


@router.get("/{gathering}/attendees/{attendee}", dependencies=[MEMBER])
def get_attendee(
    gathering: Named, attendee: Named, session: OpenSession, parts: Built, asker: Asking
) -> Attendee:
    """Show one of the list."""
    _check(gathering, session, parts, asker)
    return gathering_views.attendee_of(session, parts.site, gathering, attendee)


@router.patch("/{gathering}/attendees/{attendee}", dependencies=[MEMBER])
def change_attendee(  # noqa: PLR0913, PLR0917 - what FastAPI brings
    gathering: Named,
    attendee: Named,
    form: AttendeeChange,
    act: Acting,
    asker: Asking,
    parts: Built,
) -> Attendee:
    """Change what is said; null clears."""
    return attendees.change_attendee(act, asker, gathering, attendee, form, _lab(parts))


@router.delete("/{gathering}/attendees/{attendee}", status_code=204, dependencies=[MEMBER])
def remove_attendee(gathering: Named, attendee: Named, act: Acting, asker: Asking) -> None:
    """Take somebody off the list."""
    attendees.remove_attendee(act, asker, gathering, attendee)


@router.get(
    "/{gathering}/attendance",
    dependencies=[MEMBER],
    response_model=AttendanceList,
    responses={200: {"content": {_CSV: {"schema": {"type": "string"}}}}},
)
def get_attendance(  # noqa: PLR0913, PLR0917 - what FastAPI brings
    gathering: Named,
    session: OpenSession,
    parts: Built,
    asker: Asking,
    now: Now,
    request: Request,
    kind: Format = None,
) -> AttendanceList | Response:
    """Tell who was there how long, in minutes and per cent; CSV by `Accept` or `format`."""
    found = _check(gathering, session, parts, asker)
    there = attended(session, parts.site, found, parts.house.days, now)
    if kind == "csv" or (kind is None and _CSV in request.headers.get("accept", "")):
        content = attendance_lists.as_csv(there, parts.house.calendar.zone)
        return Response(content, media_type=f"{_CSV}; charset=utf-8")
    items = [_there(each) for each in there]
    present = sum(each.present for each in items)
    return AttendanceList(gathering=_shown(found), present=present, items=items)


def _check(
    gathering: str, session: OpenSession, parts: Parts, asker: Asking
) -> gathering_views.Gathering:
    found = gathering_views.gathering_of(session, parts.site, gathering)
    gathering_views.check_organiser(found, asker)
    return found


def _number(after: str | None) -> int | None:
    place = place_of(after, 1)
    if place is None:
        return None
    if not (place[0].isascii() and place[0].isdecimal() and len(place[0]) < len("1000000000")):
        raise Invalid("after", "give back the `next` of the list before")
    return int(place[0])


def _lab(parts: Parts) -> Lab:
    return parts.lab


def _shown(gathering: gathering_views.Gathering) -> Gathering:
    return Gathering.model_validate(gathering)


def _there(each: Attended) -> There:
    there = each.there
    return There(
        attendee=each.attendee,
        minutes=there.minutes,
        percent=there.percent,
        arrived=there.arrived,
        left=there.left,
        present=there.present,
    )
