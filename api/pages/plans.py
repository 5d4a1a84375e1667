"""`/staff/plans`: what memberships allow: written, changed, dropped."""

from collections import Counter
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from api.dependencies import STAFF, Acting, Fields, Named
from api.pages.filling import Refused, attempt, number
from api.pages.frame import AtDesk, Desk
from api.pages.hours import english, hours_lines
from api.pages.texts.plans import PLANS
from api.pages.ticks import boxes, ticked
from api.problems import PROBLEMS
from daemon.store import members, terms, windows
from daemon.store.forms import NewPlan, PlanChange
from daemon.store.terms import Terms

router = APIRouter(
    prefix="/staff/plans",
    tags=["pages"],
    include_in_schema=False,
    dependencies=[STAFF],
    responses=PROBLEMS,
)

FIELDS = ("id", "name", "when", "hours", "holidays", "entries_per_month", "where")
_NEW = {"when": "hours", "holidays": "no", "where": "usual"}


@router.get("")
def show_plans(desk: AtDesk) -> Response:
    """List the plans, and how many people have each."""
    everybody = members.members(desk.session, desk.site)
    found = terms.plans(desk.session, desk.site)
    return desk.frame.show(
        "plans.html",
        PLANS,
        found=found,
        hours={each.id: hours_lines(each.hours, desk.frame.language) for each in found},
        people=Counter(each.plan for each in everybody),
        room_names=desk.parts.settings.room_names,
    )


@router.get("/new")
def show_new(desk: AtDesk) -> Response:
    """Ask for a new plan."""
    return _form_page(desk, _NEW)


@router.post("")
def add(desk: AtDesk, act: Acting, said: Fields) -> Response:
    """Write a new plan, as the API does."""
    try:
        named = {"id": said.get("id", "").strip()}
        form = attempt(lambda: NewPlan.model_validate({**named, **_terms(said)}), PLANS)
        attempt(lambda: terms.add_plan(act, form, desk.parts.settings.room_names), PLANS)
    except Refused as refused:
        return _form_page(desk, said, refused=refused)
    return RedirectResponse("/staff/plans", HTTPStatus.SEE_OTHER)


@router.get("/{plan}")
def show(plan: Named, desk: AtDesk) -> Response:
    """Show one plan."""
    found = terms.plan_terms(desk.session, desk.site, plan)
    return _form_page(desk, _text(desk, found), found)


@router.post("/{plan}")
def change(plan: Named, desk: AtDesk, act: Acting, said: Fields) -> Response:
    """Change what became different."""
    found = terms.plan_terms(desk.session, desk.site, plan)
    try:
        form = attempt(lambda: _change(said, _text(desk, found)), PLANS)
        attempt(lambda: terms.change_plan(act, plan, form, desk.parts.settings.room_names), PLANS)
    except Refused as refused:
        return _form_page(desk, said, found, refused)
    return RedirectResponse("/staff/plans", HTTPStatus.SEE_OTHER)


@router.post("/{plan}/remove")
def remove(plan: Named, desk: AtDesk, act: Acting) -> Response:
    """Drop a plan that nobody has."""
    found = terms.plan_terms(desk.session, desk.site, plan)
    try:
        attempt(lambda: terms.remove_plan(act, plan), PLANS)
    except Refused as refused:
        return _form_page(desk, _text(desk, found), found, refused)
    return RedirectResponse("/staff/plans", HTTPStatus.SEE_OTHER)


def _terms(said: Mapping[str, str]) -> Mapping[str, object]:
    """Return what the form says, as the API takes it; raises Invalid."""
    entries = said.get("entries_per_month", "").strip()
    return {
        "name": said.get("name", "").strip() or None,
        "hours": _hours(said),
        "holidays": {"yes": True, "no": False}.get(said.get("holidays", "")),
        "entries_per_month": number(entries) if entries else None,
        "rooms": ticked(said, "room") if said.get("where") == "these" else None,
    }


def _hours(said: Mapping[str, str]) -> windows.Windows | None:
    lines = [line for line in english(said.get("hours", "")).splitlines() if line.strip()]
    match said.get("when"):
        case "always":
            return None
        case "never":
            return []
        case _:
            return windows.hours_of(lines or [""])


def _change(said: Mapping[str, str], kept: Mapping[str, str]) -> PlanChange:
    now = _terms(kept)
    return PlanChange.model_validate(
        {name: value for name, value in _terms(said).items() if value != now[name]}
    )


def _text(desk: Desk, plan: Terms) -> Mapping[str, str]:
    """Return a plan as its form shows it."""
    when = "always" if plan.hours is None else "hours" if plan.hours else "never"
    return {
        "id": plan.id,
        "name": plan.name or "",
        "when": when,
        "hours": "\n".join(hours_lines(plan.hours, desk.frame.language)),
        "holidays": "yes" if plan.holidays else "no",
        "entries_per_month": "" if plan.entries_per_month is None else str(plan.entries_per_month),
        "where": "usual" if plan.rooms is None else "these",
        **boxes("room", plan.rooms or ()),
    }


def _form_page(
    desk: Desk,
    said: Mapping[str, str],
    plan: Terms | None = None,
    refused: Refused | None = None,
) -> Response:
    return desk.show_form(
        "plan.html",
        PLANS,
        refused,
        plan=plan,
        said={name: said.get(name, "") for name in FIELDS},
        rooms=list(desk.parts.settings.room_names.items()),
        chosen=ticked(said, "room"),
    )
