"""Enrolments at a reader: staff wait there for a member's card, and see what came of it.

The number passes from the reader to the keyed hash inside the doorman; staff never see or type it.
Staff open one (API or command), the doorman ends it at the tap, nobody has to clean up: it is over
by itself. At most one waits at a reader.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from daemon.access.verdict import Reason
from daemon.store import journal
from daemon.store.book import Book
from daemon.store.forms import NewEnrolment
from daemon.store.journal import Entry, Kind
from daemon.store.objections import Conflict, Unknown
from daemon.store.people import Act, Actor, Page, new_id, page_of
from daemon.store.tables import BadgeRow, EnrolmentRow, JournalRow, MemberRow
from devices.clock import micros, moment
from devices.moments import shown

WAITS = timedelta(seconds=60)
_KEPT = timedelta(hours=1)
_FROM_STRANGERS = (Reason.UNKNOWN_BADGE.value, Reason.THROTTLED.value)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One as staff see it. `status`: waiting, enrolled, unfit, withdrawn, expired.

    `badge` and `tail` are the new badge's. `problem`: why the card was unfit. `taken`: the tail of
    the last card that was held there meanwhile and is somebody's badge already. `originality`: what
    the maker's signature says of the card's number, at readers that can ask for it.
    """

    id: str
    member: str
    door: str
    reader: str
    label: str | None
    status: str
    opened: datetime
    expires: datetime
    badge: str | None
    tail: str | None
    problem: str | None
    taken: str | None
    originality: str | None = None


class Ended(NamedTuple):
    """An enrolment that has just given out a badge."""

    id: str
    badge: str
    by: Actor


class Awaited(NamedTuple):
    """What the doorman needs of one: whose card it will be, and in whose name."""

    id: str
    member: str
    label: str | None
    by: Actor


def open_enrolment(act: Act, form: NewEnrolment, reader: str) -> Enrolment:
    """Wait for a card at a reader; refused while somebody else waits there."""
    with page_of(act) as page:
        session, expires = page.session, act.at + WAITS
        if session.get(MemberRow, (act.site, form.member)) is None:
            raise Unknown("member", form.member)
        page.book.run(_OVER, now=micros(act.at), door=form.door, reader=reader)
        _refuse_second(page, form.door, reader)
        row = EnrolmentRow(
            site=act.site,
            id=new_id(),
            door=form.door,
            reader=reader,
            member=form.member,
            label=form.label,
            by_name=act.by.name,
            by_token=act.by.id,
            opened=micros(act.at),
            expires=micros(expires),
            seq=page.book.head.seq,
        )
        session.add(row)
        _note(page, row, "enrolment-opened", until=shown(expires))
        return _shown(session, row, act.at)


def withdraw(act: Act, enrolment: str) -> None:
    """Wait no longer; refused once it is over."""
    with page_of(act) as page:
        row = _row(page.session, act.site, enrolment)
        if _status(row, act.at) != "waiting":
            raise Conflict("enrolment-over", "this enrolment is over already; open another one")
        row.outcome = "withdrawn"
        _note(page, row, "enrolment-withdrawn")


def enrolment_of(session: Session, site: str, enrolment: str, now: datetime) -> Enrolment:
    """Return one; raises Unknown, also an hour after its end."""
    return _shown(session, _row(session, site, enrolment), now)


def enrolments(
    session: Session, site: str, now: datetime, limit: int | None = None, after: str | None = None
) -> Sequence[Enrolment]:
    """Return those of the last hour by id, from behind `after` on."""
    query = select(EnrolmentRow).where(EnrolmentRow.site == site)
    if after is not None:
        query = query.where(EnrolmentRow.id > after)
    rows = session.scalars(query.order_by(EnrolmentRow.id).limit(limit))
    return [_shown(session, row, now) for row in rows]


_HERE = (
    EnrolmentRow.site == bindparam("site"),
    EnrolmentRow.door == bindparam("door"),
    EnrolmentRow.reader == bindparam("reader"),
    EnrolmentRow.outcome.is_(None),
)
_AWAITED = select(
    EnrolmentRow.id,
    EnrolmentRow.member,
    EnrolmentRow.label,
    EnrolmentRow.by_name,
    EnrolmentRow.by_token,
).where(*_HERE, EnrolmentRow.opened <= bindparam("now"), EnrolmentRow.expires > bindparam("now"))
_OVER = (
    update(EnrolmentRow)
    .where(*_HERE, EnrolmentRow.expires <= bindparam("now"))
    .values(outcome="expired")
)
_ENDED = (
    update(EnrolmentRow)
    .where(EnrolmentRow.site == bindparam("site"), EnrolmentRow.id == bindparam("which"))
    .values(outcome=bindparam("how"), badge=bindparam("given"), problem=bindparam("why"))
)
_OLD = delete(EnrolmentRow).where(
    EnrolmentRow.site == bindparam("site"), EnrolmentRow.expires < bindparam("before")
)


