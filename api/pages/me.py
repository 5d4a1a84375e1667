"""`/me`: one's own visits, bookings and data; the same that `/api/v1/me` tells."""

from fastapi import APIRouter, Response

from api.dependencies import MEMBER, Asking, Who
from api.me import get_me
from api.pages.frame import AtDesk
from api.pages.texts.me import ME
from api.problems import PROBLEMS
from daemon.store.booking_views import HOLDING
from daemon.store.visitor_views import Wanted, visitors

router = APIRouter(
    tags=["pages"], include_in_schema=False, dependencies=[MEMBER], responses=PROBLEMS
)

_VISITS, _VISITORS = 10, 50


@router.get("/me")
def me(desk: AtDesk, who: Who, asker: Asking) -> Response:
    """Show one's own page."""
    found = get_me(desk.session, desk.parts, who, asker, desk.now)
    expected = Wanted(_VISITORS, host=who.member, since=desk.now)
    invited = visitors(desk.session, desk.site, expected, asker) if who.member else []
    rooms = desk.parts.settings.room_names
    return desk.frame.show(
        "me.html",
        ME,
        me=found,
        booked=[each for each in found.bookings if each.status in HOLDING],
        visits=found.visits[:_VISITS],
        rooms=rooms,
        visitors=invited,
    )
