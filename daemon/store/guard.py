"""What doors that ask for more than a badge read and leave: PINs, first badges, staff in the house.

Costs two or three look-ups by index, at such doors only.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import Executable

from daemon.access.facts import Facts
from daemon.access.rules.open_schedule import is_open
from daemon.house import House
from daemon.presence import Visit
from daemon.store.book import Book
from daemon.store.prepared import insert_for
from daemon.store.tables import FirstBadgeRow, MemberRow, PinRow, VisitRow
from devices.clock import micros, moment

_FORGOTTEN = timedelta(hours=1)


class Kept(NamedTuple):
    """A member's PIN as it is kept; `wrong` ones in a row, the last at `wrong_at`."""

    hash: bytes
    wrong: int
    wrong_at: datetime | None


_PIN = select(PinRow.hash, PinRow.wrong, PinRow.wrong_at).where(
    PinRow.site == bindparam("site"), PinRow.member == bindparam("member")
)
_COUNT = (
    update(PinRow)
    .where(PinRow.site == bindparam("site"), PinRow.member == bindparam("who"))
    .values(wrong=bindparam("count"), wrong_at=bindparam("at"))
)
_FIRST = select(FirstBadgeRow.member).where(
    FirstBadgeRow.site == bindparam("site"),
    FirstBadgeRow.door == bindparam("door"),
    FirstBadgeRow.at > bindparam("since"),
    FirstBadgeRow.at <= bindparam("at"),
)
_SECONDED = delete(FirstBadgeRow).where(
    FirstBadgeRow.site == bindparam("site"), FirstBadgeRow.door == bindparam("door")
)
_OLD = delete(FirstBadgeRow).where(
    FirstBadgeRow.site == bindparam("site"), FirstBadgeRow.at < bindparam("before")
)
STAFF = (
    select(VisitRow.id)
    .join(MemberRow, (MemberRow.site == VisitRow.site) & (MemberRow.id == VisitRow.member))
    .where(
        VisitRow.site == bindparam("site"),
        VisitRow.began >= bindparam("since"),
        VisitRow.began <= bindparam("at"),
        MemberRow.role != "member",
    )
    .limit(1)
)
"""A visit of somebody of the staff between two moments."""


def _first(dialect: Dialect) -> Executable:
    row = insert_for(dialect)(FirstBadgeRow).values(
        site=bindparam("site"), door=bindparam("door"), member=bindparam("who"), at=bindparam("at")
    )
    return row.on_conflict_do_update(
        index_elements=["site", "door"],
        set_={"member": row.excluded.member, "at": row.excluded.at},
    )


def guarded(
    book: Book, house: House, facts: Facts, at: datetime, known: tuple[str | None, Visit | None]
) -> tuple[Facts, Kept | None]:
    """Return the facts with all that their place asks, and the PIN to compare with.

    `known`: whom presence knows the person as, and the visit they are on.
    """
    place, (person, visit) = facts.place, known
    day = house.days.around(at)[0]
    inside = None
    if visit is not None and not facts.message.late and day <= visit.began <= at:
        inside = visit.began
    pin = None if not place.pin or facts.member is None else _pin_of(book, facts.member.id)
    more = replace(
        facts,
        inside_since=inside,
        has_pin=pin is not None,
        first=_first_at(book, house, facts, at, person) if place.two_badges else None,
        staff_came=bool(place.open_hours) and is_open(facts, at) and _staff_came(book, day, at),
    )
    return more, pin


def _pin_of(book: Book, member: str) -> Kept | None:
    row = book.one(_PIN, member=member)
    if row is None:
        return None
    return Kept(bytes(row[0]), row[1], None if row[2] is None else moment(row[2]))


def _first_at(
    book: Book, house: House, facts: Facts, at: datetime, person: str | None
) -> str | None:
    since = micros(at - house.second_badge)
    row = book.one(_FIRST, door=facts.place.door, since=since, at=micros(at))
    return None if row is None or row[0] == person else str(row[0])


def _staff_came(book: Book, day: datetime, at: datetime) -> bool:
    book.catch_up()
    return book.one(STAFF, since=micros(day), at=micros(at)) is not None


def note_pin(book: Book, member: str, kept: Kept, at: datetime | None) -> None:
    """Count a wrong PIN entered `at`; None: the right one came, and all is forgiven."""
    count = 0 if at is None else kept.wrong + 1
    if count or kept.wrong:
        book.run(_COUNT, who=member, count=count, at=None if at is None else micros(at))


def note_first(book: Book, door: str, person: str, at: datetime) -> None:
    """Keep that somebody has tapped first of two."""
    book.run(_first, door=door, who=person, at=micros(at))


def seconded(book: Book, door: str) -> None:
    """Take note that the second came: the next is a first again."""
    book.run(_SECONDED, door=door)


def forget_old(book: Book, now: datetime) -> None:
    """Forget who tapped first where nobody followed."""
    book.run(_OLD, before=micros(now - _FORGOTTEN))
