"""Who is let in at the pages: by account and password, by one-time code, by token.

TooSoon     too many wrong tries from there or for that account: 429, says when to come back
Wrong       the name and the password, the code or the token do not open anything

Every door here asks `Patience` first, so that of a thousand guesses a handful cost a hash.
"""

import ipaddress
import math
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus

from api.kiosk_codes import KioskCodes
from api.problems import Failure
from daemon.passwords import Passwords, TooBusy
from daemon.patience import Patience
from daemon.store import accounts, one_time_codes, sessions
from daemon.store.forms import NewToken
from daemon.store.people import Act
from daemon.store.tokens import Bearer, add_token, bearer_of

_ACCOUNT_WAITS = 60.0
_SOURCE_WAITS = 900.0
_SOURCE_FREE = 20
"""A whole office may sit behind one address."""


class TooSoon(Failure):
    """Too many wrong tries; `seconds` says when the next may come."""

    def __init__(self, seconds: float) -> None:
        self.seconds = max(1, math.ceil(seconds))
        sentence = f"too many wrong tries; try again in {self.seconds} s"
        super().__init__(HTTPStatus.TOO_MANY_REQUESTS, "too-many-tries", sentence)

    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.seconds)}


class Wrong(Exception):
    """What was said opens nothing; which part of it is wrong is nobody's business."""


class SignIn:
    """Lets in by account, code or token; counts the wrong tries. Blocks while it hashes."""

    def __init__(self, steady: Callable[[], float]) -> None:
        self.passwords = Passwords()
        self.kiosks = KioskCodes(steady)
        self._steady = steady
        self._accounts = Patience(_ACCOUNT_WAITS)
        self._sources = Patience(_SOURCE_WAITS, _SOURCE_FREE)

    def by_password(self, act: Act, source: str, name: str, password: str) -> str:
        """Return what the session's cookie is to hold; raises Wrong or TooSoon."""
        name = name.strip().lower()[: accounts.LONGEST]
        self._demand(source, name)
        with act.store.reading() as session:
            kept = accounts.kept_of(session, act.site, name)
        if not self._matches(password, kept.password if kept else None) or kept is None:
            sessions.note_failure(act, kept.account if kept else None)
            raise Wrong
        self._forgive(source, name)
        return sessions.begin_session(act, kept.account)

    def by_token(self, act: Act, source: str, secret: str) -> str:
        """Return what the session's cookie is to hold; raises Wrong or TooSoon."""
        self._demand(source)
        with act.store.reading() as session:
            bearer = bearer_of(session, act.site, secret.strip())
        if bearer is None:
            sessions.note_failure(act, None)
            raise Wrong
        self._forgive(source)
        return sessions.begin_token_session(act, bearer)

    def by_code(self, act: Act, source: str, chosen: one_time_codes.Chosen) -> str:
        """Use a one-time code and sign in; raises Invalid (which field) or TooSoon."""
        self._demand(source)
        one_time_codes.check_code(act, chosen)
        account = one_time_codes.use_code(act, chosen, self._hash(chosen.password))
        self._forgive(source)
        return sessions.begin_session(act, account)

    def by_kiosk_code(self, act: Act, source: str, code: str) -> str:
        """Use a code that staff had for a tablet; the session is a kiosk's and no more."""
        self._demand(source)
        asked = self.kiosks.take(code)
        if asked is None:
            sessions.note_failure(act, None)
            raise Wrong
        form = NewToken(name=asked.name, role="kiosk")
        token, _ = add_token(Act(act.store, act.site, asked.by, act.at), form)
        self._forgive(source)
        return sessions.begin_token_session(act, Bearer(token.id, token.name, token.role, None))

    def change(self, act: Act, source: str, account: str, old: str, new: str) -> str:
        """Change the password of an account; return what the new session's cookie holds."""
        self._demand(source, account)
        with act.store.reading() as session:
            kept = accounts.kept_for(session, act.site, account)
        if not self._matches(old, kept.password if kept else None) or kept is None:
            sessions.note_failure(act, account)
            raise Wrong
        one_time_codes.check_password(new)
        accounts.change_password(act, kept.account, self._hash(new))
        self._forgive(source, account)
        return sessions.begin_session(act, kept.account)

    def _matches(self, password: str, kept: str | None) -> bool:
        try:
            return self.passwords.matches(password, kept)
        except TooBusy:
            raise TooSoon(2) from None

    def _hash(self, password: str) -> str:
        try:
            return self.passwords.hash(password)
        except TooBusy:
            raise TooSoon(2) from None

    def _demand(self, source: str, name: str | None = None) -> None:
        at = self._steady()
        wait = self._sources.begin(source, at)
        if not wait and name is not None:
            wait = self._accounts.begin(name, at)
        if wait:
            raise TooSoon(wait)

    def _forgive(self, source: str, name: str | None = None) -> None:
        self._sources.forgive(source)
        if name is not None:
            self._accounts.forgive(name)


def source_of(host: str | None) -> str:
    """Return what is counted as one source: an IPv4 address, or the /64 a house has in IPv6."""
    with suppress(ValueError):
        address = ipaddress.ip_address(host or "")
        if address.version == 6:  # noqa: PLR2004 - of the Internet Protocol
            return str(ipaddress.ip_network((address, 64), strict=False))
    return host or "unknown"
