"""Badges on a person's page: block, report lost, unblock, enrol by a tap or by the number."""

from http import HTTPStatus

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from api.dependencies import STAFF, Acting, Fields, Named
from api.explain import reader_of
from api.pages.filling import Refused, attempt, filled
from api.pages.frame import AtDesk
from api.pages.person import person_page
from api.pages.texts.people import PEOPLE
from api.problems import PROBLEMS
from daemon.store import badges, enrolments
from daemon.store.forms import BadgeChange, NewBadge, NewEnrolment
from daemon.store.objections import Unknown

router = APIRouter(
    prefix="/staff/people/{member}",
    tags=["pages"],
    include_in_schema=False,
    dependencies=[STAFF],
    responses=PROBLEMS,
)


@router.post("/badges")
def add(member: Named, desk: AtDesk, act: Acting, said: Fields) -> Response:
    """Give a badge by its number."""
    lab = desk.parts.lab
    try:
        form = attempt(lambda: filled(NewBadge, said, ("uid", "label")), PEOPLE)
        attempt(lambda: badges.add_badge(act, member, form, lab), PEOPLE)
    except Refused as refused:
        return person_page(desk, member, refused=refused)
    return _back(member)


@router.post("/badges/{badge}")
def change(member: Named, badge: Named, desk: AtDesk, act: Acting, said: Fields) -> Response:
    """Block it, report it lost, or make it good again: a button for each."""
    if badges.badge_of(desk.session, desk.site, badge).member != member:
        raise Unknown("badge", badge)
    form = attempt(lambda: filled(BadgeChange, said, ("status",)), PEOPLE)
    badges.change_badge(act, badge, form, desk.parts.settings.site.zone)
    return _back(member)


@router.post("/enrolments")
def enrol(member: Named, desk: AtDesk, act: Acting, said: Fields) -> Response:
    """Wait for a card at a reader; the page shows what comes of it."""
    door, _, reader = said.get("place", "").partition("/")
    named = {"member": member, "door": door, "reader": reader, "label": said.get("label", "")}
    try:
        form = attempt(lambda: filled(NewEnrolment, named, tuple(named)), PEOPLE)
        place = reader_of(desk.parts, form.door, form.reader)
        opened = attempt(lambda: enrolments.open_enrolment(act, form, place), PEOPLE)
    except Refused as refused:
        return person_page(desk, member, refused=refused)
    return _back(member, f"?enrolment={opened.id}")


def _back(member: str, more: str = "") -> Response:
    return RedirectResponse(f"/staff/people/{member}{more}", HTTPStatus.SEE_OTHER)
