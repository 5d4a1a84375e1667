"""Reads a request's body before anybody parses it: small, soon, JSON and nothing doubtful in it.

An uploaded calendar is the exception: larger, text/calendar, and read by who knows calendars.
"""

import asyncio
import re
from collections.abc import Awaitable
from dataclasses import dataclass
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem
from daemon.calendars.limits import LARGEST_BODY
from devices import strict_json

LARGEST = 64 * 1024
PATIENCE = 10.0
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_JSON = frozenset({"application/json", "application/merge-patch+json"})
_UPLOAD = re.compile(r"/api/v1/calendars/[^/]+/ics")


@dataclass(frozen=True, slots=True)
class _Welcome:
    """What a body may be; `sentence` tells who sends something else."""

    types: frozenset[str]
    largest: int
    sentence: str


_OBJECT = _Welcome(_JSON, LARGEST, "send JSON, with Content-Type: application/json")
_CALENDAR = _Welcome(
    frozenset({"text/calendar"}),
    LARGEST_BODY,
    "send the calendar itself, with Content-Type: text/calendar",
)


class StrictBody:
    """Lets only sound JSON through. An empty body passes: the endpoint knows if it needs one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in _WITH_BODY:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        welcome = _CALENDAR if _UPLOAD.fullmatch(scope["path"]) else _OBJECT
        try:
            async with asyncio.timeout(PATIENCE):
                body = await _read(headers, receive, welcome.largest)
            _check(headers, body, welcome)
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


def _too_large(largest: int) -> _Refused:
    sentence = f"the body is larger than {largest // 1024} KiB"
    return _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", sentence)


async def _read(headers: Headers, receive: Receive, largest: int) -> bytes:
    announced = headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > largest:
        raise _too_large(largest)
    body = bytearray()
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > largest:
            raise _too_large(largest)
    return bytes(body)


def _check(headers: Headers, body: bytes, welcome: _Welcome) -> None:
    if not body:
        return
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in welcome.types:
        raise _Refused(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", welcome.sentence
        )
    if welcome is _CALENDAR:
        return
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
