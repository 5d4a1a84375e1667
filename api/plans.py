"""`/plans`: what memberships allow, for staff."""

from collections.abc import Collection

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from api.dependencies import STAFF, Acting, Built, Named, OpenSession
from api.lists import After, Limit, Listed, listed, place_of
from api.parts import Parts
from api.problems import PROBLEMS
from daemon.store import terms
from daemon.store.forms import NewPlan, PlanChange
from daemon.store.terms import Terms

router = APIRouter(prefix="/plans", tags=["plans"], dependencies=[STAFF], responses=PROBLEMS)


class PlanHours(BaseModel):
    """A weekly window; `to` not after `from` crosses midnight."""

    days: list[str]
    since: str = Field(alias="from")
    until: str = Field(alias="to")


class Plan(BaseModel):
    """What a membership allows. No `hours`: always; an empty list: never."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str | None
    hours: list[PlanHours] | None
    holidays: bool
    entries_per_month: int | None
    rooms: list[str] | None


@router.get("")
def list_plans(
    session: OpenSession, parts: Built, limit: Limit = 100, after: After = None
) -> Listed[Plan]:
    """List plans by id."""
    place = place_of(after, 1)
    found = terms.plans(session, parts.site, limit + 1, place[0] if place else None)
    return listed([_shown(each) for each in found], limit, lambda plan: (plan.id,))


@router.post("", status_code=201)
def add_plan(form: NewPlan, act: Acting, parts: Built, response: Response) -> Plan:
    """Write a new plan under an id of the client's own."""
    plan = terms.add_plan(act, form, _rooms(parts))
    response.headers["Location"] = f"/api/v1/plans/{plan.id}"
    return _shown(plan)


@router.get("/{plan}")
def get_plan(plan: Named, session: OpenSession, parts: Built) -> Plan:
    """Show one plan."""
    return _shown(terms.plan_terms(session, parts.site, plan))


@router.patch("/{plan}")
def change_plan(plan: Named, form: PlanChange, act: Acting, parts: Built) -> Plan:
    """Change what is said; null clears. Holds for all its members from the next tap on."""
    return _shown(terms.change_plan(act, plan, form, _rooms(parts)))


@router.delete("/{plan}", status_code=204)
def remove_plan(plan: Named, act: Acting) -> None:
    """Drop a plan that no member has."""
    terms.remove_plan(act, plan)


def _rooms(parts: Parts) -> Collection[str]:
    return {room.id for room in parts.settings.rooms}


def _shown(plan: Terms) -> Plan:
    return Plan.model_validate(plan)
