"""`/me`: one's own visits, bookings and data; the same that `/api/v1/me` tells."""

from fastapi import APIRouter, Response

from api.dependencies import MEMBER, Asking, Who
from api.me import get_me
from api.pages.frame import AtDesk
from api.pages.texts.me import ME
from api.problems import PROBLEMS

router = APIRouter(
    tags=["pages"], include_in_schema=False, dependencies=[MEMBER], responses=PROBLEMS
)

_VISITS = 10


@router.get("/me")
def me(desk: AtDesk, who: Who, asker: Asking) -> Response:
    """Show one's own page."""
    found = get_me(desk.session, desk.parts, who, asker, desk.now)
    rooms = desk.parts.settings.room_names
    return desk.frame.show("me.html", ME, me=found, visits=found.visits[:_VISITS], rooms=rooms)
