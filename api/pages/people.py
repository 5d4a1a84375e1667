"""`/staff/people`: search, add and change people. Every change goes the way of the API's."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from api.dependencies import STAFF, Acting, Fields, Named
from api.pages.filling import Refused, attempt, filled
from api.pages.frame import AtDesk, Desk
from api.pages.person import person_page, plans_of
from api.pages.texts.people import PEOPLE
from api.problems import PROBLEMS
from daemon.store import members
from daemon.store.forms import MemberChange, NewMember

router = APIRouter(
    tags=["pages"], include_in_schema=False, dependencies=[STAFF], responses=PROBLEMS
)

FIELDS = (
    "name",
    "email",
    "plan",
    "role",
    "status",
    "valid_from",
    "valid_until",
    "language",
    "visibility",
)
_MOST = 50
_NEW = {"role": "member", "status": "active", "visibility": "count"}
Wanted = Annotated[str, Query(alias="q", max_length=200)]
Enrolment = Annotated[str, Query(max_length=63)]


@router.get("/staff/people")
def people(desk: AtDesk, wanted: Wanted = "") -> Response:
    """List people, those in whose name or address the words stand."""
    found = members.find_members(desk.session, desk.site, wanted.strip(), _MOST + 1)
    return desk.frame.show(
        "people.html", PEOPLE, found=found[:_MOST], more=len(found) > _MOST, wanted=wanted
    )


@router.get("/staff/people/new")
def show_new(desk: AtDesk) -> Response:
    """Ask for a new person."""
    return _new(desk, _NEW)


@router.post("/staff/people")
def add(desk: AtDesk, act: Acting, said: Fields) -> Response:
    """Let a person join."""
    zone = desk.parts.settings.site.zone
    try:
        form = attempt(lambda: filled(NewMember, said, FIELDS), PEOPLE)
        made = attempt(lambda: members.add_member(act, form, zone), PEOPLE)
    except Refused as refused:
        return _new(desk, said, refused)
    return RedirectResponse(f"/staff/people/{made.id}", HTTPStatus.SEE_OTHER)


@router.get("/staff/people/{member}")
def person(member: Named, desk: AtDesk, enrolment: Enrolment = "") -> Response:
    """Show one person, with their badges."""
    return person_page(desk, member, enrolment=enrolment)


@router.post("/staff/people/{member}")
def change(member: Named, desk: AtDesk, act: Acting, said: Fields) -> Response:
    """Change what became different."""
    zone = desk.parts.settings.site.zone
    try:
        form = attempt(lambda: filled(MemberChange, said, FIELDS), PEOPLE)
        attempt(lambda: members.change_member(act, member, form, zone), PEOPLE)
    except Refused as refused:
        return person_page(desk, member, said=said, refused=refused)
    return RedirectResponse(f"/staff/people/{member}", HTTPStatus.SEE_OTHER)


def _new(desk: Desk, said: Mapping[str, str], refused: Refused | None = None) -> Response:
    return desk.show_form(
        "new_person.html",
        PEOPLE,
        refused,
        said={name: said.get(name, "") for name in FIELDS},
        plans=plans_of(desk),
    )
