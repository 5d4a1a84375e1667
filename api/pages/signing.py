"""`/login`, `/login/first`, `/password`, `/logout`: who is let in at the pages, and how they go.

A wrong try shows the form again, with what can be done; what was typed as a secret is not in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from api import cookies
from api.dependencies import MEMBER, PUBLIC, Acting, Built, Fields, Who
from api.pages.frame import Frame, Framed
from api.pages.texts.sign_in import SIGN_IN
from api.pages.words import Texts
from api.problems import PROBLEMS
from api.sign_in import TooSoon, Wrong, source_of
from daemon.store import sessions
from daemon.store.objections import Invalid
from daemon.store.one_time_codes import Chosen
from daemon.store.people import Act
from daemon.store.sessions import LIVES

router = APIRouter(tags=["pages"], include_in_schema=False, responses=PROBLEMS)

Next = Annotated[str, Query(alias="next", max_length=500)]
HOMES = {"kiosk": "/kiosk", "member": "/me", "staff": "/staff", "admin": "/staff"}
"""Where who has signed in goes, unless they came from elsewhere."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why the form is shown again: a word for the sentence, and the status of the answer."""

    word: str
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY
    seconds: int = 0


@router.get("/login", dependencies=[PUBLIC])
def show_login(frame: Framed, wanted: Next = "") -> Response:
    """Ask for account and password, or for a token."""
    return _login(frame, {"next": wanted})


@router.post("/login", dependencies=[PUBLIC])
def login(request: Request, frame: Framed, act: Acting, parts: Built, said: Fields) -> Response:
    """Let in by account and password, or by a token."""
    source, token = asked_from(request), said.get("token", "")
    try:
        if token:
            secret = parts.sign_in.by_token(act, source, token)
        else:
            account, password = said.get("account", ""), said.get("password", "")
            secret = parts.sign_in.by_password(act, source, account, password)
    except (Wrong, TooSoon) as refused:
        return _login(frame, said, trouble_of(refused, "wrong_token" if token else "wrong"))
    return welcome(act, secret, said.get("next", ""))


@router.get("/login/first", dependencies=[PUBLIC])
def show_first(frame: Framed) -> Response:
    """Ask for a one-time code and the password one wants."""
    return _first(frame, {})


@router.post("/login/first", dependencies=[PUBLIC])
def first(request: Request, frame: Framed, act: Acting, parts: Built, said: Fields) -> Response:
    """Keep the password for who has the code, and let them in."""
    code, account, password, full_name = (said.get(name, "") for name in _ASKED)
    chosen = Chosen(code, account, password, full_name[:_LONGEST_NAME])
    try:
        secret = parts.sign_in.by_code(act, asked_from(request), chosen)
    except (Invalid, TooSoon) as refused:
        return _first(frame, said, trouble_of(refused, "bad_code"))
    return welcome(act, secret)


_ASKED = ("code", "account", "password", "full_name")
_LONGEST_NAME = 200


@router.get("/password", dependencies=[MEMBER])
def show_password(frame: Framed) -> Response:
    """Ask for the password there is and the one that is wanted."""
    return _password(frame)


@router.post("/password", dependencies=[MEMBER])
def change_password(
    request: Request, frame: Framed, act: Acting, parts: Built, said: Fields
) -> Response:
    """Keep another password; all other sessions of the account end."""
    account = frame.who.account or ""  # who signed in with a token has no password
    old, new = said.get("old", ""), said.get("password", "")
    try:
        secret = parts.sign_in.change(act, asked_from(request), account, old, new)
    except (Wrong, Invalid, TooSoon) as refused:
        return _password(frame, trouble_of(refused, "wrong_password"))
    return welcome(act, secret)


@router.post("/logout", dependencies=[PUBLIC])
def logout(act: Acting, who: Who) -> Response:
    """End the session, at the server and in the browser."""
    if who.session is not None:
        sessions.end_session(act, who.session)
    answer = RedirectResponse("/login", HTTPStatus.SEE_OTHER)
    cookies.take(answer, cookies.SESSION)
    return answer


def local(path: str) -> str | None:
    """Return a path of this house, None for what leads anywhere else."""
    if not path.startswith("/") or path[1:2] in {"/", "\\"} or not path.isprintable():
        return None
    return path


def trouble_of(refused: Exception, otherwise: str) -> Trouble:
    """Return what the form says of a try that failed."""
    match refused:
        case TooSoon():
            return Trouble("too_soon", refused.status, refused.seconds)
        case Invalid():
            return Trouble(f"bad_{refused.field}")
        case _:
            return Trouble(otherwise)


def welcome(act: Act, secret: str, wanted: str = "") -> Response:
    """Lead whoever has just signed in to where they wanted to go, or belong."""
    with act.store.reading() as session:
        signed = sessions.signed_in(session, act.site, secret, act.at)
    role = "public" if signed is None else signed.role
    answer = RedirectResponse(local(wanted) or HOMES.get(role, "/"), HTTPStatus.SEE_OTHER)
    if signed is not None:
        cookies.put(answer, cookies.SESSION, secret, int(LIVES[role].longest.total_seconds()))
    return answer


def _login(frame: Frame, said: Mapping[str, str], trouble: Trouble | None = None) -> Response:
    shown = {"next": local(said.get("next", "")) or "", "account": said.get("account", "")}
    return show_form(frame, "login.html", shown, trouble)


def _first(frame: Frame, said: Mapping[str, str], trouble: Trouble | None = None) -> Response:
    shown = {name: said.get(name, "") for name in ("account", "full_name")}
    return show_form(frame, "first.html", shown, trouble)


def _password(frame: Frame, trouble: Trouble | None = None) -> Response:
    return show_form(frame, "password.html", {}, trouble)


def show_form(
    frame: Frame,
    template: str,
    shown: Mapping[str, str],
    trouble: Trouble | None,
    texts: Texts = SIGN_IN,
) -> Response:
    """Show a form of the sign-in, with what went wrong."""
    status = HTTPStatus.OK if trouble is None else trouble.status
    answer = frame.show(template, texts, status, trouble=trouble, **shown)
    if trouble is not None and trouble.seconds:
        answer.headers["Retry-After"] = str(trouble.seconds)
    return answer


def asked_from(request: Request) -> str:
    """Return the source that wrong tries are counted for."""
    return source_of(None if request.client is None else request.client.host)
