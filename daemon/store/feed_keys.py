"""Keys of calendar feeds: a calendar program cannot send a token, so its address carries a key.

A key opens one feed and nothing else: 256 random bits, shown once, kept as their SHA-256, revoked
for good. It is worth nothing once its member, or who asked for it, is suspended or has left.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal, NamedTuple

from pydantic import model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon.access.facts import MemberStatus
from daemon.store.asker import Asker
from daemon.store.forms import Form, Id
from daemon.store.objections import Forbidden, Invalid, Unknown
from daemon.store.people import Act, Noted, new_id, page_of
from daemon.store.tables import FeedKeyRow, MemberRow
from devices.clock import micros, moment

_BYTES = 32
LONGEST = 100


class Feed(NamedTuple):
    """Which calendar: a room's, or a member's own bookings."""

    kind: Literal["room", "member"]
    id: str


class NewFeedKey(Form):
    """A key to one feed: a `room`'s or a `member`'s."""

    room: Id | None = None
    member: Id | None = None

    @model_validator(mode="after")
    def _is_of_one(self) -> "NewFeedKey":
        if (self.room is None) is (self.member is None):
            raise ValueError("name either a room or a member")
        return self

    def feed(self) -> Feed:
        """Return which feed is meant."""
        if self.room is not None:
            return Feed("room", self.room)
        assert self.member is not None  # noqa: S101 - narrows the type; the validator saw to it
        return Feed("member", self.member)


@dataclass(frozen=True, slots=True)
class FeedKey:
    """A key as it is listed; the secret itself is not known any more."""

    id: str
    room: str | None
    member: str | None
    created: datetime
    revoked: datetime | None


def add_feed_key(
    act: Act, asker: Asker, form: NewFeedKey, rooms: Collection[str]
) -> tuple[FeedKey, str]:
    """Make a key; return it and its secret. Members get keys to rooms and to their own bookings."""
    feed = form.feed()
    if feed.kind == "room" and feed.id not in rooms:
        raise Invalid("room", f"there is no room {feed.id!r} in the settings")
    if feed.kind == "member" and not asker.staff and feed.id != asker.member:
        raise Forbidden("members get keys to their own bookings only")
    secret = secrets.token_urlsafe(_BYTES)
    with page_of(act) as page:
        is_member = feed.kind == "member"
        if is_member and page.session.get(MemberRow, (act.site, feed.id)) is None:
            raise Invalid("member", f"there is no member {feed.id!r}")
        row = FeedKeyRow(
            site=act.site,
            id=new_id(),
            kind=feed.kind,
            ref=feed.id,
            owner=None if asker.staff else asker.member,
            hash=_hash(secret),
            created=micros(act.at),
        )
        page.session.add(row)
        page.note(Noted("feed-key-added", row.id, {feed.kind: feed.id}, _whose(row)))
        return _key(row), secret


def revoke_feed_key(act: Act, asker: Asker, key: str) -> None:
    """Make a key worthless from the next request on; a second time changes nothing."""
    with page_of(act) as page:
        row = page.session.get(FeedKeyRow, (act.site, key))
        if row is None or not _is_of(row, asker):
            raise Unknown("feed-key", key)
        if row.revoked is None:
            row.revoked = micros(act.at)
            page.note(Noted("feed-key-revoked", key, {}, _whose(row)))


def feed_keys(
    session: Session, site: str, asker: Asker, limit: int, after: str | None = None
) -> Sequence[FeedKey]:
    """Return keys by id, for a member those to the own bookings and those asked for."""
    query = select(FeedKeyRow).where(FeedKeyRow.site == site)
    if not asker.staff:
        own = (FeedKeyRow.kind == "member") & (FeedKeyRow.ref == asker.member)
        query = query.where(own | (FeedKeyRow.owner == asker.member))
    if after is not None:
        query = query.where(FeedKeyRow.id > after)
    return [_key(row) for row in session.scalars(query.order_by(FeedKeyRow.id).limit(limit))]


def opens(session: Session, site: str, secret: str, feed: Feed) -> bool:
    """Tell whether a key opens this feed, at this moment."""
    if not 0 < len(secret) <= LONGEST:
        return False
    row = session.scalar(select(FeedKeyRow).where(FeedKeyRow.hash == _hash(secret)))
    if row is None or row.revoked is not None:
        return False
    if (row.site, row.kind, row.ref) != (site, *feed):
        return False
    people = {row.owner, row.ref if row.kind == "member" else None} - {None}
    return all(_is_welcome(session, site, each) for each in people)


def _is_welcome(session: Session, site: str, member: str | None) -> bool:
    found = session.get(MemberRow, (site, member))
    return found is not None and found.status == MemberStatus.ACTIVE


def _is_of(row: FeedKeyRow, asker: Asker) -> bool:
    return asker.staff or (asker.member is not None and asker.member == _whose(row))


def _whose(row: FeedKeyRow) -> str | None:
    return row.ref if row.kind == "member" else row.owner


def _hash(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _key(row: FeedKeyRow) -> FeedKey:
    is_room = row.kind == "room"
    return FeedKey(
        row.id,
        row.ref if is_room else None,
        None if is_room else row.ref,
        moment(row.created),
        None if row.revoked is None else moment(row.revoked),
    )
