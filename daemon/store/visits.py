"""Movements and the visits they amount to. Visits are always the fold of their day's movements."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.sql import Executable

from daemon.house import House
from daemon.presence import (
    By,
    Correction,
    Move,
    Movement,
    Presence,
    Visit,
    changes,
    fold,
    presence_after,
    step,
)
from daemon.store import journal
from daemon.store.book import Book
from daemon.store.journal import Entry, Kind
from daemon.store.prepared import Row
from daemon.store.tables import CorrectionRow, MovementRow, VisitRow
from devices.clock import micros, moment

_MOVE = insert(MovementRow)
_ADD = insert(VisitRow)
_SET = (
    update(VisitRow)
    .where(VisitRow.site == bindparam("site"), VisitRow.id == bindparam("visit"))
    .values(
        room=bindparam("new_room"),
        began=bindparam("new_began"),
        began_by=bindparam("new_began_by"),
        ended=bindparam("new_ended"),
        ended_by=bindparam("new_ended_by"),
    )
)
_DROP = delete(VisitRow).where(
    VisitRow.site == bindparam("site"), VisitRow.id == bindparam("visit")
)
_MOVEMENTS = select(MovementRow.at, MovementRow.seq, MovementRow.move, MovementRow.room).where(
    MovementRow.site == bindparam("site"),
    MovementRow.member == bindparam("member"),
    MovementRow.at >= bindparam("begins"),
    MovementRow.at < bindparam("ends"),
)
_VISIT = (
    VisitRow.id,
    VisitRow.member,
    VisitRow.room,
    VisitRow.began,
    VisitRow.began_by,
    VisitRow.ended,
    VisitRow.ended_by,
)
_OF_DAY = (
    select(*_VISIT)
    .where(
        VisitRow.site == bindparam("site"),
        VisitRow.member == bindparam("member"),
        VisitRow.began >= bindparam("begins"),
        VisitRow.began < bindparam("ends"),
    )
    .order_by(VisitRow.began)
)
_CORRECTIONS = select(
    CorrectionRow.seq, CorrectionRow.visit, CorrectionRow.began, CorrectionRow.ended
).where(CorrectionRow.site == bindparam("site"), CorrectionRow.member == bindparam("member"))
_STALE = select(*_VISIT).where(
    VisitRow.site == bindparam("site"),
    VisitRow.ended_by.is_(None),
    VisitRow.began < bindparam("before"),
)
_OPEN = select(*_VISIT).where(
    VisitRow.site == bindparam("site"),
    VisitRow.member == bindparam("member"),
    VisitRow.ended_by.is_(None),
)
_MOVED = select(func.max(MovementRow.at)).where(
    MovementRow.site == bindparam("site"), MovementRow.member == bindparam("member")
)
_CORRECTED = select(func.max(func.coalesce(CorrectionRow.ended, CorrectionRow.began))).where(
    CorrectionRow.site == bindparam("site"), CorrectionRow.member == bindparam("member")
)
_CLOSE = (
    update(VisitRow)
    .where(VisitRow.site == bindparam("site"), VisitRow.id == bindparam("visit"))
    .values(ended_by=bindparam("how"))
)


def move(
    book: Book,
    house: House,
    movement: Movement,
    known: tuple[Visit | None, datetime | None],
    now: datetime,
) -> Presence | None:
    """Write a movement and what it makes of the visits; return the word for the reader.

    `known`: as `known_of` tells, or as read for the tap. A movement after the last known moment is
    a step; any other is a late fact, and its whole day is folded anew.
    """
    visit, moved = known
    book.run(
        _MOVE,
        member=movement.member,
        at=micros(movement.at),
        seq=movement.seq,
        move=movement.move.value,
        room=movement.room,
    )
    if moved is not None and movement.at <= moved:
        return refold(book, house, movement.member, movement.at, now)
    begins, ends = house.days.around(movement.at)
    if visit is not None and visit.began < begins:
        _close_as_auto(book, visit, now)
        visit = None
    after = step(visit, movement)
    if now >= ends:
        return refold(book, house, movement.member, movement.at, now)
    for changed in after:
        _write(book, _SET if visit is not None and changed.id == visit.id else _ADD, changed)
    return presence_after((), after)


def known_of(book: Book, member: str) -> tuple[Visit | None, datetime | None]:
    """Return the member's open visit and the last moment anything is known of them."""
    row = book.one(_OPEN, member=member)
    rows = (book.one(_MOVED, member=member), book.one(_CORRECTED, member=member))
    told = [each[0] for each in rows if each is not None and each[0] is not None]
    return None if row is None else _visit(row), moment(max(told)) if told else None


