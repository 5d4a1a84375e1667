"""Accounts: a member's own name and password for the pages. None is there by default.

Passwords come here hashed (`daemon.passwords`) and nothing here hashes one: that takes its time,
and these are transactions. Whatever ends an account or changes its password ends its sessions.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from daemon.access.facts import MemberStatus
from daemon.store.objections import Conflict, Invalid, Unknown
from daemon.store.people import Act, Noted, Page, new_id, page_of
from daemon.store.tables import AccountRow, CodeRow, MemberRow, SessionRow
from devices.clock import micros, moment
from devices.moments import shown

LONGEST = 40
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it is listed. `ready`: its password has been chosen."""

    id: str
    name: str
    member: str
    member_name: str | None
    role: str | None
    ready: bool
    created: str
    ended: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a password, and whose it is."""

    account: str
    password: str | None


def add_account(act: Act, member: str, name: str) -> Account:
    """Give a member an account; it has no password until a one-time code is used."""
    with page_of(act) as page:
        return open_account(page, member, name, None)


def open_account(page: Page, member: str, name: str, password: str | None) -> Account:
    """Give a member an account in a transaction that is open already."""
    name = checked_name(name)
    owner = page.session.get(MemberRow, (page.site, member))
    if owner is None:
        raise Unknown("member", member)
    for row in page.session.scalars(_live(page.site)):
        if row.name == name:
            raise Conflict("account-name-taken", f"there is an account {name!r} already")
        if row.member == member:
            raise Conflict("member-has-account", f"this member has the account {row.name!r}")
    row = AccountRow(
        site=page.site,
        id=new_id(),
        name=name,
        member=member,
        password=password,
        created=micros(page.act.at),
    )
    page.session.add(row)
    page.note(Noted("account-added", row.id, {}, member))
    return _account(row, owner)


def end_account(act: Act, name: str) -> None:
    """End an account, its sessions and its codes; its name is free again."""
    with page_of(act) as page:
        row = _named(page.session, act.site, name)
        row.ended = micros(act.at)
        end_all(page, row.id)
        page.note(Noted("account-ended", row.id, {}, row.member))


def change_password(act: Act, account: str, password: str) -> None:
    """Keep a new password; every session and code of the account ends."""
    with page_of(act) as page:
        put_password(page, account, password)


def put_password(page: Page, account: str, password: str) -> None:
    """Keep a new password in a transaction that is open already."""
    row = page.session.get(AccountRow, (page.site, account))
    if row is None or row.ended is not None:
        raise Unknown("account", account)
    row.password = password
    end_all(page, account)
    page.note(Noted("password-changed", account, {}, row.member))


def end_all(page: Page, account: str) -> None:
    """End every session and every code of an account."""
    for table in (SessionRow, CodeRow):
        page.session.execute(delete(table).where(table.site == page.site, table.account == account))


def forget_accounts(page: Page, member: str) -> None:
    """Delete a member's accounts, the ended ones too, and all that hangs on them."""
    whose = (AccountRow.site == page.site, AccountRow.member == member)
    for account in page.session.scalars(select(AccountRow.id).where(*whose)).all():
        end_all(page, account)
    page.session.execute(delete(AccountRow).where(*whose))


def kept_of(session: Session, site: str, name: str) -> Kept | None:
    """Return what is kept of the password of a live account of somebody who is welcome."""
    name = name.strip().lower()
    if _NAME.fullmatch(name) is None:
        return None  # PostgreSQL takes no text with a NUL in it
    query = (
        _live(site)
        .join(MemberRow, (MemberRow.site == AccountRow.site) & (MemberRow.id == AccountRow.member))
        .where(AccountRow.name == name, MemberRow.status == MemberStatus.ACTIVE)
    )
    row = session.scalar(query)
    return None if row is None else Kept(row.id, row.password)


def kept_for(session: Session, site: str, account: str) -> Kept | None:
    """Return what is kept of the password of an account that has not ended."""
    row = session.get(AccountRow, (site, account))
    return None if row is None or row.ended is not None else Kept(row.id, row.password)


def account_named(session: Session, site: str, name: str) -> Account:
    """Return a live account; raises Unknown."""
    row = _named(session, site, name)
    return _account(row, session.get(MemberRow, (site, row.member)))


def accounts(session: Session, site: str) -> Sequence[Account]:
    """Return all accounts, the ended ones too, by name."""
    query = (
        select(AccountRow, MemberRow)
        .outerjoin(
            MemberRow, (MemberRow.site == AccountRow.site) & (MemberRow.id == AccountRow.member)
        )
        .where(AccountRow.site == site)
        .order_by(AccountRow.name, AccountRow.created)
    )
    return [_account(row, member) for row, member in session.execute(query)]


def has_accounts(session: Session, site: str) -> bool:
    """Tell whether anybody has ever had an account here."""
    query = select(func.count()).select_from(AccountRow).where(AccountRow.site == site)
    return bool(session.scalar(query))


def checked_name(name: str) -> str:
    """Return a name to sign in with as it is kept; raises Invalid."""
    name = name.strip().lower()
    if _NAME.fullmatch(name) is None:
        raise Invalid("account", "write 2 to 40 letters a-z, digits, `.`, `-` or `_`")
    return name


def _live(site: str) -> Select[AccountRow]:
    return select(AccountRow).where(AccountRow.site == site, AccountRow.ended.is_(None))


def _named(session: Session, site: str, name: str) -> AccountRow:
    row = session.scalar(_live(site).where(AccountRow.name == name.strip().lower()))
    if row is None:
        raise Unknown("account", name)
    return row


def _account(row: AccountRow, member: MemberRow | None) -> Account:
    return Account(
        row.id,
        row.name,
        row.member,
        None if member is None else member.name,
        None if member is None else member.role,
        row.password is not None,
        shown(moment(row.created)),
        None if row.ended is None else shown(moment(row.ended)),
    )
