"""What the doorman writes of bookings: that they are in use, missed, or made by walking in.

Bookings made and changed by people are written elsewhere, under the same site's row; so nothing
here meets a half-made one. Each change forgets what is remembered of passes and slots.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, delete, exists, insert, or_, select, text, update

from daemon.access.facts import PassKind, Place
from daemon.bookings import stay
from daemon.store import held
from daemon.store.book import Book
from daemon.store.people import new_id
from daemon.store.prepared import Row
from daemon.store.tables import BookingRow, GatheringRow, PassRow, VisitRow
from daemon.store.trouble import is_contradicted
from devices.clock import micros, moment

AT_ONCE = 200
"""How many missed bookings are looked at in one go."""
RELEASED = "booking-released"
LOOK_BACK = timedelta(days=1)
"""Bookings that ended longer ago stay as they are: nobody gains by a word about them now."""


class Missed(NamedTuple):
    """A booking to which nobody came in time."""

    booking: str
    room: str
    member: str | None
    start: datetime
    end: datetime
    series: str | None


class Stay(NamedTuple):
    """A booking that somebody made by walking in."""

    booking: str
    end: datetime


_WAITS = text("status = 'booked'")
_OF_SITE = BookingRow.site == bindparam("site")
_CHECK_IN = (
    update(BookingRow)
    .where(_OF_SITE, BookingRow.id == bindparam("booking"), _WAITS)
    .values(status="checked-in", checked_in=bindparam("at"), changed=bindparam("now"))
    .returning(BookingRow.id)
)
MISSED = (
    select(
        BookingRow.id,
        BookingRow.room,
        BookingRow.member,
        BookingRow.starts,
        BookingRow.ends,
        BookingRow.series,
    )
    .where(
        _OF_SITE,
        _WAITS,
        BookingRow.starts <= bindparam("start"),
        BookingRow.starts > bindparam("oldest"),
        BookingRow.ends > bindparam("over"),
        ~exists().where(GatheringRow.site == BookingRow.site, GatheringRow.id == BookingRow.id),
    )
    .order_by(BookingRow.starts)
    .limit(AT_ONCE)
)
"""Bookings that began by `start` and still wait for somebody; by index, however many wait."""
MISSED_OUTSIDE = MISSED.where(
    ~exists().where(
        VisitRow.site == BookingRow.site,
        VisitRow.member == BookingRow.member,
        VisitRow.ended_by.is_(None),
        VisitRow.began >= bindparam("day"),
    )
)
"""The same, but for those whose holder is in the building since `day` began."""
_RELEASE = (
    update(BookingRow)
    .where(_OF_SITE, BookingRow.id == bindparam("booking"), _WAITS)
    .values(status="released", changed=bindparam("now"), sequence=BookingRow.sequence + 1)
    .returning(BookingRow.id)
)
_WITHDRAW = delete(PassRow).where(
    PassRow.site == bindparam("site"),
    or_(PassRow.kind == PassKind.BOOKING.value, PassRow.kind == PassKind.GUEST.value),
    PassRow.ref == bindparam("booking"),
)
_BOOK = insert(BookingRow)
_ADMIT = insert(PassRow)


def check_in(book: Book, booking: str, at: datetime, now: datetime) -> bool:
    """Mark that somebody came to a booking; False if that is known, or it no longer holds."""
    return bool(book.all(_CHECK_IN, booking=booking, at=micros(at), now=micros(now)))


def release(book: Book, missed: Missed, now: datetime) -> bool:
    """Give a room back that nobody came to; False if somebody did, or it was given back before."""
    if not book.all(_RELEASE, booking=missed.booking, now=micros(now)):
        return False
    book.run(_WITHDRAW, booking=missed.booking)
    _forget(book)
    return True


def missed_in(rows: Sequence[Row]) -> list[Missed]:
    """Return the bookings in rows of `MISSED`."""
    return [
        Missed(booking, room, member, moment(start), moment(end), series)
        for booking, room, member, start, end, series in rows
    ]


def walk_in(book: Book, place: Place, member: str, at: datetime) -> Stay | None:
    """Book the room for who walks in, up to the next booking; None if it is not free after all."""
    end = stay(held.slots_around(book, place.room, at), at, member, place)
    booking = new_id()
    if end is None or not _is_booked(book, place.room, member, Stay(booking, end), at):
        return None
    book.run(
        _ADMIT,
        kind=PassKind.BOOKING.value,
        ref=booking,
        place=0,
        member=member,
        room=place.room,
        starts=micros(at),
        ends=micros(end),
        **dict.fromkeys(("hash", "tail", "name", "doors", "host", "uses")),
    )
    _forget(book)
    return Stay(booking, end)


def _is_booked(book: Book, room: str, member: str, made: Stay, at: datetime) -> bool:
    """Write the booking; the database has the last word on whether the room is free."""
    now = micros(at)
    book.cursor.execute("savepoint walk_in", ())
    try:
        book.run(
            _BOOK,
            id=made.booking,
            room=room,
            member=member,
            starts=now,
            ends=micros(made.end),
            status="checked-in",
            source="usciere",
            sequence=0,
            checked_in=now,
            created=now,
            changed=now,
            **dict.fromkeys(("title", "series", "calendar", "uid")),
        )
    except Exception as problem:
        if not is_contradicted(problem):
            raise
        book.cursor.execute("rollback to savepoint walk_in", ())
        return False
    book.cursor.execute("release savepoint walk_in", ())
    return True


def _forget(book: Book) -> None:
    if book.memory is not None:
        book.memory.forget_bookings()
