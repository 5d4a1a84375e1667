"""`/staff/gatherings`: courses, workshops and events: planned, changed, called off."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from api.dependencies import STAFF, Acting, Fields, Named
from api.pages import walls
from api.pages.booking_fields import TIMES, Times, changed_times, times_of, times_text
from api.pages.filling import Refused, attempt, different, number
from api.pages.frame import AtDesk, Desk
from api.pages.gathering import gathering_page
from api.pages.persons import offered, person_meant, written
from api.pages.texts.gatherings import GATHERINGS
from api.problems import PROBLEMS
from daemon.store import gathering_views, gatherings
from daemon.store.gathering_forms import GatheringChange, NewGathering
from daemon.store.gathering_views import Gathering, Wanted
from devices import moments

router = APIRouter(
    prefix="/staff/gatherings",
    tags=["pages"],
    include_in_schema=False,
    dependencies=[STAFF],
    responses=PROBLEMS,
)

FIELDS = ("title", "kind", "room", *TIMES, "capacity", "organiser")
_MOST, _SHOWN = 2000, 100
When = Literal["coming", "all"]
Words = Annotated[str, Query(alias="q", max_length=200)]


@router.get("")
def show_gatherings(desk: AtDesk, wanted: Words = "", when: When = "coming") -> Response:
    """List what is still to come or to end, or all there was, by a part of the title."""
    since = desk.now if when == "coming" else None
    found = gathering_views.gatherings(desk.session, desk.site, Wanted(_MOST, since=since))
    chosen = [each for each in found if wanted.strip().lower() in each.title.lower()]
    if when == "all":
        chosen.reverse()
    return desk.frame.show(
        "gatherings.html",
        GATHERINGS,
        found=chosen[:_SHOWN],
        more=len(chosen) > _SHOWN,
        room_names=desk.parts.settings.room_names,
        wanted=wanted,
        when=when,
    )


@router.get("/new")
def show_new(desk: AtDesk) -> Response:
    """Ask for a new gathering."""
    today = walls.day_text(desk.now, desk.parts.settings.site.zone)
    return _form_page(desk, {"day": today, "kind": "course"})


@router.post("")
def add(desk: AtDesk, act: Acting, said: Fields) -> Response:
    """Plan a gathering, as the API does."""
    try:
        form = attempt(lambda: _new(desk, said), GATHERINGS)
        made = attempt(
            lambda: gatherings.add_gathering(act, form, desk.parts.settings.bookable), GATHERINGS
        )
    except Refused as refused:
        return _form_page(desk, said, refused=refused)
    return _led(made.id)


@router.get("/{gathering}")
def show(gathering: Named, desk: AtDesk) -> Response:
    """Show one gathering, who comes and who was there."""
    return gathering_page(desk, _found(desk, gathering))


@router.get("/{gathering}/change")
def show_change(gathering: Named, desk: AtDesk) -> Response:
    """Ask what is to become different."""
    found = _found(desk, gathering)
    return _form_page(desk, _text(desk, found), found)


@router.post("/{gathering}/change")
def change(gathering: Named, desk: AtDesk, act: Acting, said: Fields) -> Response:
    """Change what became different."""
    found = _found(desk, gathering)
    rooms = desk.parts.settings.bookable
    try:
        form = attempt(lambda: _change(desk, said, _text(desk, found)), GATHERINGS)
        if form.said():
            attempt(lambda: gatherings.change_gathering(act, gathering, form, rooms), GATHERINGS)
    except Refused as refused:
        return _form_page(desk, said, found, refused)
    return _led(gathering)


@router.post("/{gathering}/remove")
def remove(gathering: Named, act: Acting) -> Response:
    """Call it off, with its list."""
    gatherings.remove_gathering(act, gathering)
    return RedirectResponse("/staff/gatherings", HTTPStatus.SEE_OTHER)


def _led(gathering: str) -> Response:
    return RedirectResponse(f"/staff/gatherings/{gathering}", HTTPStatus.SEE_OTHER)


def _found(desk: Desk, gathering: str) -> Gathering:
    return gathering_views.gathering_of(desk.session, desk.site, gathering)


def _new(desk: Desk, said: Mapping[str, str]) -> NewGathering:
    times = times_of(said, desk.parts.settings.site.zone)
    plain = {name: _read(desk, name, said) for name in FIELDS if name not in TIMES}
    span = {"start": moments.shown(times.start), "end": moments.shown(times.end)}
    return NewGathering.model_validate({**plain, **span})


def _change(desk: Desk, said: Mapping[str, str], kept: Mapping[str, str]) -> GatheringChange:
    moved = changed_times(said, kept, desk.parts.settings.site.zone)
    plain = {name: _read(desk, name, said) for name in different(said, kept) if name not in TIMES}
    span = {name: moments.shown(at) for name, at in moved.items()}
    return GatheringChange.model_validate({**plain, **span})


def _read(desk: Desk, name: str, said: Mapping[str, str]) -> object:
    text = said.get(name, "").strip()
    match name:
        case "capacity":
            return number(text) if text else None
        case "organiser":
            return person_meant(desk.session, desk.site, text, "organiser")
        case _:
            return text


def _text(desk: Desk, gathering: Gathering) -> Mapping[str, str]:
    """Return a gathering as its form shows it."""
    zone = desk.parts.settings.site.zone
    return {
        "title": gathering.title,
        "kind": gathering.kind,
        "room": gathering.room,
        **times_text(Times(gathering.start, gathering.end), zone),
        "capacity": "" if gathering.capacity is None else str(gathering.capacity),
        "organiser": written(desk.session, desk.site, gathering.organiser),
    }


def _form_page(
    desk: Desk,
    said: Mapping[str, str],
    gathering: Gathering | None = None,
    refused: Refused | None = None,
) -> Response:
    return desk.show_form(
        "gathering_form.html",
        GATHERINGS,
        refused,
        gathering=gathering,
        said={name: said.get(name, "") for name in FIELDS},
        rooms=list(desk.parts.settings.room_names.items()),
        people=offered(desk),
    )
