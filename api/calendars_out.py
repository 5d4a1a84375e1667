"""Calendars out: `/rooms/{id}/calendar.ics`, `/members/{id}/calendar.ics`, and the keys to them.

No key, another feed's, a revoked one and a feed that is not there are answered alike.
"""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from api.dependencies import (
    MEMBER,
    PUBLIC,
    Acting,
    Asking,
    Built,
    Named,
    Now,
    OpenSession,
    Principal,
    Who,
)
from api.lists import After, Limit, Listed, listed, place_of
from api.moments import Instant
from api.parts import Parts
from api.problems import PROBLEMS, Failure
from daemon.calendars import outgoing
from daemon.store import feed_keys
from daemon.store.appointments import appointments, name_of
from daemon.store.feed_keys import Feed, NewFeedKey

router = APIRouter(tags=["calendars out"], responses=PROBLEMS)

_CALENDAR: dict[int | str, dict[str, Any]] = {  # FastAPI's own type
    200: {
        "description": "The calendar",
        "content": {"text/calendar": {"schema": {"type": "string"}}},
    },
    304: {"description": "It is as you have it"},
}
_NONE = "there is no calendar here for this key; ask for a new address"


class FeedKey(BaseModel):
    """What opens one feed: a room's, which says when it is taken, or a member's own bookings."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    room: str | None
    member: str | None
    created: Instant
    revoked: Instant | None


class NewKey(FeedKey):
    """A new key, shown this once; `url` is what to give to a calendar program."""

    key: str
    url: str


Key = Annotated[str, Query(max_length=1000, description="a key to this feed, see `/feed-keys`")]
Tag = Annotated[str, Header(alias="If-None-Match")]


@router.get("/feed-keys", dependencies=[MEMBER])
def list_feed_keys(
    session: OpenSession, parts: Built, asker: Asking, limit: Limit = 100, after: After = None
) -> Listed[FeedKey]:
    """List keys by id, revoked ones too; members see their own."""
    place = place_of(after, 1)
    found = feed_keys.feed_keys(session, parts.site, asker, limit + 1, place[0] if place else None)
    return listed([FeedKey.model_validate(key) for key in found], limit, lambda key: (key.id,))


@router.post("/feed-keys", status_code=201, dependencies=[MEMBER])
def add_feed_key(
    form: NewFeedKey, act: Acting, parts: Built, asker: Asking, request: Request
) -> NewKey:
    """Make a key to a room's feed or a member's; members to rooms' and their own."""
    rooms = {room.id for room in parts.settings.rooms}
    made, secret = feed_keys.add_feed_key(act, asker, form, rooms)
    kind, ref = form.feed()
    url = f"{request.base_url}api/v1/{kind}s/{ref}/calendar.ics?key={secret}"
    shown = FeedKey.model_validate(made)
    return NewKey(**dict(shown), key=secret, url=url)


@router.delete("/feed-keys/{key}", status_code=204, dependencies=[MEMBER])
def revoke_feed_key(key: Named, act: Acting, asker: Asking) -> None:
    """Make a key worthless for good."""
    feed_keys.revoke_feed_key(act, asker, key)


@router.get("/rooms/{room}/calendar.ics", dependencies=[PUBLIC], responses=_CALENDAR)
def room_calendar(  # noqa: PLR0913, PLR0917 - what FastAPI brings
    room: Named,
    session: OpenSession,
    parts: Built,
    who: Who,
    now: Now,
    key: Key = "",
    tag: Tag = "",
) -> Response:
    """Give a room's bookings as iCalendar: when it is taken, nobody's name."""
    feed = Feed("room", room)
    if parts.settings.room(room) is None or not _may(session, parts, who, feed, key):
        raise Failure(HTTPStatus.NOT_FOUND, "no-such-calendar", _NONE)
    return _written(session, parts, feed, now, tag)


@router.get("/members/{member}/calendar.ics", dependencies=[PUBLIC], responses=_CALENDAR)
def member_calendar(  # noqa: PLR0913, PLR0917 - what FastAPI brings
    member: Named,
    session: OpenSession,
    parts: Built,
    who: Who,
    now: Now,
    key: Key = "",
    tag: Tag = "",
) -> Response:
    """Give a member's own bookings as iCalendar, with their titles."""
    feed = Feed("member", member)
    if not _may(session, parts, who, feed, key):
        raise Failure(HTTPStatus.NOT_FOUND, "no-such-calendar", _NONE)
    return _written(session, parts, feed, now, tag)


def _may(session: Session, parts: Parts, who: Principal, feed: Feed, key: str) -> bool:
    """Tell whether the key opens this feed, or a token that shows as much anyway."""
    shows_as_much = feed.kind == "room" or feed.id == who.member
    if who.may("staff") or (who.may("member") and shows_as_much):
        return True
    return feed_keys.opens(session, parts.site, key, feed)


def _written(session: Session, parts: Parts, feed: Feed, now: Now, tag: str) -> Response:
    name = name_of(parts.settings, feed)
    found = appointments(session, parts.settings, feed, now)
    mark = outgoing.mark(name, found)
    headers = {"ETag": mark, "Cache-Control": "private, no-cache"}
    if mark in (each.strip() for each in tag.removeprefix("W/").split(",")):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    calendar = outgoing.written(name, found, parts.settings.site.zone)
    return Response(calendar, media_type=outgoing.MEDIA_TYPE, headers=headers)
