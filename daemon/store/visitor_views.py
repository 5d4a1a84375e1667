"""Visitors as they are shown: a member's own, and for staff all."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, select, tuple_
from sqlalchemy.orm import Session

from daemon.access.facts import PassKind
from daemon.store.asker import Asker
from daemon.store.objections import Forbidden, Unknown
from daemon.store.tables import PassRow, VisitorRow
from devices.clock import micros, moment


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody's guest, let in by `doors` in [since, until). `tail`: a card's last four digits.

    `uses_left` None: any number. `arrived`: when a door first let them in. `code`: what they type
    in, only right after it was made.
    """

    id: str
    name: str
    host: str
    email: str | None
    tail: str | None
    since: datetime
    until: datetime
    doors: Sequence[str]
    uses: int | None
    uses_left: int | None
    while_host_in: bool
    arrived: datetime | None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which visitors: at the `most` how many, touching [since, until), from behind `after` on."""

    most: int | None = None
    host: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: tuple[datetime, str] | None = None


def visitor_of(session: Session, site: str, visitor: str, asker: Asker) -> Visitor:
    """Return one visitor; raises Unknown, also for a visitor of somebody else's."""
    row = session.execute(_all(site).where(VisitorRow.id == visitor)).one_or_none()
    if row is None or not asker.answers_for(row[0].host):
        raise Unknown("visitor", visitor)
    return shown(*row)


def visitors(session: Session, site: str, wanted: Wanted, asker: Asker) -> Sequence[Visitor]:
    """Return visitors by when they may come; costs what is listed, by index."""
    host = wanted.host if asker.staff else asker.member
    if not asker.staff and (host is None or wanted.host not in {None, host}):
        raise Forbidden("only staff may ask for other members' visitors")
    query = _all(site)
    if host is not None:
        query = query.where(VisitorRow.host == host)
    if wanted.since is not None:
        query = query.where(VisitorRow.ends > micros(wanted.since))
    if wanted.until is not None:
        query = query.where(VisitorRow.starts < micros(wanted.until))
    if wanted.after is not None:
        starts, visitor = wanted.after
        query = query.where(tuple_(VisitorRow.starts, VisitorRow.id) > (micros(starts), visitor))
    query = query.order_by(VisitorRow.starts, VisitorRow.id).limit(wanted.most)
    return [shown(*row) for row in session.execute(query)]


def shown(row: VisitorRow, left: int | None, code: str | None = None) -> Visitor:
    """Return a visitor whose pass has so many uses left; without a pass all are."""
    unused = None if row.uses is None else max(0, row.uses - row.used)
    return Visitor(
        row.id,
        row.name,
        row.host,
        row.email,
        row.tail,
        moment(row.starts),
        moment(row.ends),
        json.loads(row.doors),
        row.uses,
        unused if left is None else left,
        row.while_host_in,
        None if row.arrived is None else moment(row.arrived),
        code,
    )


def _all(site: str) -> Select[VisitorRow, int | None]:
    pass_of = and_(
        PassRow.site == VisitorRow.site,
        PassRow.kind == PassKind.VISITOR,
        PassRow.ref == VisitorRow.id,
    )
    return (
        select(VisitorRow, PassRow.uses)
        .outerjoin(PassRow, pass_of)
        .where(VisitorRow.site == site, VisitorRow.removed.is_(None))
    )