def awaited_at(book: Book, place: tuple[str, str], now: datetime) -> Awaited | None:
    """Return who waits for a card at this (door, reader); one look-up in an index."""
    door, reader = place
    row = book.one(_AWAITED, door=door, reader=reader, now=micros(now))
    if row is None:
        return None
    enrolment, member, label, name, token = row
    return Awaited(enrolment, member, label, Actor(name, token))


def enrolled(book: Book, enrolment: str, badge: str) -> None:
    """End it: the card is this badge now."""
    book.run(_ENDED, which=enrolment, how="enrolled", given=badge, why=None)


def unfit(book: Book, enrolment: str, problem: str) -> None:
    """End it: the card can be nobody's badge."""
    book.run(_ENDED, which=enrolment, how="unfit", given=None, why=problem)


def just_enrolled(book: Book, place: tuple[str, str], card: bytes, now: datetime) -> Ended | None:
    """Return the enrolment that has made this card a badge at this reader, within its minute."""
    door, reader = place
    row = book.one(_JUST, door=door, reader=reader, card=card, now=micros(now))
    return None if row is None else Ended(row[0], row[1], Actor(row[2], row[3]))


def looked_at(book: Book, enrolment: str, originality: str) -> None:
    """Keep what the maker's signature said."""
    book.run(_LOOKED, which=enrolment, said=originality)


_JUST = (
    select(EnrolmentRow.id, EnrolmentRow.badge, EnrolmentRow.by_name, EnrolmentRow.by_token)
    .join(BadgeRow, (BadgeRow.site == EnrolmentRow.site) & (BadgeRow.id == EnrolmentRow.badge))
    .where(
        EnrolmentRow.site == bindparam("site"),
        EnrolmentRow.door == bindparam("door"),
        EnrolmentRow.reader == bindparam("reader"),
        EnrolmentRow.outcome == "enrolled",
        EnrolmentRow.originality.is_(None),
        EnrolmentRow.expires > bindparam("now"),
        BadgeRow.hash == bindparam("card"),
    )
)
_LOOKED = (
    update(EnrolmentRow)
    .where(EnrolmentRow.site == bindparam("site"), EnrolmentRow.id == bindparam("which"))
    .values(originality=bindparam("said"))
)


def forget_old(book: Book, now: datetime) -> None:
    """Drop what has been over for an hour."""
    book.run(_OLD, before=micros(now - _KEPT))


def _refuse_second(page: Page, door: str, reader: str) -> None:
    query = select(EnrolmentRow.expires).where(
        EnrolmentRow.site == page.site,
        EnrolmentRow.door == door,
        EnrolmentRow.reader == reader,
        EnrolmentRow.outcome.is_(None),
    )
    until = page.session.scalar(query)
    if until is not None:
        raise Conflict(
            "enrolment-open",
            f"a card is awaited at this reader until {shown(moment(until))}; "
            "hold it there, or withdraw that enrolment",
        )


def _row(session: Session, site: str, enrolment: str) -> EnrolmentRow:
    row = session.get(EnrolmentRow, (site, enrolment))
    if row is None:
        raise Unknown("enrolment", enrolment)
    return row


def _status(row: EnrolmentRow, now: datetime) -> str:
    return row.outcome or ("waiting" if micros(now) < row.expires else "expired")


def _shown(session: Session, row: EnrolmentRow, now: datetime) -> Enrolment:
    badge = None if row.badge is None else session.get(BadgeRow, (row.site, row.badge))
    return Enrolment(
        row.id,
        row.member,
        row.door,
        row.reader,
        row.label,
        _status(row, now),
        moment(row.opened),
        moment(row.expires),
        row.badge,
        None if badge is None else badge.tail,
        row.problem,
        None if row.outcome in {"enrolled", "unfit"} else _taken(session, row),
        row.originality,
    )


def _taken(session: Session, row: EnrolmentRow) -> str | None:
    """Return the tail of the last known badge at that reader since; some entries are looked at."""
    query = (
        select(JournalRow.badge)
        .where(
            JournalRow.site == row.site,
            JournalRow.seq > row.seq,
            JournalRow.at < row.expires,
            JournalRow.kind == Kind.TAP.value,
            JournalRow.door == row.door,
            JournalRow.reader == row.reader,
            JournalRow.reason.not_in(_FROM_STRANGERS),
        )
        .order_by(JournalRow.seq.desc())
        .limit(1)
    )
    return session.scalar(query)


def _note(page: Page, row: EnrolmentRow, reason: str, **more: object) -> None:
    at = page.act.at
    detail = {"by": page.act.by.said(), "enrolment": row.id, **more}
    entry = Entry(
        Kind.STAFF,
        at,
        at,
        door=row.door,
        reader=row.reader,
        member=row.member,
        reason=reason,
        detail=detail,
    )
    journal.append(page.book, entry)
