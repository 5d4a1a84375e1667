"""Reads a request's body before anybody parses it: small, soon, JSON and nothing doubtful in it."""

import asyncio
from collections.abc import Awaitable
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem
from devices import strict_json

LARGEST = 64 * 1024
PATIENCE = 10.0
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_TYPES = frozenset({"application/json", "application/merge-patch+json"})


class StrictBody:
    """Lets only sound JSON through. An empty body passes: the endpoint knows if it needs one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in _WITH_BODY:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            async with asyncio.timeout(PATIENCE):
                body = await _read(headers, receive)
            _check(headers, body)
        except _Refused as refused:
            answer = problem(refused.status, refused.slug, refused.sentence)
            await answer(scope, receive, send)
        except TimeoutError:
            sentence = f"the body was not here after {PATIENCE:.0f} seconds"
            answer = problem(HTTPStatus.REQUEST_TIMEOUT, "request-timeout", sentence)
            await answer(scope, receive, send)
        else:
            await self._app(scope, _again(body, receive), send)


class _Refused(Exception):
    def __init__(self, status: HTTPStatus, slug: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.slug = slug
        self.sentence = sentence


_TOO_LARGE = _Refused(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "too-large",
    f"the body is larger than {LARGEST // 1024} KiB",
)


async def _read(headers: Headers, receive: Receive) -> bytes:
    announced = headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > LARGEST:
        raise _TOO_LARGE
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST:
            raise _TOO_LARGE
    return body


def _check(headers: Headers, body: bytes) -> None:
    if not body:
        return
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _TYPES:
        raise _Refused(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported-media-type",
            "send JSON, with Content-Type: application/json",
        )
    try:
        strict_json.parse_object(body, LARGEST)
    except strict_json.Garbled as garbled:
        raise _Refused(HTTPStatus.BAD_REQUEST, "malformed", str(garbled)) from None


def _again(body: bytes, receive: Receive) -> Receive:
    """Return a receive that gives the body once more, then what comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    def next_message() -> Awaitable[Message]:
        return _given(waiting.pop()) if waiting else receive()

    return next_message


async def _given(message: Message) -> Message:
    return message
