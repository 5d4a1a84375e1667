"""All that is kept of one person: shown to them, or made nobody's.

Found by the columns themselves: whatever table names a member, a host or an organiser has a part.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    RowMapping,
    Table,
    and_,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from daemon.access.facts import SiteCalendar
from daemon.hours import local_day
from daemon.privacy.pseudonyms import pseudonym
from daemon.privacy.retention import BLANK
from daemon.privacy.scrubbing import scrub
from daemon.store import members
from daemon.store.entries import ENTRIES, entry_shown
from daemon.store.objections import Unknown
from daemon.store.people import Act, Noted, page_of
from daemon.store.tables import Base, BookingRow, GatheringRow, JournalRow, MemberRow, VisitRow
from devices.clock import moment
from devices.moments import shown

_WHOSE = ("member", "host", "organiser")
_SECRET = frozenset({"site", "hash", "salt", "commitment", "password"})
_NO_TIME = frozenset({"seq", "place", "places", "sequence", "released", "announced", "settled"})
_OWN = ("journal", "member")
"""Told by themselves: the journal as everybody sees it, the member first of all."""


def export(session: Session, site: str, member: str) -> dict[str, object]:
    """Return everything about a member as JSON has it; raises Unknown.

    No badge number and no key is in it: nobody has them.
    """
    told: dict[str, object] = {"member": _the_member(session, site, member)}
    for table, condition in _parts(member):
        if table.name in _OWN:
            continue
        here = table.c.site == site
        rows = session.execute(select(table).where(here, condition)).mappings()
        told[table.name] = [_shown(row) for row in rows]
    told["journal"] = list(_entries(session, site, member))
    return told


def erase(act: Act, calendar: SiteCalendar, member: str) -> None:
    """Let a member leave and be nobody: what stays of them has names drawn by lot, sums as before.

    Raises Unknown. Who is no member any more can still be erased by the id that is left of them.
    """
    with act.store.reading() as session:
        is_member = session.get(MemberRow, (act.site, member)) is not None
        if not is_member and not _is_named(session, act.site, member):
            raise Unknown("member", member)
    if is_member:
        members.remove_member(act, member)
    with act.store.writing() as session:
        _rename_visits(session, act.site, calendar, member)
        _rename_bookings(session, act.site, member)
        session.execute(
            update(GatheringRow)
            .where(GatheringRow.site == act.site, GatheringRow.organiser == member)
            .values(organiser=None)
        )
        for table, condition in _parts(member):
            if table.name not in _OWN:
                session.execute(delete(table).where(table.c.site == act.site, condition))
        _blank_journal(session, act.site, member)
    with page_of(act) as page:
        page.note(Noted("person-erased", "person", {}))
    scrub(act.store)


def _parts(member: str) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Yield every table that may name a member, and how it does; children before their parents."""
    for table in reversed(Base.metadata.sorted_tables):
        columns = [table.c[name] for name in _WHOSE if name in table.c]
        if columns:
            yield table, or_(*(column == member for column in columns))


def _the_member(session: Session, site: str, member: str) -> Mapping[str, object]:
    table = Base.metadata.tables[MemberRow.__tablename__]
    row = (
        session.execute(select(table).where(table.c.site == site, table.c.id == member))
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise Unknown("member", member)
    return _shown(row)


def _entries(session: Session, site: str, member: str) -> Iterator[object]:
    seqs = select(JournalRow.seq).where(
        JournalRow.site == site,
        or_(JournalRow.member == member, JournalRow.detail.contains(member, autoescape=True)),
    )
    for seq in session.scalars(seqs.order_by(JournalRow.seq)).all():
        values = {"site": site, "after": seq - 1, "most": 1}
        yield entry_shown(session.execute(ENTRIES, values).one())


def _shown(row: RowMapping) -> dict[str, object]:
    """Return a row's columns, moments as everybody reads them, secrets left out."""
    told: dict[str, object] = {}
    for name, value in row.items():
        if name in _SECRET or isinstance(value, bytes):
            continue
        is_moment = name in _moments() - _NO_TIME and type(value) is int
        told[name] = shown(moment(value)) if is_moment else value
    return told


def _moments() -> frozenset[str]:
    """Return the names of the columns that hold a moment: the long whole numbers."""
    return frozenset(
        column.name
        for table in Base.metadata.tables.values()
        for column in table.c
        if isinstance(column.type, BigInteger)
    )


def _is_named(session: Session, site: str, member: str) -> bool:
    return any(
        session.scalar(select(func.count()).select_from(table).where(table.c.site == site, named))
        for table, named in _parts(member)
    )


def _rename_visits(session: Session, site: str, calendar: SiteCalendar, member: str) -> None:
    row = VisitRow
    names: dict[date, str] = {}
    mine = select(row.id, row.began).where(row.site == site, row.member == member)
    for visit, began in session.execute(mine).all():
        name = names.setdefault(local_day(moment(began), calendar), pseudonym())
        session.execute(update(row).where(row.site == site, row.id == visit).values(member=name))


def _rename_bookings(session: Session, site: str, member: str) -> None:
    row = BookingRow
    mine = select(row.id).where(row.site == site, row.member == member)
    for booking in session.scalars(mine).all():
        session.execute(
            update(row)
            .where(row.site == site, row.id == booking)
            .values(member=pseudonym(), title=None)
        )


def _blank_journal(session: Session, site: str, member: str) -> None:
    row = JournalRow
    named = or_(row.member == member, row.detail.contains(member, autoescape=True))
    session.execute(update(row).where(and_(row.site == site, named)).values(BLANK))
