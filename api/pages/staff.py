"""`/staff`: the live board of the desk, and the doors it opens. Without scripts it reloads."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from api import doors
from api.dependencies import STAFF as STAFF_ONLY
from api.dependencies import Acting, Built, Fields, Named, Now, OpenSession, Who
from api.doors import Unlocking
from api.pages.frame import Frame, Framed
from api.pages.texts.reasons import HAPPENINGS, REASONS
from api.pages.texts.staff import STAFF, UNLOCK
from api.pages.today import today
from api.problems import PROBLEMS, Failure
from daemon.config import Door
from daemon.store.objections import Unknown

router = APIRouter(
    tags=["pages"], include_in_schema=False, dependencies=[STAFF_ONLY], responses=PROBLEMS
)


@router.get("/staff")
def staff(
    session: OpenSession,
    parts: Built,
    now: Now,
    frame: Framed,
    opened: Annotated[str, Query(max_length=63)] = "",
) -> Response:
    """Show the house as it is; the page goes on by itself."""
    return frame.show(
        "staff.html",
        STAFF,
        today=today(session, parts, now),
        reasons=frame.say(REASONS),
        happenings=frame.say(HAPPENINGS),
        dialog=frame.say(UNLOCK),
        opened=parts.settings.door(opened),
        room_names=parts.settings.room_names,
    )


@router.get("/staff/doors/{door}/unlock")
def show_unlock(door: Named, parts: Built, frame: Framed) -> Response:
    """Ask why the door is to be opened."""
    return _unlock(frame, _door(parts, door))


@router.post("/staff/doors/{door}/unlock")
def unlock(  # noqa: PLR0913, PLR0917 - what a form and an endpoint need between them
    door: Named, said: Fields, act: Acting, parts: Built, who: Who, frame: Framed
) -> Response:
    """Open the door, as the API does."""
    found = _door(parts, door)
    try:
        doors.unlock(
            door, Unlocking.model_validate({"reason": said.get("reason")}), act, parts, who
        )
    except ValidationError:
        return _unlock(frame, found, "bad_reason", HTTPStatus.UNPROCESSABLE_ENTITY)
    except Failure as failure:
        return _unlock(frame, found, failure.slug, failure.status)
    return RedirectResponse(f"/staff?opened={door}", HTTPStatus.SEE_OTHER)


def _door(parts: Built, door: str) -> Door:
    found = parts.settings.door(door)
    if found is None:
        raise Unknown("door", door)
    return found


def _unlock(
    frame: Frame, door: Door, problem: str = "", status: HTTPStatus = HTTPStatus.OK
) -> Response:
    word = problem if problem in UNLOCK or not problem else "other"
    return frame.show("unlock.html", UNLOCK, status, door=door, problem=word)
