"""Sees that who changes something with a cookie did so on a page of ours, at every route at once.

A browser sends cookies along with whatever another host makes it send. So a request that changes
something and speaks by a cookie must bear the mark of our pages: a form as a field, a script as a
header. Who brings a token speaks by that, and no other host can make a browser send one.
"""

from http import HTTPStatus

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from api.cookies import MARK_FIELD, MARK_HEADER, SESSION, is_ours
from api.problems import problem
from api.strict_body import fields_in

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
API = "/api/"


class Forgery:
    """Refuses what another host made a browser send."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _is_genuine(scope):
            await self._app(scope, receive, send)
            return
        sentence = (
            "this did not come from a page of ours, or the page is older than your sign-in; "
            "load the page again, allow its cookies, and try once more"
        )
        answer = problem(HTTPStatus.FORBIDDEN, "not-our-form", sentence)
        await answer(scope, receive, send)


def _is_genuine(scope: Scope) -> bool:
    asked = HTTPConnection(scope)
    if scope["method"] in _SAFE or "authorization" in asked.headers:
        return True
    if scope["path"].startswith(API) and SESSION not in asked.cookies:
        return True  # nobody speaks by a cookie here
    mark = asked.headers.get(MARK_HEADER) or fields_in(scope).get(MARK_FIELD, "")
    return is_ours(mark, asked.cookies)
