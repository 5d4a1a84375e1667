"""One read a tap: everything the decision and its answer may know, in one statement.

Costs a handful of index look-ups whatever the tables hold; two more are made only where they can
matter (who is in a room that refuses when full, and late refusals for an unknown badge).
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, bindparam, func, select

from daemon import hours
from daemon.access.facts import (
    Badge,
    BadgeStatus,
    Building,
    Facts,
    Hold,
    Member,
    MemberStatus,
    Message,
    Place,
)
from daemon.house import House
from daemon.presence import By, Visit
from daemon.store.book import Book
from daemon.store.plans import plan_of
from daemon.store.prepared import Row
from daemon.store.tables import (
    AnswerRow,
    BadgeRow,
    DoorRow,
    EntryRow,
    GrantRow,
    KnownRow,
    MemberRow,
    PlanRow,
    RefusalRow,
    SiteRow,
    VisitRow,
)
from devices.clock import micros, moment

THROTTLE_MEMORY = timedelta(seconds=90)
_BADGE_STATUS = {status.value: status for status in BadgeStatus}
_MEMBER_STATUS = {status.value: status for status in MemberStatus}
_BY = {by.value: by for by in By}
_STAFF = frozenset({"staff", "admin"})


class Answer(NamedTuple):
    """What was answered before to the same message id at the same door; `unlock`: it opened.

    `packet`: the number under which the broker had handed the message over.
    """

    hash: bytes
    seq: int
    received_at: datetime
    feedback: str | None
    unlock: bool
    packet: int | None = None


class Sight(NamedTuple):
    """What is seen of one tap. `moved`: the last moment anything is known of the member."""

    facts: Facts
    answer: Answer | None
    name: str | None
    language: str | None
    visit: Visit | None
    moved: datetime | None


_REPEATED = (
    select(GrantRow.at)
    .where(
        GrantRow.site == SiteRow.id,
        GrantRow.badge == BadgeRow.id,
        GrantRow.door == bindparam("door"),
        GrantRow.reader == bindparam("reader"),
    )
    .scalar_subquery()
)
_SIGHT = (
    select(
        AnswerRow.hash,
        AnswerRow.received_at,
        AnswerRow.feedback,
        DoorRow.hold,
        DoorRow.hold_until,
        AnswerRow.packet,
        BadgeRow.id,
        BadgeRow.tail,
        BadgeRow.status,
        BadgeRow.valid_until,
        MemberRow.id,
        MemberRow.name,
        MemberRow.role,
        MemberRow.status,
        MemberRow.valid_from,
        MemberRow.valid_until,
        MemberRow.language,
        MemberRow.plan,
        PlanRow.id,
        PlanRow.hours,
        PlanRow.holidays,
        PlanRow.entries_per_month,
        PlanRow.rooms,
        VisitRow.id,
        VisitRow.room,
        VisitRow.began,
        VisitRow.began_by,
        KnownRow.until,
        AnswerRow.seq,
        AnswerRow.unlock,
    )
    .select_from(SiteRow)
    .outerjoin(
        AnswerRow,
        and_(
            AnswerRow.site == SiteRow.id,
            AnswerRow.door == bindparam("door"),
            AnswerRow.id == bindparam("id"),
        ),
    )
    .outerjoin(DoorRow, and_(DoorRow.site == SiteRow.id, DoorRow.id == bindparam("door")))
    .outerjoin(BadgeRow, and_(BadgeRow.site == SiteRow.id, BadgeRow.hash == bindparam("hash")))
    .outerjoin(MemberRow, and_(MemberRow.site == SiteRow.id, MemberRow.id == BadgeRow.member))
    .outerjoin(PlanRow, and_(PlanRow.site == SiteRow.id, PlanRow.id == MemberRow.plan))
    .outerjoin(
        VisitRow,
        and_(
            VisitRow.site == SiteRow.id,
            VisitRow.member == MemberRow.id,
            VisitRow.ended_by.is_(None),
        ),
    )
    .outerjoin(KnownRow, and_(KnownRow.site == SiteRow.id, KnownRow.member == MemberRow.id))
    .where(SiteRow.id == bindparam("site"))
)
_SIGHT_AND_REPEAT = _SIGHT.add_columns(_REPEATED)
_REFUSALS = (
    select(RefusalRow.at)
    .where(
        RefusalRow.site == bindparam("site"),
        RefusalRow.door == bindparam("door"),
        RefusalRow.reader == bindparam("reader"),
        RefusalRow.at > bindparam("since"),
        RefusalRow.at <= bindparam("at"),
    )
    .order_by(RefusalRow.at)
)
_PRESENT = (
    select(func.count())
    .select_from(VisitRow)
    .where(
        VisitRow.site == bindparam("site"),
        VisitRow.room == bindparam("room"),
        VisitRow.ended_by.is_(None),
        VisitRow.began >= bindparam("since"),
    )
)
_DAYS_USED = select(EntryRow.day).where(
    EntryRow.site == bindparam("site"),
    EntryRow.member == bindparam("member"),
    EntryRow.day >= bindparam("first"),
    EntryRow.day < bindparam("after"),
)


class Question(NamedTuple):
    """What is looked up: a badge hash at a reader of a door, at a moment, under a message id."""

    door: str
    reader: str
    hash: bytes
    id: str
    at: datetime
    late: bool = False


def _row(book: Book, house: House, question: Question) -> Row:
    row = book.one(
        _SIGHT_AND_REPEAT if house.repeat else _SIGHT,
        door=question.door,
        id=question.id,
        hash=question.hash,
        reader=question.reader,
    )
    assert row is not None  # noqa: S101 - the book found its site row already
    return row


def look(book: Book, house: House, question: Question) -> Sight:
    """Return what is known at the moment of the question, as the open book has it."""
    book.about(question.hash, (question.door, question.id))
    row = _row(book, house, question)
    if row[10] is not None:
        if book.is_told(row[10]):  # another badge of the same member
            book.catch_up()
            row = _row(book, house, question)
        book.about(row[10])
    badge = _badge(row)
    member = _member(row)
    if member is not None and member.plan is not None and member.plan.entries_per_month is not None:
        member = _counted(book, house, member, question.at)
    facts = Facts(
        _place(book, house, question, member),
        house.calendar,
        _message(house, question, row),
        _building(book, row),
        badge,
        member,
        () if badge is not None else _refusals(book, question),
    )
    return Sight(
        facts,
        _answer(row),
        row[11],
        row[16],
        _visit(row),
        None if row[27] is None else moment(row[27]),
    )


def _answer(row: Row) -> Answer | None:
    if row[0] is None:
        return None
    return Answer(bytes(row[0]), row[28], moment(row[1]), row[2], bool(row[29]), row[5])


_QUIET = Building()
_PLAIN = Message()


def _building(book: Book, row: Row) -> Building:
    hold = row[3]
    if not book.orders.lockdown and not book.orders.fire and hold in {None, "normal"}:
        return _QUIET
    return Building(
        book.orders.fire,
        book.orders.lockdown,
        Hold(hold or "normal"),
        None if row[4] is None else moment(row[4]),
    )


def _message(house: House, question: Question, row: Row) -> Message:
    if question.late:
        return Message(late=True)
    if not house.repeat or row[30] is None:
        return _PLAIN
    granted = moment(row[30])
    if granted <= question.at < granted + house.repeat:
        return Message(repeat_of=granted)
    return _PLAIN


def _badge(row: Row) -> Badge | None:
    if row[6] is None:
        return None
    until = None if row[9] is None else moment(row[9])
    return Badge(row[6], row[7], _BADGE_STATUS[row[8]], until)


def _member(row: Row) -> Member | None:
    if row[10] is None:
        return None
    return Member(
        row[10],
        row[12] in _STAFF,
        _MEMBER_STATUS[row[13]],
        None if row[14] is None else moment(row[14]),
        None if row[15] is None else moment(row[15]),
        row[17],
        None if row[18] is None else plan_of(row[18], row[19], bool(row[20]), row[21], row[22]),
    )


def _visit(row: Row) -> Visit | None:
    if row[23] is None:
        return None
    return Visit(row[23], row[10], row[24], moment(row[25]), _BY[row[26]])


def _counted(book: Book, house: House, member: Member, at: datetime) -> Member:
    """Return the member with the days counted on which an entry was used this month."""
    today = hours.local_day(at, house.calendar)
    first = today.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    rows = book.all(_DAYS_USED, member=member.id, first=first.isoformat(), after=after.isoformat())
    days = {date.fromisoformat(row[0]) for row in rows}
    return Member(
        member.id,
        member.staff,
        member.status,
        member.valid_from,
        member.valid_until,
        member.plan_id,
        member.plan,
        len(days),
        today in days,
    )


def _place(book: Book, house: House, question: Question, member: Member | None) -> Place:
    """Return the reader's place; counted afresh only where being full refuses."""
    place = house.doors[question.door].places[question.reader]
    if place.enforced_capacity is None or member is None:
        return place
    book.catch_up()
    since = micros(house.days.around(question.at)[0])
    there = book.one(_PRESENT, room=place.room, since=since)
    mine = book.one(_MY_ROOM, member=member.id, since=since)
    return Place(
        place.door,
        place.room,
        place.role,
        place.bookable,
        place.walk_in,
        place.enforced_capacity,
        0 if there is None else there[0],
        mine is not None and mine[0] == place.room,
    )


_MY_ROOM = select(VisitRow.room).where(
    VisitRow.site == bindparam("site"),
    VisitRow.member == bindparam("member"),
    VisitRow.ended_by.is_(None),
    VisitRow.began >= bindparam("since"),
)


def _refusals(book: Book, question: Question) -> tuple[datetime, ...]:
    rows = book.all(
        _REFUSALS,
        door=question.door,
        reader=question.reader,
        since=micros(question.at - THROTTLE_MEMORY),
        at=micros(question.at),
    )
    return tuple(moment(row[0]) for row in rows)
