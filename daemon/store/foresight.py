"""Taps seen together by four statements: what PostgreSQL knows of all of them, put into the memory.

Only for one open book: its site's row is locked, so what is read stays so until it is closed. Asked
ahead, they go to the server with the locking of that row, and cost no way there and back.
"""

from collections.abc import Sequence

from sqlalchemy import ARRAY, LargeBinary, String, and_, bindparam, func, null, select

from daemon.access.facts import Hold
from daemon.store.book import Ask, Book
from daemon.store.memory import Memory
from daemon.store.prepared import Row
from daemon.store.seen import (
    ANSWERED_COLUMNS,
    PERSON_COLUMNS,
    VISITING,
    answered,
    person_in,
    whereabouts_in,
)
from daemon.store.sight import Question
from daemon.store.tables import (
    AnswerRow,
    BadgeRow,
    DoorRow,
    GrantRow,
    KnownRow,
    MemberRow,
    PlanRow,
    VisitRow,
)
from devices.clock import moment

_PEOPLE = (
    select(
        BadgeRow.hash,
        *(null() for _ in range(5)),  # as in a row of `SEEN`
        *PERSON_COLUMNS,
    )
    .select_from(BadgeRow)
    .join(MemberRow, and_(MemberRow.site == BadgeRow.site, MemberRow.id == BadgeRow.member))
    .outerjoin(PlanRow, and_(PlanRow.site == BadgeRow.site, PlanRow.id == MemberRow.plan))
    .outerjoin(VisitRow, VISITING)
    .outerjoin(KnownRow, and_(KnownRow.site == BadgeRow.site, KnownRow.member == MemberRow.id))
    .where(
        BadgeRow.site == bindparam("site"),
        BadgeRow.hash == func.any(bindparam("hashes", type_=ARRAY(LargeBinary))),
    )
)
_GRANTS = (
    select(GrantRow.badge, GrantRow.door, GrantRow.reader, GrantRow.at)
    .join(BadgeRow, and_(BadgeRow.site == GrantRow.site, BadgeRow.id == GrantRow.badge))
    .where(
        GrantRow.site == bindparam("site"),
        BadgeRow.hash == func.any(bindparam("hashes", type_=ARRAY(LargeBinary))),
    )
)
_HOLDS = select(DoorRow.id, DoorRow.hold, DoorRow.hold_until).where(
    DoorRow.site == bindparam("site")
)
_ANSWERS = select(*ANSWERED_COLUMNS, AnswerRow.door, AnswerRow.id).where(
    AnswerRow.site == bindparam("site"),
    AnswerRow.id == func.any(bindparam("ids", type_=ARRAY(String))),
)


def asked_of(questions: Sequence[Question]) -> Sequence[Ask]:
    """Return what `foresee` asks about these, to be asked ahead."""
    hashes = {"hashes": sorted({each.hash for each in questions})}
    ids: dict[str, object] = {"ids": [each.id for each in questions]}
    return (_PEOPLE, {**hashes}), (_HOLDS, {}), (_GRANTS, {**hashes}), (_ANSWERS, ids)


def foresee(book: Book, questions: Sequence[Question]) -> None:
    """Give the book a memory in which all of these are found, but for unknown badges."""
    memory = book.memory = Memory()
    people, holds, grants, answers = (
        book.all(statement, **values) for statement, values in asked_of(questions)
    )
    for row in people:
        _know(memory, row)
    for door, hold, until in holds:
        memory.holds[door] = Hold(hold), None if until is None else moment(until)
    for question in questions:
        memory.holds.setdefault(question.door, (Hold.NORMAL, None))
        memory.foreseen[question.door, question.id] = None
        person = memory.people.get(question.hash)
        if person is not None:
            memory.grants[person.badge.id, question.door, question.reader] = None
    for badge, door, reader, at in grants:
        memory.grants[badge, door, reader] = moment(at)
    for row in answers:
        if (key := (row[6], row[7])) in memory.foreseen:
            memory.foreseen[key] = answered(row)


def _know(memory: Memory, row: Row) -> None:
    person = person_in(row)
    if person is not None and person.member is not None:
        memory.people[bytes(row[0])] = person
        memory.whereabouts[person.member.id] = whereabouts_in(row)
