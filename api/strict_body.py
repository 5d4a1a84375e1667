"""Reads a request's body before anybody parses it: small, soon, JSON and nothing doubtful in it.

An uploaded calendar is the exception: larger, text/calendar, and read by who knows calendars. The
pages beside the API send forms, which are parsed here once, into fields; a few bring a file along.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import multipart
from api.problems import problem
from daemon.calendars.limits import LARGEST_BODY
from devices import strict_json

LARGEST = 64 * 1024
PATIENCE = 10.0
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_JSON = frozenset({"application/json", "application/merge-patch+json"})
_PAGE_UPLOAD = re.compile(
    r"/staff/(?:calendars/[^/]+/ics|(?:people|visitors|bookings|gatherings/[^/]+/attendees)/import)"
)
_UPLOAD = re.compile(r"/api/v1/calendars/[^/]+/ics")
_WITH_FILE = "multipart/form-data"
_FIELDS = 2000
_ODD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""What no keyboard writes into a form, and no database takes."""


@dataclass(frozen=True, slots=True)
class _Welcome:
    """What a body may be; `sentence` tells who sends something else."""

    types: frozenset[str]
    largest: int
    sentence: str
    read: Callable[[Scope, bytes], None]


def _read_object(_: Scope, body: bytes) -> None:
    try:
        strict_json.parse_object(body, LARGEST)
    except strict_json.Garbled as garbled:
        raise _Refused(HTTPStatus.BAD_REQUEST, "malformed", str(garbled)) from None


def _read_calendar(_: Scope, __: bytes) -> None:
    """Leave it to who knows calendars."""


def _read_form(scope: Scope, body: bytes) -> None:
    if len(body) > LARGEST:
        raise _too_large(LARGEST)
    try:
        said = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS
        )
    except ValueError:
        raise _Refused(HTTPStatus.BAD_REQUEST, "malformed", "this is no sound form") from None
    fields = dict(said)
    if len(fields) < len(said):
        raise _Refused(HTTPStatus.BAD_REQUEST, "malformed", "a field is doubled")
    _keep(scope, fields)


def _read_upload(scope: Scope, body: bytes) -> None:
    kind = Headers(scope=scope).get("content-type", "")
    if not kind.lower().startswith(_WITH_FILE):
        _read_form(scope, body)
        return
    try:
        found = multipart.read(kind, body)
    except multipart.Garbled as garbled:
        sentence = f"this is no sound form: {garbled}"
        raise _Refused(HTTPStatus.BAD_REQUEST, "malformed", sentence) from None
    _keep(scope, found.fields)
    scope["files"] = found.files


def _keep(scope: Scope, fields: Mapping[str, str]) -> None:
    if any(_ODD.search(value) for value in fields.values()):
        raise _Refused(HTTPStatus.BAD_REQUEST, "malformed", "a field is unreadable")
    scope["fields"] = fields


_OBJECT = _Welcome(_JSON, LARGEST, "send JSON, with Content-Type: application/json", _read_object)
_CALENDAR = _Welcome(
    frozenset({"text/calendar"}),
    LARGEST_BODY,
    "send the calendar itself, with Content-Type: text/calendar",
    _read_calendar,
)
_FORM = _Welcome(
    frozenset({"application/x-www-form-urlencoded"}),
    LARGEST,
    "send a form, with Content-Type: application/x-www-form-urlencoded",
    _read_form,
)
_FORM_WITH_FILE = _Welcome(
    _FORM.types | {_WITH_FILE},
    LARGEST_BODY + LARGEST,
    "send a form with a file, with Content-Type: multipart/form-data",
    _read_upload,
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
        welcome = _welcome_at(scope["path"])
        try:
            async with asyncio.timeout(PATIENCE):
                body = await _read(headers, receive, welcome.largest)
            _check(scope, body, welcome)
        except _Refused as refused:
            answer = problem(refused.status, refused.slug, refused.sentence)
            await answer(scope, receive, send)
        except TimeoutError:
            sentence = f"the body was not here after {PATIENCE:.0f} seconds"
            answer = problem(HTTPStatus.REQUEST_TIMEOUT, "request-timeout", sentence)
            await answer(scope, receive, send)
        else:
            await self._app(scope, _again(body, receive), send)


def fields_in(scope: Scope) -> Mapping[str, str]:
    """Return the fields of the form that was sent, none if there was none."""
    fields: Mapping[str, str] = scope.get("fields", {})
    return fields


def files_in(scope: Scope) -> Mapping[str, bytes]:
    """Return the files that the form brought along."""
    files: Mapping[str, bytes] = scope.get("files", {})
    return files


def _welcome_at(path: str) -> _Welcome:
    if not path.startswith("/api/"):
        return _FORM_WITH_FILE if _PAGE_UPLOAD.fullmatch(path) else _FORM
    return _CALENDAR if _UPLOAD.fullmatch(path) else _OBJECT


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


def _check(scope: Scope, body: bytes, welcome: _Welcome) -> None:
    if not body:
        return
    kind = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
    if kind not in welcome.types:
        raise _Refused(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", welcome.sentence
        )
    welcome.read(scope, body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Return a receive that gives the body once more, then what comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    def next_message() -> Awaitable[Message]:
        return _given(waiting.pop()) if waiting else receive()

    return next_message


async def _given(message: Message) -> Message:
    return message
