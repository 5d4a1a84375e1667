"""Badges: given out, blocked, reported lost, taken back. A number comes in and is never kept.

What is kept is its hash under the site's key and the last four digits. No error tells whose badge
a number is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, delete, insert, null, select, update
from sqlalchemy.orm import Session

from daemon.store import aliases
from daemon.store.book import Book
from daemon.store.forms import BadgeChange, NewBadge
from daemon.store.objections import Conflict, Invalid, Unknown
from daemon.store.people import (
    Act,
    Actor,
    Noted,
    Page,
    as_said,
    end_moment,
    new_id,
    note,
    page_of,
)
from daemon.store.tables import BadgeRow, MemberRow, PassRow
from devices import uid_formats
from devices.clock import micros
from devices.uid import NotAUid
from devices.uid_formats import Number


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge as staff see it; `tail` is all that is known of its number.

    `alike`: how many other cards in use some reader, of those that lose digits, can't tell from it.
    """

    id: str
    member: str
    label: str | None
    tail: str
    status: str
    valid_until: str | None
    alike: int = 0


@dataclass(frozen=True, slots=True)
class Lab:
    """What turns a form into a row: the key of the hashes, the zone of the dates."""

    key: bytes
    zone: ZoneInfo


def add_badge(act: Act, member: str, form: NewBadge, lab: Lab) -> Badge:
    """Give a member a badge that nobody has yet."""
    with page_of(act) as page:
        return give(page, member, form, lab)


def give(page: Page, member: str, form: NewBadge, lab: Lab) -> Badge:
    """Give a badge in a transaction that is open already, as one of many.

    A member who joined in the same transaction is flushed already.
    """
    number = number_of(form.uid, form.uid_format)
    said = form.model_dump(include={"label", "valid_until"})
    card = Card(number, member, form.label, form.valid_until, said)
    return enrol(page.book, page.act.by, page.act.at, card, lab)


@dataclass(frozen=True, slots=True)
class Card:
    """A card about to be somebody's badge. `said`: what the journal tells of it."""

    number: Number = field(repr=False)
    member: str
    label: str | None = None
    valid_until: str | None = None
    said: Mapping[str, object] = field(default_factory=dict)


def enrol(book: Book, by: Actor, at: datetime, card: Card, lab: Lab) -> Badge:
    """Make a card a member's badge, in whatever open book: the only way a number comes in.

    Raises Unknown for a member who is not there, Conflict for a card that is a badge already.
    """
    if book.one(_MEMBER, member=card.member) is None:
        raise Unknown("member", card.member)
    hashed = _free(book, card.number, lab)
    ends = end_moment(card.valid_until, lab.zone)
    badge = Badge(
        new_id(),
        card.member,
        card.label,
        uid_formats.tail(card.number),
        "active",
        as_said(card.valid_until, ends),
    )
    book.run(
        _GIVEN,
        id=badge.id,
        member=badge.member,
        hash=hashed,
        tail=badge.tail,
        label=badge.label,
        status=badge.status,
        valid_until=ends,
        until_said=card.valid_until,
        created=micros(at),
    )
    book.run(_TAKE_OVER, card=hashed, owner=card.member)
    said = {key: value for key, value in card.said.items() if key != "label"}
    note(book, by, at, Noted("badge-added", badge.id, said, badge.member, badge.tail))
    return replace(badge, alike=aliases.alike_of(book, hashed))


def _free(book: Book, number: Number, lab: Lab) -> bytes:
    """Return the hash of a card that is nobody's badge, by its number or by what readers write.

    A card that is known by less than its number cannot be told from another that gives that text.
    """
    hashed = uid_formats.keyed_hash(number, lab.key)
    if book.one(_TAKEN, hash=hashed) is not None:
        raise Conflict(
            "badge-taken", "this badge is enrolled already; take it back there before giving it out"
        )
    texts = [number] if number.alias is not None else uid_formats.aliases_of(number.uid)
    hashes = [uid_formats.keyed_hash(each, lab.key) for each in texts]
    if number.alias is not None and aliases.meant(book, hashed).alike:
        raise Conflict(
            "badge-taken",
            "a card in use gives this number too; enrol this one at a reader that reads whole "
            "numbers, or take the other back",
        )
    if aliases.known_by_less(book, hashes) is not None:
        raise Conflict(
            "badge-taken",
            "a badge that is known only by a shortened number may be this card; take it back first",
        )
    return aliases.note(book, number, lab.key)


