"""A member's entries as a tap finds them, and how one is used: in the tap's own transaction.

Whoever writes holds the site's row (`book.py`), so of two doormen the second sees what the first
has used; the tables' keys and checks are the last word. Only members whose plan counts entries
are looked up here, in two index look-ups.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import and_, bindparam, insert, or_, select, update

from daemon import hours
from daemon.access.facts import Carnet, Cover, Half, Member
from daemon.house import House
from daemon.store import answers
from daemon.store.book import Book
from daemon.store.prepared import Row
from daemon.store.tables import CarnetRow, CarnetUseRow, EntryRow
from devices.clock import moment

WHOLE = "day"
"""What a use says that covers both halves."""
_COVERS = {cover.value: cover for cover in Cover}
_HALVES = {half.value: half for half in Half}
_DAYS_USED = select(EntryRow.day).where(
    EntryRow.site == bindparam("site"),
    EntryRow.member == bindparam("member"),
    EntryRow.day >= bindparam("first"),
    EntryRow.day < bindparam("after"),
)
_CARNETS = (
    select(
        CarnetRow.id,
        CarnetRow.covers,
        CarnetRow.entries - CarnetRow.used,
        CarnetRow.valid_from,
        CarnetRow.valid_until,
        CarnetRow.created,
        CarnetUseRow.half,
    )
    .outerjoin(
        CarnetUseRow,
        and_(
            CarnetUseRow.site == CarnetRow.site,
            CarnetUseRow.member == CarnetRow.member,
            CarnetUseRow.day == bindparam("day"),
            CarnetUseRow.carnet == CarnetRow.id,
        ),
    )
    .where(
        CarnetRow.site == bindparam("site"),
        CarnetRow.member == bindparam("member"),
        or_(CarnetRow.used < CarnetRow.entries, CarnetUseRow.half.is_not(None)),
    )
)
_USE = insert(CarnetUseRow)
_COUNT = (
    update(CarnetRow)
    .where(CarnetRow.site == bindparam("site"), CarnetRow.id == bindparam("carnet_id"))
    .values(used=CarnetRow.used + 1)
)


def counted(book: Book, house: House, member: Member, at: datetime) -> Member:
    """Return the member with what is used of this month and day, and with the carnets."""
    today = hours.local_day(at, house.calendar)
    first = today.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    used = book.all(_DAYS_USED, member=member.id, first=first.isoformat(), after=after.isoformat())
    days = {date.fromisoformat(row[0]) for row in used}
    rows = book.all(_CARNETS, member=member.id, day=today.isoformat())
    halves = {row[6] for row in rows if row[6] is not None}
    return Member(
        member.id,
        member.staff,
        member.status,
        member.valid_from,
        member.valid_until,
        member.plan_id,
        member.plan,
        len(days),
        today in days or WHOLE in halves,
        frozenset(_HALVES[half] for half in halves - {WHOLE}),
        _carnets(rows),
        house.overdraws,
    )


def use_entry(book: Book, member: str, day: date) -> None:
    """Use an entry of the plan for this own day; once a day."""
    answers.note_entry(book, member, day.isoformat())


def use_carnet(book: Book, member: str, carnet: Carnet, day: date, half: Half) -> None:
    """Use an entry of the carnet for this own day, or for its half if that is all it covers."""
    part = WHOLE if carnet.covers is Cover.DAY else half.value
    book.run(_USE, member=member, day=day.isoformat(), half=part, carnet=carnet.id)
    book.run(_COUNT, carnet_id=carnet.id)


def _carnets(rows: Iterable[Row]) -> tuple[Carnet, ...]:
    """Return the carnets that have something left, each once: both halves may be paid with one."""
    return tuple({row[0]: _carnet(row) for row in rows if row[2] > 0}.values())


def _carnet(row: Row) -> Carnet:
    return Carnet(
        row[0],
        _COVERS[row[1]],
        row[2],
        None if row[3] is None else moment(row[3]),
        None if row[4] is None else moment(row[4]),
        moment(row[5]),
    )
