"""What endpoints ask for by type: the parts, the moment, an open session, who is asking, an act.

Who may do what is said at each route by one `Rule`, which is also what the role matrix reads.
"""

import ipaddress
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Path, Request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from api.cookies import SESSION
from api.parts import Parts
from api.problems import Failure
from api.strict_body import fields_in, files_in
from daemon.config.fields import ID_PATTERN
from daemon.store import sessions
from daemon.store.asker import Asker
from daemon.store.people import Act, Actor
from daemon.store.tokens import ROLES, bearer_of
from daemon.store.trouble import Unavailable

log = logging.getLogger(__name__)

KIOSK_ONLY = "kiosk-only"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking: a role, and by what: a token, or an account or token with a session."""

    role: str = "public"
    name: str = "public"
    token: str | None = None
    member: str | None = None
    account: str | None = None
    session: str | None = None
    language: str | None = None

    def may(self, role: str) -> bool:
        """Tell whether the role includes this one."""
        return ROLES.index(self.role) >= ROLES.index(role)

    @property
    def is_tablet(self) -> bool:
        """Tell whether this is the browser of a kiosk, which anybody may type addresses into."""
        return self.role == "kiosk" and self.session is not None


def parts_of(request: Request) -> Parts:
    parts = request.app.state.parts
    assert isinstance(parts, Parts)  # noqa: S101 - narrows the type; create_app put it there
    return parts


Built = Annotated[Parts, Depends(parts_of)]


def now_of(parts: Built) -> datetime:
    return parts.clock()


def open_session(parts: Built) -> Iterator[Session]:
    with parts.store.reading() as session:
        yield session


def principal_of(request: Request, parts: Built) -> Principal:
    """Return who is asking; a token that is no good is refused, also where none is needed.

    A session that is over is nobody's: the browser can't know, and the public pages stay open.
    """
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme:
        return known_principal(parts, secret.strip() if scheme.lower() == "bearer" else "")
    return _by_session(parts, request.cookies.get(SESSION, ""))


def _by_session(parts: Parts, secret: str) -> Principal:
    if not secret:
        return Principal()
    now = parts.clock()
    with parts.store.reading() as session:
        found = sessions.signed_in(session, parts.site, secret, now)
    if found is None:
        return Principal()
    who = Principal(
        found.role,
        found.name,
        found.token,
        found.member,
        found.account,
        found.id,
        found.language,
    )
    if found.stale:
        _touch(Act(parts.store, parts.site, _actor(who), now), found.id)
    return who


def _touch(act: Act, session: str) -> None:
    try:
        sessions.touch(act, session)
    except (SQLAlchemyError, Unavailable):  # who only looks is not to be sent away
        log.warning("it can't be written down that somebody is still signed in")


def _actor(who: Principal) -> Actor:
    return Actor(who.name, who.token, who.account)


def known_principal(parts: Parts, secret: str) -> Principal:
    """Return whom the secret speaks for at this moment; raises 401."""
    with parts.store.reading() as session:
        found = bearer_of(session, parts.site, secret)
    if found is None:
        raise Failure(
            HTTPStatus.UNAUTHORIZED,
            "unauthorized",
            "this token is not, or no longer, good for anything here; ask staff for another one",
        )
    return Principal(found.role, found.name, found.token, found.member)


Who = Annotated[Principal, Depends(principal_of)]
Now = Annotated[datetime, Depends(now_of)]
OpenSession = Annotated[Session, Depends(open_session, scope="function")]
Named = Annotated[str, Path(pattern=ID_PATTERN)]


class Rule:
    """Lets those in whose role includes `role`. `at_home`: and whoever asks from this machine.

    The tablet of a kiosk sees nothing, not even what is public, but what is made `at_kiosk`.
    """

    def __init__(self, role: str, *, at_home: bool = False, at_kiosk: bool = False) -> None:
        self.role = role
        self.at_home = at_home
        self.at_kiosk = at_kiosk

    def __call__(self, request: Request, who: Who) -> None:
        if who.is_tablet and not self.at_kiosk:
            raise Failure(HTTPStatus.FORBIDDEN, KIOSK_ONLY, "this tablet shows /kiosk and no more")
        if who.may(self.role) or (self.at_home and _is_at_home(request)):
            return
        if who.role == "public":
            sentence = "a token is needed: Authorization: Bearer …"
            raise Failure(HTTPStatus.UNAUTHORIZED, "unauthorized", sentence)
        sentence = f"this takes the role {self.role}; yours is {who.role}"
        raise Failure(HTTPStatus.FORBIDDEN, "forbidden", sentence)


def _is_at_home(request: Request) -> bool:
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def asker_of(who: Who) -> Asker:
    return Asker(who.member, who.may("staff"))


Asking = Annotated[Asker, Depends(asker_of)]
"""For whom one may ask; behind a rule that lets members in."""
PUBLIC, KIOSK, MEMBER, STAFF, ADMIN = (Depends(Rule(role)) for role in ROLES)
AT_KIOSK = Depends(Rule("kiosk", at_kiosk=True))
EVERYWHERE = Depends(Rule("public", at_kiosk=True))


def act_of(parts: Built, who: Who, now: Now) -> Act:
    return Act(parts.store, parts.site, _actor(who), now)


Acting = Annotated[Act, Depends(act_of)]
"""A change in the name of who asks; only behind a rule that lets staff in."""


def fields_of(request: Request) -> Mapping[str, str]:
    return fields_in(request.scope)


Fields = Annotated[Mapping[str, str], Depends(fields_of)]
"""What was written into a form of the pages."""


def files_of(request: Request) -> Mapping[str, bytes]:
    return files_in(request.scope)


Files = Annotated[Mapping[str, bytes], Depends(files_of)]
"""The files that a form of the pages brought along."""
