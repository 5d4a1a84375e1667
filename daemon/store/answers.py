"""Answers given, so that the same message gets the same answer; and what taps leave behind."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import Executable

from daemon.store import owed
from daemon.store.book import OWED, Book
from daemon.store.prepared import insert_for
from daemon.store.seen import owed_answer
from daemon.store.tables import AnswerRow, EntryRow, GrantRow, RefusalRow
from devices.clock import micros

REMEMBERED = timedelta(hours=24)
"""How long a message id is unique at its door (CONTRACT 4)."""


def _refusal(dialect: Dialect) -> Executable:
    return insert_for(dialect)(RefusalRow).on_conflict_do_nothing()


def _entry(dialect: Dialect) -> Executable:
    return insert_for(dialect)(EntryRow).on_conflict_do_nothing()


_KNOWN = select(AnswerRow.seq).where(
    AnswerRow.site == bindparam("site"),
    AnswerRow.door == bindparam("door"),
    AnswerRow.id == bindparam("id"),
    AnswerRow.received_at > bindparam("since"),
)
_OLD_ANSWERS = delete(AnswerRow).where(
    AnswerRow.site == bindparam("site"), AnswerRow.received_at < bindparam("before")
)
_OLD_REFUSALS = delete(RefusalRow).where(
    RefusalRow.site == bindparam("site"), RefusalRow.at < bindparam("before")
)
_OLD_GRANTS = delete(GrantRow).where(
    GrantRow.site == bindparam("site"), GrantRow.at < bindparam("before")
)


def own_key(kind: str, message: str) -> str:
    """Return the key of an answer that is not a tap's; no reader's id can be the same.

    Ids are printable (see devices/mqtt/native.py), the unit separator is not: else a tap with the
    right id would mute an exit button.
    """
    return f"\x1f{kind}/{message}"


def remember(  # noqa: PLR0913 - the columns of the row
    book: Book,
    *,
    door: str,
    id: str,  # noqa: A002 - the wire's word
    hash: bytes,  # noqa: A002 - the column's name
    seq: int,
    received: datetime,
    feedback: str | None,
    unlock: bool,
    packet: int | None = None,
    anew: bool = False,
) -> None:
    """Keep an answer for a day. `anew`: an answer older than that may stand there."""
    row = {
        "door": door,
        "id": id,
        "hash": hash,
        "seq": seq,
        "received_at": micros(received),
        "feedback": feedback,
        "unlock": unlock,
        "packet": packet,
    }
    book.later(OWED, owed.answer_anew if anew else owed.answer, row)


def is_known(book: Book, door: str, message: str, now: datetime) -> bool:
    """Tell whether this message was answered within the last day."""
    book.about((door, message))
    since = micros(now - REMEMBERED)
    if book.one(_KNOWN, door=door, id=message, since=since) is not None:
        return True
    owing = owed_answer(book.head.owed, door, message)
    return owing is not None and micros(owing.received_at) > since


def note_grant(book: Book, badge: str, place: tuple[str, str], at: datetime) -> None:
    """Keep when the badge was granted at this (door, reader), to tell a repeat."""
    door, reader = place
    if book.memory is not None:
        book.memory.grants[badge, door, reader] = at
    book.later(OWED, owed.grant, {"badge": badge, "door": door, "reader": reader, "at": micros(at)})


def note_refusal(book: Book, place: tuple[str, str], at: datetime) -> None:
    """Keep that the badge step refused at this (door, reader), for the throttle.

    Each counts, also of those that a reader dates alike: its clock is no way around the throttle.
    """
    door, reader = place
    apart = book.head.seq % 1000
    book.run(_refusal, door=door, reader=reader, at=micros(at) - apart)


def note_entry(book: Book, member: str, day: str) -> None:
    """Use one entry of the member's plan for this local day; once a day."""
    book.run(_entry, member=member, day=day)


def forget_old(book: Book, now: datetime) -> None:
    """Drop what no tap can need any more."""
    book.run(_OLD_ANSWERS, before=micros(now - REMEMBERED))
    book.run(_OLD_GRANTS, before=micros(now - timedelta(hours=1)))
    book.run(_OLD_REFUSALS, before=micros(now - timedelta(minutes=2)))