def foreseen(visit: Visit | None, movement: Movement) -> Presence | None:
    """Return the word for the reader if the movement comes true."""
    return presence_after((), step(visit, movement))


def refold(book: Book, house: House, member: str, at: datetime, now: datetime) -> Presence | None:
    """Fold the member's day around `at` anew and write what differs; return the reader's word."""
    begins, ends = house.days.around(at)
    day = {"member": member, "begins": micros(begins), "ends": micros(ends)}
    movements = [
        Movement(moment(at_), seq, member, Move(move_), room)
        for at_, seq, move_, room in book.all(_MOVEMENTS, **day)
    ]
    corrections = [_correction(row) for row in book.all(_CORRECTIONS, member=member)]
    before = [_visit(row) for row in book.all(_OF_DAY, **day)]
    after = fold(movements, corrections, over=now >= ends)
    _apply(book, before, after)
    return presence_after(before, after)


def _apply(book: Book, before: Sequence[Visit], after: Sequence[Visit]) -> None:
    todo = changes(before, after)
    for visit in todo.to_drop:
        book.run(_DROP, visit=visit.id)
    # What closes goes first: nobody has two open visits, not even within a transaction.
    for visit in sorted(todo.to_change, key=lambda each: each.ended_by is None):
        _write(book, _SET, visit)
    for visit in todo.to_add:
        _write(book, _ADD, visit)


def close_day(book: Book, house: House, now: datetime) -> int:
    """Close as `auto` what is still open from before the last day-end; return how many."""
    stale = book.all(_STALE, before=micros(house.days.around(now)[0]))
    for row in stale:
        _close_as_auto(book, _visit(row), now)
    return len(stale)


def _close_as_auto(book: Book, visit: Visit, now: datetime) -> None:
    book.run(_CLOSE, visit=visit.id, how=By.AUTO.value)
    detail = {"visit": visit.id, "ended_by": By.AUTO.value}
    said = Entry(Kind.PRESENCE, now, now, member=visit.member, reason="day-ended", detail=detail)
    journal.append(book, said)


def _write(book: Book, statement: Executable, visit: Visit) -> None:
    began, ended = micros(visit.began), None if visit.ended is None else micros(visit.ended)
    by = None if visit.ended_by is None else visit.ended_by.value
    if statement is _ADD:
        book.run(
            _ADD,
            id=visit.id,
            member=visit.member,
            room=visit.room,
            began=began,
            began_by=visit.began_by.value,
            ended=ended,
            ended_by=by,
        )
        return
    book.run(
        _SET,
        visit=visit.id,
        new_room=visit.room,
        new_began=began,
        new_began_by=visit.began_by.value,
        new_ended=ended,
        new_ended_by=by,
    )


def _visit(row: Row) -> Visit:
    return Visit(
        row[0],
        row[1],
        row[2],
        moment(row[3]),
        By(row[4]),
        None if row[5] is None else moment(row[5]),
        None if row[6] is None else By(row[6]),
    )


def _correction(row: Row) -> Correction:
    return Correction(
        row[0],
        row[1],
        None if row[2] is None else moment(row[2]),
        None if row[3] is None else moment(row[3]),
    )
