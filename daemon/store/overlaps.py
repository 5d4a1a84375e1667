"""Two live bookings of a room never overlap: how a clash is found, and what the database adds.

Every change looks for a clash within its own transaction. The database has the last word, for
whoever writes beside us: a trigger on SQLite, an exclusion constraint on PostgreSQL.
"""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import bindparam, select

from daemon.recurrence import Span
from daemon.store.objections import BOOKING_CONFLICT, Conflict, Overlap
from daemon.store.people import Act, Page, page_of
from daemon.store.tables import BookingRow
from daemon.store.tables.rooms import LIVE
from daemon.store.trouble import told_by
from devices.clock import micros, moment

T = TypeVar("T")
_TRIES = 3
_UNDONE = frozenset({"40001", "40P01"})
"""SQLSTATE of a serialization failure and of a deadlock."""
_CONSTRAINT = "booking_overlap"
_LAST_BEFORE = (
    select(BookingRow.starts, BookingRow.ends)
    .where(
        BookingRow.site == bindparam("site"),
        BookingRow.room == bindparam("room"),
        BookingRow.starts < bindparam("until"),
        BookingRow.id != bindparam("but"),
        LIVE,
    )
    .order_by(BookingRow.starts.desc())
    .limit(1)
)
"""The live booking that begins last before a moment. Since they do not overlap, it ends last too,
so that no other can reach into what comes after: one look into an index, whatever was booked."""


def refuse_clash(page: Page, room: str, span: Span, but: str = "") -> None:
    """Raise Overlap if a live booking other than `but` has the room in any part of the span."""
    found = page.book.one(_LAST_BEFORE, room=room, until=micros(span.end), but=but)
    if found is not None and found[1] > micros(span.start):
        raise Overlap(moment(found[0]), moment(found[1]))


def on_a_page(act: Act, change: Callable[[Page], T]) -> T:
    """Make a change on a page of its own; raises Overlap however it was found.

    What the database undid because of somebody who wrote beside us is tried again, and then sees
    what they wrote.
    """
    for tries_left in reversed(range(_TRIES)):
        try:
            with page_of(act) as page:
                return change(page)
        except Exception as problem:
            cause = told_by(problem)
            if not tries_left and _is_overlap(cause):
                raise Conflict(BOOKING_CONFLICT, "another booking was quicker") from problem
            if not tries_left or not (_is_overlap(cause) or _is_undone(cause)):
                raise
    raise AssertionError("the last try returns or raises")


def _is_overlap(cause: BaseException | None) -> bool:
    return type(cause).__name__ in {"IntegrityError", "ExclusionViolation"} and _CONSTRAINT in str(
        cause
    )


def _is_undone(cause: BaseException | None) -> bool:
    return getattr(cause, "sqlstate", None) in _UNDONE
