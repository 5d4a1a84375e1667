"""Movements and the visits they amount to. Visits are always the fold of their day's movements."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, case, delete, insert, select, update
from sqlalchemy.engine import Dialect
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
from daemon.store.book import PRESENCE, Book
from daemon.store.journal import Entry, Kind
from daemon.store.prepared import Row, insert_for
from daemon.store.tables import CorrectionRow, KnownRow, MovementRow, VisitRow
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
_KNOWN = select(KnownRow.until).where(
    KnownRow.site == bindparam("site"), KnownRow.member == bindparam("member")
)
_LEAVE = (
    update(VisitRow)
    .where(VisitRow.site == bindparam("site"), VisitRow.id == bindparam("visit"))
    .values(ended=bindparam("new_ended"), ended_by=bindparam("new_ended_by"))
)
_STAY = (
    update(VisitRow)
    .where(VisitRow.site == bindparam("site"), VisitRow.id == bindparam("visit"))
    .values(room=bindparam("new_room"))
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
    row = {
        "member": movement.member,
        "at": micros(movement.at),
        "seq": movement.seq,
        "move": str(movement.move),
        "room": movement.room,
    }
    book.moves.append(movement)
    book.later(PRESENCE, _MOVE, row)
    note_known(book, movement.member, movement.at)
    if moved is not None and movement.at <= moved:
        return refold(book, house, movement.member, movement.at, now)
    begins, ends = house.days.around(movement.at)
    if visit is not None and visit.began < begins:
        _close_as_auto(book, visit, now)
        visit = None
    after = step(visit, movement)
    if now >= ends:
        return refold(book, house, movement.member, movement.at, now)
    _remember(book, movement, after, visit)
    for changed in after:
        if visit is None or changed.id != visit.id:
            book.later(PRESENCE + 2, _ADD, _columns(changed))
        elif changed.ended_by is None:
            book.later(PRESENCE + 1, _STAY, {"visit": changed.id, "new_room": changed.room})
        else:
            book.later(PRESENCE + 1, _LEAVE, _end_of(changed))
    return presence_after((), after)


def _remember(book: Book, movement: Movement, after: Sequence[Visit], before: Visit | None) -> None:
    if book.memory is None:
        return
    here = after[-1] if after else before
    is_open = here is not None and here.ended_by is None
    book.memory.whereabouts[movement.member] = (here if is_open else None, movement.at)


def known_of(book: Book, member: str) -> tuple[Visit | None, datetime | None]:
    """Return the member's open visit and the last moment anything is known of them."""
    book.about(member)
    row = book.one(_OPEN, member=member)
    known = book.one(_KNOWN, member=member)
    return (
        None if row is None else _visit(row),
        None if known is None else moment(known[0]),
    )


def note_known(book: Book, member: str, until: datetime) -> None:
    """Keep that something is known of the member at this moment; the latest one counts."""
    book.later(PRESENCE, _know, {"member": member, "until": micros(until)})


def _know(dialect: Dialect) -> Executable:
    """Return the statement that moves a member's latest known moment forwards only."""
    row = insert_for(dialect)(KnownRow)
    later = case((row.excluded.until > KnownRow.until, row.excluded.until), else_=KnownRow.until)
    return row.on_conflict_do_update(index_elements=["site", "member"], set_={"until": later})


def move_again(book: Book, house: House, movement: Movement, now: datetime) -> None:
    """Write a movement whose rows may be there or not, and fold its day anew."""
    book.run(
        _move_once,
        member=movement.member,
        at=micros(movement.at),
        seq=movement.seq,
        move=movement.move.value,
        room=movement.room,
    )
    note_known(book, movement.member, movement.at)
    close_day(book, house, now)
    refold(book, house, movement.member, movement.at, now)


def _move_once(dialect: Dialect) -> Executable:
    return insert_for(dialect)(MovementRow).on_conflict_do_nothing()


def foreseen(visit: Visit | None, movement: Movement) -> Presence | None:
    """Return the word for the reader if the movement comes true."""
    return presence_after((), step(visit, movement))


def refold(book: Book, house: House, member: str, at: datetime, now: datetime) -> Presence | None:
    """Fold the member's day around `at` anew and write what differs; return the reader's word."""
    book.catch_up()
    if book.memory is not None:
        book.memory.whereabouts.pop(member, None)
    begins, ends = house.days.around(at)
    day = {"member": member, "begins": micros(begins), "ends": micros(ends)}
    movements = [
        Movement(moment(at_), seq, member, Move(move_), room)
        for at_, seq, move_, room in book.all(_MOVEMENTS, **day)
    ]
    corrections = [_correction(row) for row in book.all(_CORRECTIONS, member=member)]
    before = [_visit(row) for row in book.all(_OF_DAY, **day)]
    over = now >= ends or _has_moved_on(book, member, ends)
    after = fold(movements, corrections, over=over)
    _apply(book, before, after)
    return presence_after(before, after)


def _has_moved_on(book: Book, member: str, ends: datetime) -> bool:
    """Tell whether the member's next day has begun: a reader's clock may be ahead of ours."""
    row = book.one(_KNOWN, member=member)
    return row is not None and moment(row[0]) >= ends


def _apply(book: Book, before: Sequence[Visit], after: Sequence[Visit]) -> None:
    todo = changes(before, after)
    for visit in todo.to_drop:
        book.run(_DROP, visit=visit.id)
    # What closes goes first: nobody has two open visits, not even within a transaction.
    for visit in sorted(todo.to_change, key=lambda each: each.ended_by is None):
        said = _columns(visit)
        book.run(_SET, visit=visit.id, **{f"new_{name}": said[name] for name in _CHANGING})
    for visit in todo.to_add:
        book.run(_ADD, **_columns(visit))


def close_day(book: Book, house: House, now: datetime) -> int:
    """Close as `auto` what is still open from before the last day-end; return how many."""
    book.catch_up()
    if book.memory is not None:
        book.memory.whereabouts.clear()
    stale = book.all(_STALE, before=micros(house.days.around(now)[0]))
    for row in stale:
        _close_as_auto(book, _visit(row), now)
    return len(stale)


def _close_as_auto(book: Book, visit: Visit, now: datetime) -> None:
    book.later(
        PRESENCE + 1, _LEAVE, {"visit": visit.id, "new_ended": None, "new_ended_by": By.AUTO.value}
    )
    detail = {"visit": visit.id, "ended_by": By.AUTO.value}
    said = Entry(Kind.PRESENCE, now, now, member=visit.member, reason="day-ended", detail=detail)
    journal.append(book, said)


_CHANGING = ("room", "began", "began_by", "ended", "ended_by")


def _columns(visit: Visit) -> dict[str, object]:
    return {
        "id": visit.id,
        "member": visit.member,
        "room": visit.room,
        "began": micros(visit.began),
        "began_by": str(visit.began_by),
        "ended": None if visit.ended is None else micros(visit.ended),
        "ended_by": None if visit.ended_by is None else str(visit.ended_by),
    }


def _end_of(visit: Visit) -> dict[str, object]:
    said = _columns(visit)
    return {"visit": visit.id, "new_ended": said["ended"], "new_ended_by": said["ended_by"]}


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