_MEMBER = select(MemberRow.id).where(
    MemberRow.site == bindparam("site"), MemberRow.id == bindparam("member")
)
_TAKEN = select(BadgeRow.id).where(
    BadgeRow.site == bindparam("site"), BadgeRow.hash == bindparam("hash")
)
_GIVEN = insert(BadgeRow)
_TAKE_OVER = (
    update(PassRow)
    .where(PassRow.site == bindparam("site"), PassRow.hash == bindparam("card"))
    .values(member=bindparam("owner"), hash=null(), tail=null())
)
"""Passes that were given to the card before go on as its owner's."""


def change_badge(act: Act, badge: str, form: BadgeChange, zone: ZoneInfo) -> Badge:
    """Change what the form says; holds from the next tap on."""
    with page_of(act) as page:
        row = _row(page.session, act.site, badge)
        before = _badge(row)
        fields = form.model_dump(mode="json", exclude_unset=True)
        fields = {key: value for key, value in fields.items() if value != getattr(before, key)}
        if not fields:
            return before
        for key, value in fields.items():
            _SETTERS[key](row, value, zone)
        _note(page, row, _REASONS.get(str(fields.get("status")), "badge-changed"), fields)
        return _badge(row)


def remove_badge(act: Act, badge: str) -> None:
    """Take a badge back: its number is unknown from the next tap on, and free for somebody else."""
    with page_of(act) as page:
        row = _row(page.session, act.site, badge)
        page.session.delete(row)
        _note(page, row, "badge-removed", {})


def take_back(book: Book, by: Actor, at: datetime, badge: str) -> int:
    """Take a badge back in whatever open book; return the `seq` of the entry."""
    row = book.one(_OWNED, badge=badge)
    assert row is not None  # noqa: S101 - it was given out in this very moment
    book.run(_GONE, badge=badge)
    if book.memory is not None:
        book.memory.forget()
    return note(book, by, at, Noted("badge-removed", badge, {}, row[0], row[1]))


_OWNED = select(BadgeRow.member, BadgeRow.tail).where(
    BadgeRow.site == bindparam("site"), BadgeRow.id == bindparam("badge")
)
_GONE = delete(BadgeRow).where(
    BadgeRow.site == bindparam("site"), BadgeRow.id == bindparam("badge")
)


def badge_of(session: Session, site: str, badge: str) -> Badge:
    """Return one badge; raises Unknown."""
    row = _row(session, site, badge)
    return _with_alike(session, site, [row])[0]


def badges(
    session: Session,
    site: str,
    member: str | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> Sequence[Badge]:
    """Return badges by id, of one member or of all, from behind `after` on."""
    query = select(BadgeRow).where(BadgeRow.site == site)
    if member is not None:
        query = query.where(BadgeRow.member == member)
    if after is not None:
        query = query.where(BadgeRow.id > after)
    rows = session.scalars(query.order_by(BadgeRow.id).limit(limit)).all()
    return _with_alike(session, site, rows)


def _with_alike(session: Session, site: str, rows: Sequence[BadgeRow]) -> list[Badge]:
    alike = aliases.alike(session, site, [row.hash for row in rows])
    return [replace(_badge(row), alike=alike.get(row.hash, 0)) for row in rows]


def number_of(text: str, uid_format: str = "hex") -> Number:
    """Return what a written number says; raises Invalid, which never quotes the number."""
    try:
        number = uid_formats.read(text, uid_format)
    except NotAUid as problem:
        raise Invalid("uid", str(problem)) from None
    why = uid_formats.never_a_badge(number)
    if why is not None:
        raise Invalid("uid", f"{why}; it can't be enrolled")
    return number


_REASONS = {"active": "badge-unblocked", "blocked": "badge-blocked", "lost": "badge-lost"}


def _row(session: Session, site: str, badge: str) -> BadgeRow:
    row = session.get(BadgeRow, (site, badge))
    if row is None:
        raise Unknown("badge", badge)
    return row


def _set_label(row: BadgeRow, value: str | None, _: ZoneInfo) -> None:
    row.label = value


def _set_status(row: BadgeRow, value: str | None, _: ZoneInfo) -> None:
    assert value is not None  # noqa: S101 - the form lets nobody clear it
    row.status = value


def _set_until(row: BadgeRow, value: str | None, zone: ZoneInfo) -> None:
    row.until_said = value
    row.valid_until = end_moment(value, zone)


_SETTERS: Mapping[str, Callable[[BadgeRow, str | None, ZoneInfo], None]] = {
    "label": _set_label,
    "status": _set_status,
    "valid_until": _set_until,
}


def _note(page: Page, row: BadgeRow, reason: str, fields: Mapping[str, object]) -> None:
    said = {key: value for key, value in fields.items() if key != "label"}
    page.note(Noted(reason, row.id, said, row.member, row.tail))


def _badge(row: BadgeRow) -> Badge:
    until = as_said(row.until_said, row.valid_until)
    return Badge(row.id, row.member, row.label, row.tail, row.status, until)
