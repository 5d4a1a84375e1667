"""Moments in forms and answers: RFC 3339 with an offset in, UTC out."""

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from devices import moments

_FIRST_YEAR, _LAST_YEAR = 1970, 9998


def _parsed(said: object) -> datetime:
    if isinstance(said, datetime):
        return said
    if not isinstance(said, str):
        raise ValueError("expected a text such as 2026-03-29T09:00:00+02:00")  # noqa: TRY004 - pydantic wants it
    at = moments.parse(said)
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        raise ValueError(f"expected a year from {_FIRST_YEAR} to {_LAST_YEAR}")
    return at


Instant = Annotated[
    datetime,
    BeforeValidator(_parsed),
    PlainSerializer(moments.shown, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
