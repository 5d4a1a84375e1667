"""Lists: {"items", "next"}; `after` is opaque to callers, and to be given back as it came."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Generic, TypeGuard, TypeVar

from fastapi import Query
from pydantic import BaseModel

from daemon.store.instants import Instant
from daemon.store.objections import Invalid
from devices import moments

T = TypeVar("T")
_MOST_TEXT = 1000


class Listed(BaseModel, Generic[T]):
    """A piece of a list; `next` is where it goes on, null at its end."""

    items: Sequence[T]
    next: str | None


Limit = Annotated[int, Query(ge=1, le=500, description="how many items at the most")]
After = Annotated[
    str | None, Query(max_length=_MOST_TEXT, description="the `next` of the piece before")
]

Since = Annotated[Instant | None, Query(alias="from", description="not over by this instant")]
Until = Annotated[Instant | None, Query(alias="to", description="begun before this instant")]
"""What is asked for where something is from a moment until another: all that touches a span."""


def listed(found: Sequence[T], limit: int, place: Callable[[T], Sequence[str]]) -> Listed[T]:
    """Return the first `limit` of what was found; one more than that means it goes on."""
    items = found[:limit]
    more = len(found) > limit
    return Listed(items=items, next=_sealed(place(items[-1])) if more else None)


def place_of(after: str | None, parts: int) -> Sequence[str] | None:
    """Return the place that `next` sealed; raises Invalid for anything else."""
    if after is None:
        return None
    try:
        place: object = json.loads(base64.urlsafe_b64decode(after.encode()))
    except (ValueError, binascii.Error, RecursionError):
        place = None
    words = [each for each in place if _is_word(each)] if isinstance(place, list) else []
    if not isinstance(place, list) or not len(place) == len(words) == parts:
        raise Invalid("after", "give back the `next` of the list before, just as it came")
    return words


def moment_place_of(after: str | None) -> tuple[datetime, str] | None:
    """Return the place in a list by moment and id; raises Invalid for anything else."""
    place = place_of(after, 2)
    if place is None:
        return None
    try:
        return moments.parse(place[0]), place[1]
    except moments.NotAMoment:
        raise Invalid("after", "give back the `next` of the list before") from None


def _is_word(part: object) -> TypeGuard[str]:
    return isinstance(part, str) and part.isprintable()


def _sealed(place: Sequence[str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(list(place)).encode()).decode()
