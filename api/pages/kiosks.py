"""`/staff/kiosk`: a code that turns a tablet into a kiosk, and the kiosks that there are."""

from collections.abc import Sequence
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from api.dependencies import STAFF, Acting, Fields, Named
from api.kiosk_codes import LIFE, Asked
from api.pages.frame import AtDesk, Desk
from api.pages.texts.kiosk import KIOSKS
from api.problems import PROBLEMS
from daemon.store.objections import Unknown
from daemon.store.tokens import Token, revoke_token, tokens

router = APIRouter(
    tags=["pages"], include_in_schema=False, dependencies=[STAFF], responses=PROBLEMS
)

_LONGEST_NAME = 100


@router.get("/staff/kiosk")
def kiosks(desk: AtDesk) -> Response:
    """Show the kiosks, and the way to another one."""
    return _kiosks(desk)


@router.post("/staff/kiosk")
def invite(request: Request, desk: AtDesk, act: Acting, said: Fields) -> Response:
    """Give a code for a new one, shown this once."""
    name = said.get("name", "").strip()[:_LONGEST_NAME] or desk.frame.say(KIOSKS)["kiosk"]
    code = desk.parts.sign_in.kiosks.give(Asked(name, act.by))
    return _kiosks(desk, code, f"{request.url.scheme}://{request.url.netloc}")


@router.post("/staff/kiosk/{kiosk}/end")
def end(kiosk: Named, desk: AtDesk, act: Acting) -> Response:
    """Let a kiosk be one no longer, from now on."""
    if all(each.id != kiosk for each in _open_ones(desk)):
        raise Unknown("kiosk", kiosk)
    revoke_token(act, kiosk)
    return RedirectResponse("/staff/kiosk", HTTPStatus.SEE_OTHER)


def _open_ones(desk: Desk) -> Sequence[Token]:
    return [
        each
        for each in tokens(desk.session, desk.site)
        if each.role == "kiosk" and each.revoked is None
    ]


def _kiosks(desk: Desk, code: str = "", host: str = "") -> Response:
    return desk.frame.show(
        "kiosks.html",
        KIOSKS,
        kiosks=_open_ones(desk),
        code=code,
        host=host,
        minutes=round(LIFE / 60),
    )
