"""Who bears a pass: a member by id, address or badge, else somebody with a card of their own.

A guest's `badge` may be written as the id of an enrolled badge or as a card's number; what is kept
of a number is its keyed hash and the last four digits, as of any badge.
"""

from dataclasses import dataclass

from sqlalchemy import select

from daemon.store import aliases
from daemon.store.badges import Lab
from daemon.store.objections import Invalid
from daemon.store.people import Page
from daemon.store.tables import BadgeRow, MemberRow
from devices import uid
from devices.uid import NotAUid
from devices.uid_formats import Number


@dataclass(frozen=True, slots=True)
class Bearer:
    """Somebody who may be let in; with neither `member` nor `hash` only a name on a list."""

    name: str | None = None
    email: str | None = None
    member: str | None = None
    hash: bytes | None = None
    tail: str | None = None

    @property
    def is_known_at_doors(self) -> bool:
        """Tell whether a door can recognise them."""
        return self.member is not None or self.hash is not None


@dataclass(frozen=True, slots=True)
class Said:
    """Who is meant, as it was said. `field` names the badge's place in the request."""

    name: str | None = None
    email: str | None = None
    badge: str | None = None
    field: str = "badge"


def bearer(page: Page, said: Said, lab: Lab) -> Bearer:
    """Return who is meant; raises Invalid where the badge is neither an id nor a card's number."""
    if said.badge is None:
        return Bearer(said.name, said.email, _member_at(page, said.email))
    enrolled = page.session.get(BadgeRow, (page.site, said.badge))
    if enrolled is not None:
        return Bearer(said.name, said.email, enrolled.member)
    number = _number(said)
    hashed = uid.keyed_hash(number, lab.key)
    owner = page.session.scalar(
        select(BadgeRow.member).where(BadgeRow.site == page.site, BadgeRow.hash == hashed)
    )
    if owner is not None:
        return Bearer(said.name, said.email, owner)
    aliases.note(page.book, Number(number), lab.key)
    return Bearer(said.name, said.email, None, hashed, uid.tail(number))


def _member_at(page: Page, email: str | None) -> str | None:
    if email is None:
        return None
    return page.session.scalar(
        select(MemberRow.id).where(MemberRow.site == page.site, MemberRow.email == email.lower())
    )


def _number(said: Said) -> uid.Uid:
    try:
        number = uid.parse(said.badge or "")
    except NotAUid as problem:
        sentence = f"it is neither the id of a badge nor a card's number: {problem}"
        raise Invalid(said.field, sentence) from None
    never = uid.never_a_badge(number)
    if never is not None:
        raise Invalid(said.field, never)
    return number
