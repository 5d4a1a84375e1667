"""`/site`: orders for the whole building, for staff. They hold from the next tap on."""

from fastapi import APIRouter
from pydantic import BaseModel

from api.dependencies import STAFF, Acting, Built, OpenSession, Who
from api.moments import Why
from api.problems import PROBLEMS
from daemon.store import acts
from daemon.store.acts import SiteOrders, Wish
from daemon.store.forms import Form

router = APIRouter(prefix="/site", tags=["site"], dependencies=[STAFF], responses=PROBLEMS)


class Order(Form):
    """Whether it begins or ends, and why."""

    active: bool
    reason: Why


class Orders(BaseModel):
    """What is ordered now."""

    lockdown: bool
    evacuation: bool


@router.get("")
def get_orders(session: OpenSession, parts: Built) -> Orders:
    """Tell what is ordered now."""
    return _shown(acts.site_orders(session, parts.site))


@router.post("/lockdown")
def lockdown(form: Order, act: Acting, who: Who) -> Orders:
    """Let nobody in, or again. Exit buttons and evacuation still open."""
    return _shown(acts.order_lockdown(act, Wish("", form.reason, who.member), active=form.active))


@router.post("/evacuation")
def evacuation(form: Order, act: Acting, who: Who) -> Orders:
    """Let everybody through every door, or end that."""
    return _shown(acts.order_evacuation(act, Wish("", form.reason, who.member), active=form.active))


def _shown(orders: SiteOrders) -> Orders:
    return Orders(lockdown=orders.lockdown, evacuation=orders.evacuation)
