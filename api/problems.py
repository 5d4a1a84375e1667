"""What goes wrong, as RFC 9457 has it: one map from errors to answers, for the whole API.

`type` ends in a slug that stays the same; `detail` is a sentence for a person. Nothing of what was
sent comes back, because it may be a badge number.
"""

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from starlette.exceptions import HTTPException

from api.moments import Instant
from daemon.calendars.words import Unreadable
from daemon.store.objections import Conflict, Forbidden, Invalid, Overlap, Unknown
from daemon.store.trouble import Unavailable

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
_WHERE = "/problems/"


class FieldProblem(BaseModel):
    """One field and what is wrong with it; an empty `field` means the body as a whole."""

    field: str
    problem: str


class Slot(BaseModel):
    """When a room is somebody else's."""

    start: Instant
    end: Instant


class Problem(BaseModel):
    """RFC 9457: `type` ends in a stable slug, `detail` is for a person."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = []
    conflict: Slot | None = None


class Failure(Exception):
    """The request is not served; knows its own answer."""

    def __init__(self, status: HTTPStatus, slug: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.slug = slug
        self.detail = detail

    def headers(self) -> Mapping[str, str] | None:
        """Return what the answer says besides."""
        return {"WWW-Authenticate": "Bearer"} if self.status is HTTPStatus.UNAUTHORIZED else None


def problem(  # noqa: PLR0913 - the fields of RFC 9457 and our two
    status: HTTPStatus,
    slug: str,
    detail: str,
    *,
    errors: list[FieldProblem] | None = None,
    conflict: Slot | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the answer to a request that is not served."""
    body = Problem(
        type=_WHERE + slug,
        title=status.phrase,
        status=status,
        detail=detail,
        errors=errors or [],
        conflict=conflict,
    )
    content = body.model_dump_json(exclude_defaults=True)
    return Response(content, status, headers, MEDIA_TYPE)


def add_error_map(app: FastAPI) -> None:
    """Give every error its answer."""
    for kind, answer in _MAP.items():
        app.add_exception_handler(kind, answer)


# A handler takes what its key in _MAP says; Starlette's type for it is any exception.
def _failure(_: Request, failure: Any) -> Response:  # always a Failure
    return problem(failure.status, failure.slug, failure.detail, headers=failure.headers())


def _unknown(_: Request, unknown: Any) -> Response:  # always an Unknown
    return problem(HTTPStatus.NOT_FOUND, f"no-such-{unknown.what}", unknown.sentence)


def _unreadable(_: Request, unreadable: Any) -> Response:  # always an Unreadable
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "unreadable-calendar", str(unreadable))


def _forbidden(_: Request, forbidden: Any) -> Response:  # always a Forbidden
    return problem(HTTPStatus.FORBIDDEN, forbidden.slug, forbidden.sentence)


def _overlap(_: Request, overlap: Any) -> Response:  # always an Overlap
    slot = Slot(start=overlap.start, end=overlap.end)
    return problem(HTTPStatus.CONFLICT, overlap.slug, overlap.sentence, conflict=slot)


def _conflict(_: Request, conflict: Any) -> Response:  # always a Conflict
    return problem(HTTPStatus.CONFLICT, conflict.slug, conflict.sentence)


def _invalid(_: Request, invalid: Any) -> Response:  # always an Invalid
    field = FieldProblem(field=invalid.field, problem=invalid.sentence)
    detail = f"{invalid.field}: {invalid.sentence}"
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, invalid.slug, detail, errors=[field])


def _not_valid(_: Request, refused: Any) -> Response:  # always a RequestValidationError
    if any(error["loc"][:1] == ("path",) for error in refused.errors()):
        return problem(HTTPStatus.NOT_FOUND, "not-found", "nothing has such an id")
    errors = [_field_problem(error) for error in refused.errors()]
    first = errors[0]
    detail = f"{first.field}: {first.problem}" if first.field else first.problem
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", detail, errors=errors)


def _field_problem(error: Mapping[str, Any]) -> FieldProblem:  # pydantic's own shape
    where = [str(part) for part in error["loc"] if part not in {"body", "query", "header"}]
    said = _SENTENCES.get(error["type"]) or str(error.get("ctx", {}).get("error", error["msg"]))
    return FieldProblem(field=".".join(where), problem=said)


_SENTENCES = {
    "missing": "it is needed, and not there",
    "extra_forbidden": "there is no such field here",
    "string_pattern_mismatch": "it is not written as it should be",
    "model_attributes_type": "a JSON object is needed",
}


def _of_http(_: Request, refused: Any) -> Response:  # always an HTTPException
    status = HTTPStatus(refused.status_code)
    slug = status.name.lower().replace("_", "-")
    return problem(status, slug, _DETAILS.get(status, status.phrase), headers=refused.headers)


_DETAILS = {
    HTTPStatus.NOT_FOUND: "there is nothing at this address",
    HTTPStatus.METHOD_NOT_ALLOWED: "this address does not take this method",
}


def _database(_: Request, failed: Any) -> Response:  # whatever tells that it is away
    log.error("the database does not serve us: %s", getattr(failed, "orig", failed))
    sentence = "the database can't be used just now; try again in a moment"
    return problem(
        HTTPStatus.SERVICE_UNAVAILABLE, "database-away", sentence, headers={"Retry-After": "2"}
    )


def _bug(_: Request, __: Exception) -> Response:
    sentence = "the server failed; the log on the server says why"
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", sentence)


_MAP: Mapping[type[Exception], Callable[[Request, Any], Response]] = {
    Failure: _failure,
    Unknown: _unknown,
    Forbidden: _forbidden,
    Overlap: _overlap,
    Unreadable: _unreadable,
    Conflict: _conflict,
    Invalid: _invalid,
    RequestValidationError: _not_valid,
    HTTPException: _of_http,
    OperationalError: _database,
    Unavailable: _database,
    NoConnection: _database,
    Exception: _bug,
}
"""The one error map."""

_SCHEMA: Mapping[str, Any] = {  # written out: a nested $defs would point nowhere in OpenAPI
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "problem"],
                "properties": {"field": {"type": "string"}, "problem": {"type": "string"}},
            },
        },
        "conflict": {
            "type": "object",
            "required": ["start", "end"],
            "properties": {
                "start": {"type": "string", "format": "date-time"},
                "end": {"type": "string", "format": "date-time"},
            },
        },
    },
}
PROBLEMS: dict[int | str, dict[str, Any]] = {  # FastAPI's own type
    status: {"description": words, "content": {MEDIA_TYPE: {"schema": _SCHEMA}}}
    for status, words in {"4XX": "Refused", "5XX": "Not served"}.items()
}
"""What every route may answer, for OpenAPI."""
