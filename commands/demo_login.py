"""How staff get into the demo: a token, and an account with a password of this folder's own.

Both are kept in the folder, for its owner alone, and stay the same as long as they are good.
"""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from commands.demo_store import Fixture
from daemon.passwords import Passwords
from daemon.store import accounts, members, tokens
from daemon.store.accounts import Kept
from daemon.store.forms import NewToken
from daemon.store.objections import Objection
from daemon.store.people import Act, Actor

_BY = Actor("usciere demo")
_TOKEN = "staff.token"  # noqa: S105 - a file's name
_PASSWORD = "staff.password"  # noqa: S105 - a file's name
ACCOUNT, _WHOSE = "chiara", "chiara.conti@example.org"


def login_lines(demo: Fixture, folder: Path, now: datetime) -> Sequence[str]:
    """Return how staff sign in; without a word of the account where its member is gone."""
    lines = [f"staff login: {staff_token(demo, folder, now)}"]
    password = staff_password(demo, folder, now)
    if password is not None:
        where = f"http://{demo.settings.api.listen}/login"
        lines.append(f"or at {where} as: {ACCOUNT}  password: {password}")
    return lines


def staff_token(demo: Fixture, folder: Path, now: datetime) -> str:
    """Return a staff token; the one kept in the folder as long as it is worth something."""
    kept = _kept(folder / _TOKEN)
    with demo.store.reading() as session:
        if kept and tokens.bearer_of(session, demo.site, kept) is not None:
            return kept
    _, secret = tokens.add_token(_act(demo, now), NewToken(name="demo", role="staff"))
    return _keep(folder / _TOKEN, secret)


def staff_password(demo: Fixture, folder: Path, now: datetime) -> str | None:
    """Return the password of the sample staff member, who gets an account at the first start."""
    known = _kept(folder / _PASSWORD)
    passwords = Passwords()
    with demo.store.reading() as session:
        kept = accounts.kept_of(session, demo.site, ACCOUNT)
    if kept is not None and known and passwords.matches(known, kept.password):
        return known
    chosen = secrets.token_urlsafe(9)
    with suppress(Objection):  # somebody sent the sample member away
        account = _account(demo, kept, now)
        accounts.change_password(_act(demo, now), account, passwords.hash(chosen))
        return _keep(folder / _PASSWORD, chosen)
    return None


def _account(demo: Fixture, kept: Kept | None, now: datetime) -> str:
    if kept is not None:
        return kept.account
    with demo.store.reading() as session:
        member = members.member_with_email(session, demo.site, _WHOSE)
    return accounts.add_account(_act(demo, now), member.id, ACCOUNT).id


def _act(demo: Fixture, now: datetime) -> Act:
    return Act(demo.store, demo.site, _BY, now)


def _kept(file: Path) -> str:
    return file.read_text(encoding="ascii").strip() if file.exists() else ""


def _keep(file: Path, secret: str) -> str:
    file.touch(mode=0o600)
    file.write_text(f"{secret}\n", encoding="ascii")
    return secret
