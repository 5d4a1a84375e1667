"""Many taps seen by four statements: what PostgreSQL knows of all of them, put into the memory.

Only for one open book: its site's row is locked, so what is read stays so until it is closed. Costs
a look-up in an index for each badge and each message, and no way to the server and back.
"""

from collections.abc import Sequence

from sqlalchemy import ARRAY, LargeBinary, String, and_, bindparam, func, null, select

from daemon.access.facts import Hold
from daemon.store.book import Book
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
_GRANTS = select(GrantRow.badge, GrantRow.door, GrantRow.reader, GrantRow.at).where(
    GrantRow.site == bindparam("site"),
    GrantRow.badge == func.any(bindparam("badges", type_=ARRAY(String))),
)
_HOLDS = select(DoorRow.id, DoorRow.hold, DoorRow.hold_until).where(
    DoorRow.site == bindparam("site")
)
_ANSWERS = select(*ANSWERED_COLUMNS, AnswerRow.door, AnswerRow.id).where(
    AnswerRow.site == bindparam("site"),
    AnswerRow.id == func.any(bindparam("ids", type_=ARRAY(String))),
)


def foresee(book: Book, questions: Sequence[Question]) -> None:
    """Give the book a memory in which all of these are found, but for unknown badges."""
    memory = book.memory = Memory()
    for row in book.all(_PEOPLE, hashes=list({each.hash for each in questions})):
        _know(memory, row)
    for door, hold, until in book.all(_HOLDS):
        memory.holds[door] = Hold(hold), None if until is None else moment(until)
    for question in questions:
        memory.holds.setdefault(question.door, (Hold.NORMAL, None))
        memory.foreseen[question.door, question.id] = None
        person = memory.people.get(question.hash)
        if person is not None:
            memory.grants[person.badge.id, question.door, question.reader] = None
    badges = [person.badge.id for person in memory.people.values()]
    for badge, door, reader, at in book.all(_GRANTS, badges=badges):
        memory.grants[badge, door, reader] = moment(at)
    for row in book.all(_ANSWERS, ids=[each.id for each in questions]):
        if (key := (row[6], row[7])) in memory.foreseen:
            memory.foreseen[key] = answered(row)


def _know(memory: Memory, row: Row) -> None:
    person = person_in(row)
    if person is not None and person.member is not None:
        memory.people[bytes(row[0])] = person
        memory.whereabouts[person.member.id] = whereabouts_in(row)
