"""What a person reads where a program would get a problem: a page, or the way to sign in."""

import json
from http import HTTPStatus
from urllib.parse import urlencode

from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import cookies
from api.dependencies import KIOSK_ONLY, Principal, parts_of, principal_of
from api.forgery import API
from api.pages.frame import Frame
from api.pages.texts.refusals import REFUSALS
from api.pages.words import LANGUAGES, language_of
from api.problems import MEDIA_TYPE, Failure


class Refusals:
    """Turns problems into pages for whoever asks for a page; the API's own stay as they are."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _wants_page(scope):
            await self._app(scope, receive, send)
            return
        held: list[Message] = []

        async def read(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_problem(message):
                held.append(message)
            elif not held:
                await send(message)
            else:
                held.append(message)

        await self._app(scope, receive, read)
        if held:
            await _answer(Request(scope), held)(scope, receive, send)


def _wants_page(scope: Scope) -> bool:
    accepted = Headers(scope=scope).get("accept", "")
    return "text/html" in accepted and not scope["path"].startswith(API)


def _is_problem(start: Message) -> bool:
    return MutableHeaders(raw=start["headers"]).get("content-type") == MEDIA_TYPE


def _answer(request: Request, held: list[Message]) -> Response:
    status = HTTPStatus(held[0]["status"])
    if status is HTTPStatus.UNAUTHORIZED:
        return RedirectResponse(_way_in(request.url.path), HTTPStatus.SEE_OTHER)
    body = b"".join(message.get("body", b"") for message in held[1:])
    slug = str(json.loads(body)["type"]).rsplit("/", 1)[-1]
    if slug == KIOSK_ONLY or (status is _NOTHING and _is_tablet(request)):
        return RedirectResponse("/kiosk", HTTPStatus.SEE_OTHER)
    answer = _frame(request).show(
        "refusal.html",
        REFUSALS,
        status,
        number=status.value,
        slug=slug if slug in REFUSALS else "not-found" if status == _NOTHING else "other",
    )
    retry = MutableHeaders(raw=held[0]["headers"]).get("retry-after")
    if retry is not None:
        answer.headers["Retry-After"] = retry
    return answer


_NOTHING = HTTPStatus.NOT_FOUND


def _way_in(path: str) -> str:
    return "/kiosk/open" if path == "/kiosk" else f"/login?{urlencode({'next': path})}"


def _is_tablet(request: Request) -> bool:
    """Tell whether a kiosk's tablet asked, where no rule stood that would know."""
    if cookies.SESSION not in request.cookies:
        return False
    try:
        return principal_of(request, parts_of(request)).is_tablet
    except (Failure, SQLAlchemyError):
        return False


def _frame(request: Request) -> Frame:
    """Return a frame that needs no database: nobody is named on it."""
    parts = parts_of(request)
    site = parts.settings.site
    accepted = request.headers.get("accept-language", "")
    asked = request.query_params.get("lang"), request.cookies.get(cookies.LANGUAGE)
    chosen = next((each for each in asked if each in LANGUAGES), None)
    language = language_of(chosen, accepted, site.language)
    return Frame(
        request.app.state.sheets,
        site,
        Principal(),
        language,
        request.url.path,
        parts.clock(),
        cookies.new_form_secret(),
    )
