"""`/`: the public board. Open or closed, how many are in, which rooms are free; nobody's name."""

from fastapi import APIRouter, Response

from api.dependencies import PUBLIC, Built, Now, OpenSession
from api.pages.frame import Framed
from api.pages.texts.board import BOARD
from api.pages.texts.frame import FRAME
from api.problems import PROBLEMS
from daemon.occupancy import occupancy

router = APIRouter(tags=["pages"], include_in_schema=False, responses=PROBLEMS)


@router.get("/", dependencies=[PUBLIC])
def board(session: OpenSession, parts: Built, now: Now, frame: Framed) -> Response:
    """Show the board as it is now; the page goes on by itself."""
    house = occupancy(session, parts.settings, now)
    return frame.show(
        "board.html", BOARD, house=house, spoken={**frame.say(FRAME), **frame.say(BOARD)}
    )
