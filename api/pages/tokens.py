"""`/staff/tokens`: which programs and people may use the API; for administrators.

A secret is shown once, in the answer to the form that made it, and kept nowhere.
"""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.dependencies import ADMIN, Acting, Fields, Named
from api.pages.filling import Refused, attempt
from api.pages.frame import AtDesk, Desk
from api.pages.persons import offered, person_meant
from api.pages.texts.tokens import TOKENS
from api.problems import PROBLEMS
from daemon.store import tokens
from daemon.store.forms import NewToken
from daemon.store.members import names_of

router = APIRouter(
    prefix="/staff/tokens",
    tags=["pages"],
    include_in_schema=False,
    dependencies=[ADMIN],
    responses=PROBLEMS,
)

FIELDS = ("name", "role", "member")


@router.get("")
def show_tokens(desk: AtDesk) -> Response:
    """List all tokens, those that are revoked last."""
    return _page(desk, {"role": "kiosk"})


@router.post("")
def add(request: Request, desk: AtDesk, act: Acting, said: Fields) -> Response:
    """Make a token and show its secret, now or never."""
    try:
        form = attempt(lambda: _form(desk, said), TOKENS)
        made, secret = attempt(lambda: tokens.add_token(act, form), TOKENS)
    except Refused as refused:
        return _page(desk, said, refused=refused)
    with desk.afresh() as now:
        link = f"{request.base_url}login#{secret}" if made.role == "member" else None
        return _page(now, {"role": "kiosk"}, made=(made.name, secret, link))


@router.post("/{token}/revoke")
def revoke(token: Named, act: Acting) -> Response:
    """Make a token worthless from the next request on."""
    tokens.revoke_token(act, token)
    return RedirectResponse("/staff/tokens", HTTPStatus.SEE_OTHER)


def _form(desk: Desk, said: Mapping[str, str]) -> NewToken:
    member = person_meant(desk.session, desk.site, said.get("member", ""), "member")
    fields = {name: said.get(name, "").strip() for name in ("name", "role")}
    return NewToken.model_validate({**fields, "member": member})


def _page(
    desk: Desk,
    said: Mapping[str, str],
    *,
    made: tuple[str, str, str | None] | None = None,
    refused: Refused | None = None,
) -> Response:
    found = tokens.tokens(desk.session, desk.site)
    names = names_of(desk.session, desk.site, [each.member for each in found if each.member])
    return desk.show_form(
        "tokens.html",
        TOKENS,
        refused,
        found=sorted(found, key=lambda each: each.revoked is not None),
        names=names,
        said={name: said.get(name, "") for name in FIELDS},
        people=offered(desk),
        made=made,
    )
