"""Sessions: 256 random bits in a cookie, kept as their SHA-256, looked at anew at every request.

A session is worth nothing from the very next request on when its account or token has ended, its
member is suspended or gone, or has another role than at the sign-in. `LIVES` says how long one
lasts unused, and at all.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from daemon.access.facts import MemberStatus
from daemon.store import journal
from daemon.store.journal import Entry, Kind
from daemon.store.people import Act, Page, new_id, page_of
from daemon.store.tables import AccountRow, MemberRow, SessionRow, TokenRow
from daemon.store.tokens import LONGEST, Bearer, speaker
from devices.clock import micros, moment

_BYTES = 32
_SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Life:
    """How long a session lasts: unused, and in all."""

    idle: timedelta
    longest: timedelta


_STAFF = Life(timedelta(hours=12), timedelta(days=7))
LIVES: Mapping[str, Life] = {
    "kiosk": Life(timedelta(days=30), timedelta(days=365)),
    "member": Life(timedelta(days=14), timedelta(days=90)),
    "staff": _STAFF,
    "admin": _STAFF,
}


@dataclass(frozen=True, slots=True)
class Signed:
    """Who is signed in, right now. `stale`: it is time to write down that the session lives."""

    id: str
    name: str
    role: str
    member: str | None
    account: str | None
    token: str | None
    language: str | None
    stale: bool


def begin_session(act: Act, account: str) -> str:
    """Sign an account in; return what the cookie holds, which nobody can read again."""
    with page_of(act) as page:
        row = page.session.get_one(AccountRow, (act.site, account))
        member = page.session.get_one(MemberRow, (act.site, row.member))
        secret = _begin(page, member.role, account=account)
        note(page, "signed-in", member.id, account=account)
        return secret


def begin_token_session(act: Act, bearer: Bearer) -> str:
    """Sign in whoever has a token, as that token; return what the cookie holds."""
    with page_of(act) as page:
        secret = _begin(page, bearer.role, token=bearer.token)
        note(page, "signed-in", bearer.member, token=bearer.token)
        return secret


def signed_in(session: Session, site: str, secret: str, now: datetime) -> Signed | None:
    """Return who speaks, or None. Costs at most three look-ups by key."""
    if not secret or len(secret) > LONGEST:
        return None
    found = _found(session, site, secret)
    if found is None:
        return None
    row, account, token, member = found
    name, role = _speaks(account, token, member)
    if role != row.role or not _lives(row, now):
        return None
    stale = now - moment(row.seen) >= _SEEN_EVERY
    language = None if member is None else member.language
    owner = None if member is None else member.id
    return Signed(row.id, name, role, owner, row.account, row.token, language, stale)


def touch(act: Act, session: str) -> None:
    """Write down that the session is in use."""
    with act.store.writing() as writing:
        writing.execute(
            update(SessionRow)
            .where(SessionRow.site == act.site, SessionRow.id == session)
            .values(seen=micros(act.at))
        )


def end_session(act: Act, session: str) -> None:
    """Sign out; a second time changes nothing."""
    with page_of(act) as page:
        row = page.session.get(SessionRow, (act.site, session))
        if row is not None:
            page.session.delete(row)
            note(page, "signed-out", None, account=row.account, token=row.token)


def note_failure(act: Act, account: str | None) -> None:
    """Write down that somebody was not let in. What was typed is not kept: it may be a password."""
    with page_of(act) as page:
        note(page, "sign-in-failed", None, account=account)


def note(page: Page, reason: str, member: str | None, **ids: str | None) -> None:
    """Write into the journal what became of a sign-in; never a secret."""
    at = page.act.at
    detail = {"by": page.act.by.said(), **{key: value for key, value in ids.items() if value}}
    journal.append(
        page.book, Entry(Kind.SYSTEM, at, at, member=member, reason=reason, detail=detail)
    )


def _begin(page: Page, role: str, **owner: str) -> str:
    _forget_old(page)
    secret = secrets.token_urlsafe(_BYTES)
    at = micros(page.act.at)
    row = SessionRow(
        site=page.site, id=new_id(), hash=_hash(secret), role=role, began=at, seen=at, **owner
    )
    page.session.add(row)
    return secret


def _forget_old(page: Page) -> None:
    for role, life in LIVES.items():
        old = (SessionRow.began < micros(page.act.at - life.longest)) | (
            SessionRow.seen < micros(page.act.at - life.idle)
        )
        page.session.execute(
            delete(SessionRow).where(SessionRow.site == page.site, SessionRow.role == role, old)
        )


_Found = tuple[SessionRow, AccountRow | None, TokenRow | None, MemberRow | None]


def _found(session: Session, site: str, secret: str) -> _Found | None:
    row = session.scalar(
        select(SessionRow).where(SessionRow.hash == _hash(secret), SessionRow.site == site)
    )
    if row is None:
        return None
    account = session.get(AccountRow, (site, row.account)) if row.account else None
    token = session.get(TokenRow, (site, row.token)) if row.token else None
    owner = account or token
    member = session.get(MemberRow, (site, owner.member)) if owner and owner.member else None
    return row, account, token, member


def _speaks(
    account: AccountRow | None, token: TokenRow | None, member: MemberRow | None
) -> tuple[str, str]:
    """Return the name and the role of today; the role `public` for whoever has none any more."""
    if token is not None:
        bearer = speaker(token, member) if token.revoked is None else None
        return ("", "public") if bearer is None else (bearer.name, bearer.role)
    if account is None or account.ended is not None:
        return "", "public"
    if member is None or member.status != MemberStatus.ACTIVE:
        return "", "public"
    return member.name, member.role


def _lives(row: SessionRow, now: datetime) -> bool:
    life = LIVES[row.role]
    return now - moment(row.began) < life.longest and now - moment(row.seen) < life.idle


def _hash(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()
