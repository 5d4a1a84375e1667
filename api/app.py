"""`create_app`: the routers, the one error map, and what stands around every answer."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute

from api import (
    badges,
    bookings,
    calendars,
    calendars_out,
    carnets,
    doors,
    enrolments,
    explain,
    gatherings,
    health,
    journal,
    me,
    members,
    occupancy,
    pins,
    plans,
    presence,
    reports,
    rooms,
    site,
    spaceapi,
    stream,
    visitors,
    visits,
)
from api.couriers import Couriers
from api.dependencies import PUBLIC
from api.feeder import Feeder
from api.forgery import Forgery
from api.forgetter import Forgetter
from api.headers import Envelope
from api.live import Live
from api.metrics import Counters
from api.nudge import MqttBell
from api.pages.frame import sheets
from api.pages.refusals import Refusals
from api.pages.table import PAGES
from api.parts import Bell, Parts
from api.postman import Postman
from api.problems import add_error_map
from api.rounds import Rounds
from api.sign_in import SignIn
from api.strict_body import StrictBody
from daemon.badge_key import key_of
from daemon.config import Settings
from daemon.house import house_of
from daemon.store.engine import Store
from daemon.webhooks.receivers import receiver_of
from devices import clock as clocks
from devices.clock import Clock

VERSION = "1"
RESOURCES: Sequence[APIRouter] = (
    occupancy.router,
    presence.router,
    visits.router,
    members.router,
    pins.router,
    badges.router,
    enrolments.router,
    carnets.router,
    plans.router,
    bookings.router,
    calendars.router,
    reports.router,
    rooms.router,
    calendars_out.router,
    visitors.router,
    gatherings.router,
    doors.router,
    site.router,
    explain.router,
    journal.router,
    stream.router,
    me.router,
)
"""A file a resource, a line here."""


@cache
def _routes() -> Sequence[BaseRoute]:
    """Return what every site serves alike; FastAPI works a route out once, at its first request."""
    every = APIRouter()
    for router in RESOURCES:
        every.include_router(router, prefix="/api/v1")
    for router in (health.router, spaceapi.router, *PAGES):
        every.include_router(router)
    return every.routes


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What tests bring along instead of the real thing."""

    bell: Bell | None = None
    steady: Callable[[], float] = clocks.steady
    patience: float = 2.0


def create_app(
    settings: Settings, clock: Clock = clocks.now, around: Surroundings = Surroundings()
) -> FastAPI:
    """Return the API of one site. Opens nothing but files of keys before it is started."""
    parts = _parts(settings, clock, around)
    counters = Counters()
    app = FastAPI(
        title=f"Usciere at {settings.site.name}",
        version=VERSION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        redirect_slashes=False,
        routes=[*_routes()],
    )
    app.state.parts = parts
    app.state.receivers = [receiver_of(webhook) for webhook in settings.webhooks]
    add_error_map(app)
    app.state.sheets = sheets()
    app.add_middleware(Forgery)
    app.add_middleware(StrictBody)
    app.add_middleware(Refusals)
    app.add_middleware(Envelope, counters=counters, steady=around.steady)
    app.include_router(health.metrics_router(counters))
    _describe(app)
    return app


def _parts(settings: Settings, clock: Clock, around: Surroundings) -> Parts:
    store = Store(settings.database.url)
    return Parts(
        settings,
        house_of(settings),
        store,
        key_of(settings.site.badge_key_file),
        clock,
        around.steady,
        around.bell or MqttBell(settings),
        Live(store, settings, clock),
        around.patience,
        SignIn(around.steady),
    )


def _describe(app: FastAPI) -> None:
    """Serve the description of the API, made once at the first request."""

    @app.get("/api/v1/openapi.json", include_in_schema=False, dependencies=[PUBLIC])
    def openapi() -> dict[str, object]:
        return app.openapi()


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Start upward, stop downward."""
    parts: Parts = app.state.parts
    beside: list[Couriers | Rounds] = [
        Feeder(parts),
        Forgetter(parts),
        Couriers(parts, app.state.receivers),
    ]
    if parts.settings.mail is not None:
        beside.append(Postman(parts, parts.settings.mail))
    parts.bell.start()
    for each in beside:
        each.start()
    try:
        yield
    finally:
        for each in beside:
            each.stop()
        parts.live.close()
        parts.bell.stop()
        parts.store.close()
