"""`/kiosk`: the display at the door, and `/kiosk/open`, where a tablet becomes one by a code.

A kiosk's session sees this page, its stream and the static files; every other address leads back.
"""

from collections.abc import Collection
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.dependencies import AT_KIOSK, PUBLIC, Acting, Built, Fields, Now, OpenSession, Who
from api.greetings import Porch, greeting_now, told_greetings
from api.pages.frame import Frame, Framed
from api.pages.signing import Trouble, asked_from, show_form, trouble_of, welcome
from api.pages.texts.board import BOARD
from api.pages.texts.frame import FRAME
from api.pages.texts.kiosk import KIOSK
from api.parts import Parts
from api.problems import PROBLEMS
from api.sign_in import TooSoon, Wrong
from api.stream import stream_of
from daemon.config.fields import ID_PATTERN
from daemon.occupancy import exact_occupancy
from daemon.store.objections import Unknown

router = APIRouter(tags=["pages"], include_in_schema=False, responses=PROBLEMS)

AtDoor = Annotated[str | None, Query(alias="door", pattern=ID_PATTERN)]


@router.get("/kiosk", dependencies=[AT_KIOSK])
def kiosk(
    session: OpenSession, parts: Built, now: Now, frame: Framed, door: AtDoor = None
) -> Response:
    """Greet whoever has just tapped at a door, else at any entrance; show how full the house is."""
    porch = Porch(_doors(parts, door), frame.language)
    settings = parts.settings
    return frame.show(
        "kiosk.html",
        {**BOARD, **KIOSK},
        house=exact_occupancy(session, settings, now),
        greeting=greeting_now(session, parts, porch, now),
        door=door,
        spoken={**frame.say(FRAME), **frame.say(KIOSK)},
    )


@router.get("/kiosk/stream", dependencies=[AT_KIOSK])
def follow(
    request: Request, parts: Built, who: Who, frame: Framed, door: AtDoor = None
) -> Response:
    """Send the greetings and the counts as they happen."""
    porch = Porch(_doors(parts, door), frame.language)
    return stream_of(request, parts, who, told_greetings(parts, porch))


@router.get("/kiosk/open", dependencies=[PUBLIC])
def show_open(frame: Framed, code: Annotated[str, Query(max_length=40)] = "") -> Response:
    """Ask for the code; following the link alone uses nothing up."""
    return _open(frame, code)


@router.post("/kiosk/open", dependencies=[PUBLIC])
def open_kiosk(
    request: Request, frame: Framed, act: Acting, parts: Built, said: Fields
) -> Response:
    """Turn this browser into a kiosk."""
    code = said.get("code", "")
    try:
        secret = parts.sign_in.by_kiosk_code(act, asked_from(request), code)
    except (Wrong, TooSoon) as refused:
        return _open(frame, code, trouble_of(refused, "bad_code"))
    return welcome(act, secret)


def _open(frame: Frame, code: str, trouble: Trouble | None = None) -> Response:
    return show_form(frame, "kiosk_open.html", {"code": code}, trouble, KIOSK)


def _doors(parts: Parts, door: str | None) -> Collection[str]:
    doors = parts.settings.doors
    if door is not None and parts.settings.door(door) is None:
        raise Unknown("door", door)
    return {each.id for each in doors if (each.entrance if door is None else each.id == door)}
