"""API tokens: 256 random bits, shown once, kept as their SHA-256, revoked for good.

A token that names a member can do no more than that member: its role is the lower of the two, and
it is worth nothing once the member is suspended or has left.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon.access.facts import MemberStatus
from daemon.store.forms import NewToken
from daemon.store.objections import Invalid, Unknown
from daemon.store.people import Act, Noted, page_of
from daemon.store.people import new_id as _new_id
from daemon.store.tables import MemberRow, TokenRow
from devices.clock import micros, moment
from devices.moments import shown

ROLES = ("public", "kiosk", "member", "staff", "admin")
"""Each includes the ones before it."""
_PREFIX = "usc_"
_BYTES = 32
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is listed; the secret itself is not known any more."""

    id: str
    name: str
    role: str
    member: str | None
    created: str
    revoked: str | None


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who a secret speaks for, right now."""

    token: str
    name: str
    role: str
    member: str | None


def add_token(act: Act, form: NewToken) -> tuple[Token, str]:
    """Make a token; return it and its secret, which nobody can read again."""
    secret = _PREFIX + secrets.token_urlsafe(_BYTES)
    with page_of(act) as page:
        _check(page.session, act.site, form)
        row = TokenRow(
            site=act.site,
            id=_new_id(),
            name=form.name,
            role=form.role,
            member=form.member,
            hash=_hash(secret),
            created=micros(act.at),
        )
        page.session.add(row)
        page.note(Noted("token-added", row.id, {"role": form.role}, form.member))
        return _token(row), secret


def revoke_token(act: Act, token: str) -> Token:
    """Make a token worthless from the next request on; a second time changes nothing."""
    with page_of(act) as page:
        row = page.session.get(TokenRow, (act.site, token))
        if row is None:
            raise Unknown("token", token)
        if row.revoked is None:
            row.revoked = micros(act.at)
            page.note(Noted("token-revoked", token, {}, row.member))
        return _token(row)


def tokens(session: Session, site: str) -> Sequence[Token]:
    """Return all tokens, the revoked ones too, in the order in which they were made."""
    query = select(TokenRow).where(TokenRow.site == site).order_by(TokenRow.created, TokenRow.id)
    return [_token(row) for row in session.scalars(query)]


def bearer_of(session: Session, site: str, secret: str) -> Bearer | None:
    """Return who speaks, or None: unknown, revoked, or the member is no longer welcome.

    Costs two look-ups, at every request anew: what was revoked is worthless at the next one.
    """
    if len(secret) > LONGEST:
        return None
    query = (
        select(TokenRow, MemberRow)
        .outerjoin(MemberRow, (MemberRow.site == TokenRow.site) & (MemberRow.id == TokenRow.member))
        .where(TokenRow.hash == _hash(secret), TokenRow.site == site, TokenRow.revoked.is_(None))
    )
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    token, member = found
    return speaker(token, member)


def speaker(token: TokenRow, member: MemberRow | None) -> Bearer | None:
    """Return who a token that is not revoked speaks for, given the member it names."""
    if token.member is None:
        return Bearer(token.id, token.name, token.role, None)
    if member is None or member.status != MemberStatus.ACTIVE:
        return None
    return Bearer(token.id, token.name, lower(token.role, member.role), member.id)


def lower(one: str, other: str) -> str:
    """Return the role that may do less."""
    return min(one, other, key=ROLES.index)


def _check(session: Session, site: str, form: NewToken) -> None:
    if form.member is None:
        if form.role == "member":
            raise Invalid("member", "a token with the role member needs the member it speaks for")
        return
    member = session.get(MemberRow, (site, form.member))
    if member is None:
        raise Invalid("member", f"there is no member {form.member!r}")
    if lower(form.role, member.role) != form.role:
        raise Invalid("role", f"this member's own role is {member.role}; raise that first")


def _hash(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _token(row: TokenRow) -> Token:
    revoked = None if row.revoked is None else shown(moment(row.revoked))
    return Token(row.id, row.name, row.role, row.member, shown(moment(row.created)), revoked)
