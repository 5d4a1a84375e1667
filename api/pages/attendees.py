"""Who comes to a gathering, at the desk: onto the list, changed, off it; codes show once."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from api.dependencies import STAFF, Acting, Asking, Fields, Named
from api.pages.filling import Refused, attempt, different
from api.pages.frame import AtDesk, Desk
from api.pages.gathering import Answer, gathering_page
from api.pages.texts.gatherings import GATHERINGS
from api.problems import PROBLEMS
from daemon.store import attendees, gathering_views
from daemon.store.badges import Lab
from daemon.store.gathering_forms import AttendeeChange, NewAttendee
from daemon.store.gathering_views import Attendee

router = APIRouter(
    prefix="/staff/gatherings/{gathering}/attendees",
    tags=["pages"],
    include_in_schema=False,
    dependencies=[STAFF],
    responses=PROBLEMS,
)


@router.post("")
def add(gathering: Named, desk: AtDesk, act: Acting, who: Asking, said: Fields) -> Response:
    """Put somebody onto the list; a code that was made is shown now or never."""
    found = gathering_views.gathering_of(desk.session, desk.site, gathering)
    try:
        form = attempt(
            lambda: NewAttendee.model_validate({**_named(said), **_card(said)}), GATHERINGS
        )
        made = attempt(
            lambda: attendees.add_attendee(act, who, gathering, form, _lab(desk)), GATHERINGS
        )
    except Refused as refused:
        return gathering_page(desk, found, Answer(said, refused))
    return _led(desk, gathering, made)


@router.get("/{attendee}")
def show(gathering: Named, attendee: Named, desk: AtDesk) -> Response:
    """Show one of the list."""
    found = gathering_views.attendee_of(desk.session, desk.site, gathering, attendee)
    return _page(desk, gathering, found)


@router.post("/{attendee}")
def change(  # noqa: PLR0913, PLR0917 - what a form and an endpoint need between them
    gathering: Named, attendee: Named, desk: AtDesk, act: Acting, who: Asking, said: Fields
) -> Response:
    """Change what became different."""
    found = gathering_views.attendee_of(desk.session, desk.site, gathering, attendee)
    fields = {name: _named(said)[name] for name in different(said, _text(found))}
    lab = _lab(desk)
    try:
        form = attempt(lambda: AttendeeChange.model_validate({**fields, **_card(said)}), GATHERINGS)
        if not form.said():
            return _back(gathering)
        made = attempt(
            lambda: attendees.change_attendee(act, who, gathering, attendee, form, lab), GATHERINGS
        )
    except Refused as refused:
        return _page(desk, gathering, found, said, refused)
    return _led(desk, gathering, made)


@router.post("/{attendee}/remove")
def remove(gathering: Named, attendee: Named, act: Acting, who: Asking) -> Response:
    """Take somebody off the list."""
    attendees.remove_attendee(act, who, gathering, attendee)
    return _back(gathering)


def _named(said: Mapping[str, str]) -> Mapping[str, str | None]:
    return {"name": said.get("name", "").strip(), "email": said.get("email", "").strip() or None}


def _card(said: Mapping[str, str]) -> Mapping[str, object]:
    """Return by what doors know them; nothing where that stays as it is."""
    match said.get("access", ""):
        case "":
            return {}
        case "code":
            return {"code": True}
        case "name":
            return {"badge": None}
        case _:
            return {"badge": said.get("badge", "").strip()}


def _text(attendee: Attendee) -> Mapping[str, str]:
    return {"name": attendee.name, "email": attendee.email or ""}


def _lab(desk: Desk) -> Lab:
    return desk.parts.lab


def _led(desk: Desk, gathering: str, made: Attendee) -> Response:
    if made.code is None:
        return _back(gathering)
    with desk.afresh() as now:
        found = gathering_views.gathering_of(now.session, desk.site, gathering)
        return gathering_page(now, found, Answer(made=made))


def _back(gathering: str) -> Response:
    return RedirectResponse(f"/staff/gatherings/{gathering}", HTTPStatus.SEE_OTHER)


def _page(
    desk: Desk,
    gathering: str,
    attendee: Attendee,
    said: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> Response:
    return desk.show_form(
        "attendee.html",
        GATHERINGS,
        refused,
        gathering=gathering_views.gathering_of(desk.session, desk.site, gathering),
        attendee=attendee,
        said=_text(attendee) if said is None else {k: said.get(k, "") for k in _text(attendee)},
    )
