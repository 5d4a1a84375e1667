"""Grants at doors with a contact that wait for somebody to walk through."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import bindparam, delete, insert, select

from daemon.door import Grant
from daemon.presence import Move, Movement
from daemon.store.book import Book
from daemon.store.tables import PendingRow
from devices.clock import micros, moment

TRAVEL = timedelta(seconds=2)
"""How long the command and the contact's message may be on their way, on top of the unlock."""

_ADD = insert(PendingRow)
_ALL = select(PendingRow.door, PendingRow.seq, PendingRow.at, PendingRow.until).where(
    PendingRow.site == bindparam("site")
)
_ONE = select(PendingRow.at, PendingRow.member, PendingRow.move, PendingRow.room).where(
    PendingRow.site == bindparam("site"), PendingRow.seq == bindparam("seq")
)
_DROP = delete(PendingRow).where(
    PendingRow.site == bindparam("site"), PendingRow.seq == bindparam("seq")
)


def add(book: Book, door: str, movement: Movement, unlock: timedelta) -> None:
    """Keep a movement until the door's contact says whether it came true."""
    book.run(
        _ADD,
        seq=movement.seq,
        door=door,
        member=movement.member,
        move=movement.move.value,
        room=movement.room,
        at=micros(movement.at),
        until=micros(movement.at + unlock + TRAVEL),
    )


def waiting(book: Book) -> Sequence[tuple[str, Grant]]:
    """Return every door's grants that still wait, for a doorman who starts."""
    return [
        (door, Grant(seq, moment(at), moment(until))) for door, seq, at, until in book.all(_ALL)
    ]


def is_waiting(book: Book, seq: int) -> bool:
    """Tell whether nobody has said yet what became of the movement under this entry."""
    return book.one(_ONE, seq=seq) is not None


def take(book: Book, seq: int) -> Movement | None:
    """Return the movement that waited under this entry, and let it go."""
    row = book.one(_ONE, seq=seq)
    if row is None:
        return None
    book.run(_DROP, seq=seq)
    return Movement(moment(row[0]), seq, row[1], Move(row[2]), row[3])
