"""Carnets: a member's at `/members/{id}/carnets`, one at `/carnets/{id}`, for staff."""

from fastapi import APIRouter, Response

from api.dependencies import STAFF, Acting, Built, Named, Now, OpenSession
from api.lists import After, Limit, Listed, listed, place_of
from api.problems import PROBLEMS
from daemon.store import carnets
from daemon.store.carnets import Balance, Carnet
from daemon.store.forms import CarnetChange, NewCarnet
from daemon.store.members import member_of

router = APIRouter(tags=["carnets"], dependencies=[STAFF], responses=PROBLEMS)


@router.get("/members/{member}/carnets")
def list_carnets(
    member: Named, session: OpenSession, parts: Built, limit: Limit = 100, after: After = None
) -> Listed[Carnet]:
    """List a member's carnets, used up and expired ones as well."""
    member_of(session, parts.site, member)
    place = place_of(after, 1)
    found = carnets.carnets(session, parts.site, member, limit + 1, place[0] if place else None)
    return listed(found, limit, lambda carnet: (carnet.id,))


@router.post("/members/{member}/carnets", status_code=201)
def add_carnet(
    member: Named, form: NewCarnet, act: Acting, parts: Built, response: Response
) -> Carnet:
    """Give a member prepaid entries. A date is the site's own day, `valid_until` inclusive."""
    carnet = carnets.add_carnet(act, member, form, parts.house.calendar)
    response.headers["Location"] = f"/api/v1/carnets/{carnet.id}"
    return carnet


@router.get("/members/{member}/entries")
def get_balance(member: Named, session: OpenSession, parts: Built, now: Now) -> Balance:
    """Show what a member has left of this month's entries and of carnets."""
    return carnets.balance_of(session, parts.site, member, now, parts.house.calendar)


@router.get("/carnets/{carnet}")
def get_carnet(carnet: Named, session: OpenSession, parts: Built) -> Carnet:
    """Show one carnet."""
    return carnets.carnet_of(session, parts.site, carnet)


@router.patch("/carnets/{carnet}")
def change_carnet(carnet: Named, form: CarnetChange, act: Acting, parts: Built) -> Carnet:
    """Change what is said; null clears. Holds from the next tap on."""
    return carnets.change_carnet(act, carnet, form, parts.house.calendar)


@router.delete("/carnets/{carnet}", status_code=204)
def remove_carnet(carnet: Named, act: Acting) -> None:
    """Take back a carnet of which nothing was used."""
    carnets.remove_carnet(act, carnet)
