"""The one statement a tap is seen by, and what stands in its row."""

from datetime import datetime

from sqlalchemy import and_, bindparam, select

from daemon.access.facts import Badge, BadgeStatus, Hold, Member, MemberStatus
from daemon.presence import By, Visit
from daemon.store import owed
from daemon.store.memory import Answer, Person
from daemon.store.plans import plan_of
from daemon.store.prepared import Row
from daemon.store.tables import (
    AnswerRow,
    BadgeRow,
    DoorRow,
    GrantRow,
    KnownRow,
    MemberRow,
    PlanRow,
    SiteRow,
    VisitRow,
)
from devices.clock import moment

_BADGE_STATUS = {status.value: status for status in BadgeStatus}
_MEMBER_STATUS = {status.value: status for status in MemberStatus}
_BY = {by.value: by for by in By}
_STAFF = frozenset({"staff", "admin"})


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
PERSON_COLUMNS = (
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
)
"""What is known of a badge, its member and where that is; they stand behind six others in a row."""
VISITING = and_(
    VisitRow.site == MemberRow.site,
    VisitRow.member == MemberRow.id,
    VisitRow.ended_by.is_(None),
)
"""How a member's open visit is found."""
SEEN = (
    select(
        AnswerRow.hash,
        AnswerRow.received_at,
        AnswerRow.feedback,
        DoorRow.hold,
        DoorRow.hold_until,
        AnswerRow.packet,
        *PERSON_COLUMNS,
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
    .outerjoin(VisitRow, VISITING)
    .outerjoin(KnownRow, and_(KnownRow.site == SiteRow.id, KnownRow.member == MemberRow.id))
    .where(SiteRow.id == bindparam("site"))
)
SEEN_AND_REPEAT = SEEN.add_columns(_REPEATED)
"""Everything about one badge at one door under one message id; the second with the last grant."""
ANSWERED_COLUMNS = (
    AnswerRow.hash,
    AnswerRow.received_at,
    AnswerRow.feedback,
    AnswerRow.seq,
    AnswerRow.unlock,
    AnswerRow.packet,
)
ANSWERED = select(*ANSWERED_COLUMNS).where(
    AnswerRow.site == bindparam("site"),
    AnswerRow.door == bindparam("door"),
    AnswerRow.id == bindparam("id"),
)
"""Only what was answered, for a badge that is remembered."""


def answered(row: Row | None) -> Answer | None:
    """Return the answer in a row of `ANSWERED`."""
    if row is None:
        return None
    return Answer(bytes(row[0]), row[3], moment(row[1]), row[2], bool(row[4]), row[5])


def person_in(row: Row) -> Person | None:
    """Return the badge and its owner; None for an unknown badge."""
    badge = _badge(row)
    return None if badge is None else Person(badge, _member(row), row[11], row[16])


def hold_in(row: Row) -> tuple[Hold, datetime | None]:
    """Return what staff ordered for the door, and until when."""
    return Hold(row[3] or "normal"), None if row[4] is None else moment(row[4])


def whereabouts_in(row: Row) -> tuple[Visit | None, datetime | None]:
    """Return the member's open visit and the last moment anything is known of them."""
    return _visit(row), None if row[27] is None else moment(row[27])


def owed_answer(text: str | None, door: str, message: str) -> Answer | None:
    """Return the answer to a message that is still owed, told in the site's row."""
    for row in owed.rows_for(text, owed.ANSWERS) if text else ():
        if (row["door"], row["id"]) == (door, message):
            at = moment(row["received_at"])
            return Answer(
                row["hash"], row["seq"], at, row["feedback"], row["unlock"], row["packet"]
            )
    return None


def owed_grant(text: str | None, badge: str, door: str, reader: str) -> datetime | None:
    """Return when the badge was last granted here, if that is still owed."""
    for row in owed.rows_for(text, owed.GRANTS) if text else ():
        if (row["badge"], row["door"], row["reader"]) == (badge, door, reader):
            return moment(row["at"])
    return None


def granted_in(row: Row) -> datetime | None:
    """Return when the badge was last granted here, from a row of `SEEN_AND_REPEAT`."""
    return None if row[30] is None else moment(row[30])


def answer_in(row: Row) -> Answer | None:
    """Return what was answered before to the same message."""
    if row[0] is None:
        return None
    return Answer(bytes(row[0]), row[28], moment(row[1]), row[2], bool(row[29]), row[5])


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
