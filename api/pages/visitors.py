"""`/staff/visitors`: who is expected, announced, changed, taken off the list."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from api.dependencies import STAFF, Acting, Asking, Fields, Named
from api.pages import walls
from api.pages.filling import Refused, attempt
from api.pages.frame import AtDesk, Desk
from api.pages.persons import offered, person_meant, written
from api.pages.texts.visitors import VISITORS
from api.pages.ticks import ticked
from api.pages.visitor_fields import CARD, FIELDS, card_said, visitor_said, visitor_text
from api.problems import PROBLEMS
from api.visitors import Here
from daemon.store import asker, visitor_views, visitors
from daemon.store.members import names_of
from daemon.store.visitor_forms import NewVisitor, VisitorChange
from daemon.store.visitor_views import Visitor, Wanted

router = APIRouter(
    prefix="/staff/visitors",
    tags=["pages"],
    include_in_schema=False,
    dependencies=[STAFF],
    responses=PROBLEMS,
)

_MOST, _SHOWN = 2000, 100
When = Literal["coming", "all"]
Words = Annotated[str, Query(alias="q", max_length=200)]


@router.get("")
def show_visitors(desk: AtDesk, wanted: Words = "", when: When = "coming") -> Response:
    """List who is still expected, or everybody there was, by a part of a name or address."""
    since = desk.now if when == "coming" else None
    found = visitor_views.visitors(desk.session, desk.site, Wanted(_MOST, since=since), asker.STAFF)
    hosts = names_of(desk.session, desk.site, sorted({each.host for each in found}))
    chosen = [each for each in found if _is_meant(each, hosts, wanted.strip().lower())]
    if when == "all":
        chosen.reverse()
    return desk.frame.show(
        "visitors.html",
        VISITORS,
        found=chosen[:_SHOWN],
        more=len(chosen) > _SHOWN,
        hosts=hosts,
        wanted=wanted,
        when=when,
    )


@router.get("/new")
def show_new(desk: AtDesk) -> Response:
    """Ask for a new visitor: today, unless another day is said."""
    today = walls.day_text(desk.now, desk.parts.settings.site.zone)
    return _form_page(desk, {"until_day": today, "while_host_in": "no"})


@router.post("")
def add(desk: AtDesk, act: Acting, who: Asking, here: Here, said: Fields) -> Response:
    """Announce a visitor, as the API does; a code that was made is shown now or never."""
    try:
        form = attempt(lambda: NewVisitor.model_validate(_new(desk, said)), VISITORS)
        made = attempt(lambda: visitors.add_visitor(act, who, form, here), VISITORS)
    except Refused as refused:
        return _form_page(desk, said, refused=refused)
    return _led(desk, made)


@router.get("/{visitor}")
def show(visitor: Named, desk: AtDesk) -> Response:
    """Show one visitor."""
    found = _found(desk, visitor)
    return _form_page(desk, _text(desk, found), found)


@router.post("/{visitor}")
def change(  # noqa: PLR0913, PLR0917 - what a form and an endpoint need between them
    visitor: Named, desk: AtDesk, act: Acting, who: Asking, here: Here, said: Fields
) -> Response:
    """Change what became different."""
    found = _found(desk, visitor)
    try:
        form = attempt(lambda: _change(desk, said, _text(desk, found)), VISITORS)
        if not form.said():
            return RedirectResponse(f"/staff/visitors/{visitor}", HTTPStatus.SEE_OTHER)
        made = attempt(lambda: visitors.change_visitor(act, who, visitor, form, here), VISITORS)
    except Refused as refused:
        return _form_page(desk, said, found, refused)
    return _led(desk, made)


@router.post("/{visitor}/end")
def end(visitor: Named, act: Acting, who: Asking) -> Response:
    """Take a visitor off the list."""
    visitors.end_visitor(act, who, visitor)
    return RedirectResponse("/staff/visitors", HTTPStatus.SEE_OTHER)


def _is_meant(visitor: Visitor, hosts: Mapping[str, str], wanted: str) -> bool:
    texts = (visitor.name, visitor.email or "", hosts.get(visitor.host, ""))
    return any(wanted in text.lower() for text in texts)


def _found(desk: Desk, visitor: str) -> Visitor:
    return visitor_views.visitor_of(desk.session, desk.site, visitor, asker.STAFF)


def _new(desk: Desk, said: Mapping[str, str]) -> Mapping[str, object]:
    host = person_meant(desk.session, desk.site, said.get("host", ""), "host")
    return visitor_said(said, host, desk.parts.settings.site.zone)


def _change(desk: Desk, said: Mapping[str, str], kept: Mapping[str, str]) -> VisitorChange:
    """Return what became different; raises Refused and ValidationError."""
    same_host = {"host": ""} if said.get("host", "").strip() == kept["host"] else {}
    wished, now = _new(desk, {**said, **same_host}), _new(desk, {**kept, **same_host})
    fields = {name: value for name, value in wished.items() if now.get(name) != value}
    return VisitorChange.model_validate({**fields, **card_said(said)})


def _text(desk: Desk, visitor: Visitor) -> Mapping[str, str]:
    """Return a visitor as the form shows them."""
    host = written(desk.session, desk.site, visitor.host)
    return visitor_text(visitor, host, desk.parts.settings.site.zone)


def _led(desk: Desk, made: Visitor) -> Response:
    """Show a new code, which nobody can read again, or lead to the visitor."""
    if made.code is None:
        return RedirectResponse(f"/staff/visitors/{made.id}", HTTPStatus.SEE_OTHER)
    return _form_page(desk, _text(desk, made), made)


def _form_page(
    desk: Desk,
    said: Mapping[str, str],
    visitor: Visitor | None = None,
    refused: Refused | None = None,
) -> Response:
    host = "" if visitor is None else visitor.host
    return desk.show_form(
        "visitor.html",
        VISITORS,
        refused,
        visitor=visitor,
        host=names_of(desk.session, desk.site, [host]).get(host, ""),
        said={name: said.get(name, "") for name in (*FIELDS, *CARD)},
        doors=[(door.id, door.name or door.id) for door in desk.parts.settings.doors],
        chosen=ticked(said, "door"),
        door_names={door.id: door.name or door.id for door in desk.parts.settings.doors},
        people=offered(desk),
    )
