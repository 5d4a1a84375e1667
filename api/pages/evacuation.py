"""`/staff/evacuation`: the list to find everybody by, on paper too, and the report at the end.

Reading is all the list needs; that it was shown is written down, or the page says that nothing can
be. The report comes from the form that was ticked off, so whoever left by a reader meanwhile is
still on it; where the journal can't be written it is shown all the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from api import site
from api.dependencies import STAFF, Acting, Built, Fields, Now, OpenSession, Who
from api.pages.frame import Framed
from api.pages.texts.evacuation import EVACUATION
from api.problems import PROBLEMS
from api.site import Order
from daemon.roll_call import roll_call
from daemon.store.acts import note_roll_call, site_orders
from daemon.store.followers import try_to_keep
from daemon.store.people import Act
from daemon.store.trouble import Unavailable
from devices.clock import micros

router = APIRouter(
    tags=["pages"], include_in_schema=False, dependencies=[STAFF], responses=PROBLEMS
)

NAME = "roll-call"
LISTED, FOUND, MAYBE = "listed ", "found ", "maybe "
"""What the fields of the form begin with; the person's id follows, and the name is the value."""
_ACTIVE = {"yes": True, "no": False}
Drill = Annotated[bool, Query()]


@dataclass(frozen=True, slots=True)
class Ticked:
    """What was ticked off: names by id, of those surely inside and of those who only may be."""

    found: Mapping[str, str]
    missing: Mapping[str, str]
    maybe_missing: Mapping[str, str]

    @property
    def listed(self) -> int:
        return len(self.found) + len(self.missing) + len(self.maybe_missing)

    def told(self) -> Mapping[str, object]:
        """Return what the journal keeps: no name."""
        return {
            "listed": self.listed,
            "found": len(self.found),
            "missing": sorted(self.missing),
            "maybe_missing": sorted(self.maybe_missing),
        }


@router.get("/staff/evacuation")
def evacuation(
    session: OpenSession, parts: Built, now: Now, frame: Framed, *, drill: Drill = False
) -> Response:
    """Show whom to find, as of this moment."""
    return frame.show(
        "evacuation.html",
        EVACUATION,
        roll=roll_call(session, parts.settings, now),
        rooms=[(room.id, room.name) for room in parts.settings.rooms],
        active=site_orders(session, parts.site).evacuation,
        drill=drill,
        is_kept=try_to_keep(parts.store, parts.site, NAME, micros(now)),
    )


@router.post("/staff/evacuation/order")
def order(act: Acting, who: Who, said: Fields, frame: Framed) -> Response:
    """Open every door, or end that, as the API does."""
    try:
        active = _ACTIVE.get(said.get("active", ""))
        form = Order.model_validate({"active": active, "reason": said.get("reason")})
    except ValidationError:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return frame.show("order.html", EVACUATION, status, active=active is False)
    site.evacuation(form, act, who)
    return RedirectResponse("/staff/evacuation", HTTPStatus.SEE_OTHER)


@router.post("/staff/evacuation/report")
def report(act: Acting, said: Fields, frame: Framed) -> Response:
    """Show and keep who was found and who was not."""
    drill = said.get("drill") == "yes"
    ticked = _ticked(said)
    return frame.show(
        "report_evacuation.html",
        EVACUATION,
        ticked=ticked,
        drill=drill,
        begun=said.get("at", ""),
        is_kept=_keep(act, ticked, drill=drill),
    )


def _ticked(said: Mapping[str, str]) -> Ticked:
    listed, maybe = _named(said, LISTED), _named(said, MAYBE)
    found = _named(said, FOUND).keys()
    return Ticked(
        {key: name for key, name in (listed | maybe).items() if key in found},
        {key: name for key, name in listed.items() if key not in found},
        {key: name for key, name in maybe.items() if key not in found},
    )


def _named(said: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {key.removeprefix(prefix): name for key, name in said.items() if key.startswith(prefix)}


def _keep(act: Act, ticked: Ticked, *, drill: bool) -> bool:
    try:
        note_roll_call(act, ticked.told(), drill=drill)
    except Unavailable:
        return False
    return True
