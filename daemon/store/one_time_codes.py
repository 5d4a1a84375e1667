"""One-time codes: whoever has one may choose the password of an account, once and within a day.

A code without an account makes the first admin. It is worth nothing once there is any account.
"""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from daemon.copied_codes import hash_of, new_code
from daemon.passwords import LONGEST, SHORTEST
from daemon.store.accounts import (
    account_named,
    checked_name,
    end_all,
    has_accounts,
    open_account,
    put_password,
)
from daemon.store.forms import NewMember
from daemon.store.members import join
from daemon.store.objections import Invalid
from daemon.store.people import Act, Noted, new_id, page_of
from daemon.store.tables import AccountRow, CodeRow
from devices.clock import micros

_UTC = ZoneInfo("UTC")  # the first admin has no dates to be read
LIFE = timedelta(days=1)
_GROUPS = 4


def first_code(act: Act) -> str | None:
    """Return a code for the first admin, instead of any before; None once there is an account."""
    with act.store.reading() as session:
        if has_accounts(session, act.site):
            return None
    with page_of(act) as page:
        if has_accounts(page.session, act.site):
            return None
        page.session.execute(
            delete(CodeRow).where(CodeRow.site == act.site, CodeRow.account.is_(None))
        )
        return _new(page.session, act, None)


def reset_code(act: Act, name: str) -> str:
    """Return a code to choose a new password; until then nobody signs in with the old one."""
    with page_of(act) as page:
        found = account_named(page.session, act.site, name)
        row = page.session.get(AccountRow, (act.site, found.id))
        assert row is not None  # noqa: S101 - narrows the type; it was found above
        row.password = None
        end_all(page, row.id)
        page.note(Noted("password-reset", row.id, {}, row.member))
        return _new(page.session, act, row.id)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What whoever has a code writes; `full_name` is asked of the first admin only."""

    code: str
    account: str
    password: str
    full_name: str = ""


def check_password(password: str) -> None:
    """Refuse what is no good as a password; raises Invalid."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid("password", f"write {SHORTEST} to {LONGEST} characters")


def check_code(act: Act, chosen: Chosen) -> None:
    """Refuse what `use_code` would, before the password is hashed; raises Invalid."""
    with act.store.reading() as session:
        row = _good(session, act, chosen)
    checked_name(chosen.account)
    check_password(chosen.password)
    if row.account is None:
        _admin(chosen)


def use_code(act: Act, chosen: Chosen, password: str) -> str:
    """Keep the password, hashed, in the code's account; return the account. Raises Invalid."""
    with page_of(act) as page:
        row = _good(page.session, act, chosen)
        if row.account is not None:
            put_password(page, row.account, password)
            return row.account
        page.session.delete(row)
        member = join(page, _admin(chosen), _UTC)
        page.session.flush()
        return open_account(page, member.id, chosen.account, password).id


def _admin(chosen: Chosen) -> NewMember:
    try:
        return NewMember(name=chosen.full_name.strip(), role="admin", visibility="hidden")
    except ValidationError:
        raise Invalid("full_name", "write the name of the person") from None


_WORTHLESS = "this code is not, or no longer, good for this account"


def _new(session: Session, act: Act, account: str | None) -> str:
    code = new_code(_GROUPS)
    session.add(
        CodeRow(
            site=act.site,
            id=new_id(),
            account=account,
            hash=hash_of(code),
            until=micros(act.at + LIFE),
        )
    )
    return code


def _good(session: Session, act: Act, chosen: Chosen) -> CodeRow:
    query = select(CodeRow).where(CodeRow.site == act.site, CodeRow.hash == hash_of(chosen.code))
    row = session.scalar(query)
    if row is None or row.until <= micros(act.at) or not _fits(session, act, row, chosen):
        raise Invalid("code", _WORTHLESS)
    return row


def _fits(session: Session, act: Act, row: CodeRow, chosen: Chosen) -> bool:
    if row.account is None:
        return not has_accounts(session, act.site)
    account = session.get(AccountRow, (act.site, row.account))
    return account is not None and account.name == chosen.account.strip().lower()
