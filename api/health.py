"""Whether the API lives, whether the house works, and figures about both."""

from collections.abc import Iterator
from http import HTTPStatus

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from api.dependencies import PUBLIC, Built, Now, Rule
from api.metrics import Counters
from api.parts import Parts
from api.problems import PROBLEMS
from daemon.occupancy import how_many
from daemon.store.members import count_members
from daemon.store.schema import SchemaState, state
from daemon.store.tables import DoorRow, SiteRow

router = APIRouter(tags=["health"], responses=PROBLEMS)


class Alive(BaseModel):
    """The API answers."""

    status: str


class Check(BaseModel):
    """One thing the house needs."""

    name: str
    ok: bool
    detail: str


class Ready(BaseModel):
    """All of them; `ready` if every one is ok."""

    ready: bool
    checks: list[Check]


@router.get("/healthz", dependencies=[PUBLIC])
def healthz() -> Alive:
    """Answer as long as the process lives."""
    return Alive(status="ok")


@router.get("/readyz", dependencies=[PUBLIC], responses={503: {"model": Ready}})
def readyz(parts: Built, response: Response) -> Ready:
    """Tell what works: 200 if everything does, else 503."""
    checks = list(_checks(parts))
    ready = all(check.ok for check in checks)
    if not ready:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return Ready(ready=ready, checks=checks)


def _checks(parts: Parts) -> Iterator[Check]:
    yield _database(parts)
    bell = parts.bell
    yield _check("broker", ok=bell.hears_broker, no="the broker is not reached")
    yield _check("doorman", ok=bell.hears_doorman, no="the doorman is not on duty")
    yield _devices(parts)


def _database(parts: Parts) -> Check:
    try:
        found = state(parts.store)
        if found is not SchemaState.CURRENT:
            return Check(name="database", ok=False, detail=f"the schema is {found}")
        with parts.store.reading() as session:
            here = session.scalar(select(SiteRow.id).where(SiteRow.id == parts.site))
    except SQLAlchemyError:
        return Check(name="database", ok=False, detail="the database can't be read")
    return _check("database", ok=here is not None, no="the database has not seen this site yet")


def _devices(parts: Parts) -> Check:
    """Tell which doors have said, or left it to their last will to say, that they are offline."""
    query = select(DoorRow.id).where(DoorRow.site == parts.site, DoorRow.online.is_(False))
    try:
        with parts.store.reading() as session:
            gone = set(session.scalars(query))
    except SQLAlchemyError:
        return Check(name="devices", ok=False, detail="the database can't be read")
    offline = [door.id for door in parts.settings.doors if door.id in gone]
    return _check("devices", ok=not offline, no=f"offline: {', '.join(offline)}")


def _check(name: str, *, ok: bool, no: str) -> Check:
    return Check(name=name, ok=ok, detail="ok" if ok else no)


def metrics_router(counters: Counters) -> APIRouter:
    """Return the route that shows these counters."""
    figures = APIRouter(tags=["health"], responses=PROBLEMS)

    @figures.get(
        "/metrics",
        dependencies=[Depends(Rule("kiosk", at_home=True))],
        response_class=Response,
        responses={200: {"content": {"text/plain": {}}}},
    )
    def metrics(parts: Built, now: Now) -> Response:
        """Give the figures to Prometheus: to this machine, or for a token."""
        return Response(counters.text(_levels(parts, now)), media_type="text/plain; version=0.0.4")

    return figures


def _levels(parts: Parts, now: Now) -> dict[str, float]:
    with parts.store.reading() as session:
        site = session.get(SiteRow, parts.site)
        present = how_many(session, parts.settings, now).total()
        members = count_members(session, parts.site)
    return {
        "present": present,
        "journal_seq": site.seq if site else 0,
        "journal_announced": site.announced if site else 0,
        "members": members,
        "streams": parts.live.watchers,
        "broker_up": parts.bell.hears_broker,
        "doorman_up": parts.bell.hears_doorman,
    }
