"""What was decided without a book, put into the book as it was decided (see `adrift.py`).

A landed tap leaves what any tap leaves: entry, movement, answer. One that has landed before,
because we were killed in between, leaves nothing.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from daemon.access.verdict import Granted, Reason, Refused, Verdict
from daemon.store import answers, journal
from daemon.store.book import Book
from daemon.store.journal import Entry, Kind
from daemon.store.sight import Question, look
from daemon.taps import Case, Doorstep, Keep, written
from devices import moments
from devices.contract import ExitPress, Tap
from devices.uid import Uid

NO_UID = Uid(b"")
"""A badge number is not spooled; its keyed hash and last digits are."""


class Landed(NamedTuple):
    """One decision that waits to be written down. `hash` and `tail` are empty for an exit press."""

    kind: str
    door: str
    reader: str | None
    id: str
    at: datetime
    received: datetime
    late: bool
    hash: bytes
    tail: str
    granted: bool
    reason: Reason
    feedback: str | None


def of_exit(press: ExitPress, name: str) -> Landed:
    """Return what becomes of an exit press: it opens, unless it waited in a queue."""
    reason = Reason.LATE if press.waited else Reason.EXIT
    at = press.received
    return Landed(
        "exit",
        press.door,
        None,
        name,
        at,
        at,
        press.waited,
        b"",
        "",
        not press.waited,
        reason,
        None,
    )


def written_down(landed: Landed) -> Mapping[str, object]:
    """Return the decision as the spool keeps it."""
    said = landed._asdict()
    said["at"], said["received"] = moments.shown(landed.at), moments.shown(landed.received)
    said["hash"], said["reason"] = landed.hash.hex(), landed.reason.value
    return said


def read(record: Mapping[str, object]) -> Landed:
    """Return the decision in a record of the spool."""
    said = {name: record[name] for name in Landed._fields}
    return Landed(
        **said  # type: ignore[arg-type]  # written by ourselves, guarded by a checksum
    )._replace(
        at=moments.parse(str(record["at"])),
        received=moments.parse(str(record["received"])),
        hash=bytes.fromhex(str(record["hash"])),
        reason=Reason(str(record["reason"])),
    )


def land(book: Book, step: Doorstep, landed: Landed) -> None:
    """Write the decision down, unless it is there already."""
    if landed.kind == "exit":
        _land_exit(book, landed)
    else:
        _land_tap(book, step, landed)


def _land_exit(book: Book, landed: Landed) -> None:
    key = f"exit/{landed.id}"
    if answers.is_known(book, landed.door, key, landed.received):
        return
    entry = Entry(
        Kind.EXIT,
        landed.at,
        landed.received,
        landed.id,
        landed.door,
        granted=landed.granted,
        reason=landed.reason.value,
        late=landed.late,
        detail=SPOOLED,
    )
    seq = journal.append(book, entry)
    answers.remember(
        book,
        door=landed.door,
        id=key,
        hash=b"",
        seq=seq,
        received=landed.received,
        feedback=None,
        unlock=landed.granted,
        anew=True,
    )


def _land_tap(book: Book, step: Doorstep, landed: Landed) -> None:
    assert landed.reader is not None  # noqa: S101 - every tap has one
    tap = Tap(
        landed.door, landed.reader, NO_UID, landed.id, landed.at, landed.received, "", landed.late
    )
    question = Question(landed.door, landed.reader, landed.hash, landed.id, landed.at, landed.late)
    sight = look(book, step.house, question)
    known = sight.answer
    if known is not None and landed.received - known.received_at < answers.REMEMBERED:
        return
    case = Case(
        tap,
        guarded=False,
        id=landed.id,
        hash=landed.hash,
        tail=landed.tail,
        at=landed.at,
        late=landed.late,
        sight=sight,
        given=landed.feedback,
    )
    verdict: Verdict = Granted(landed.reason) if landed.granted else Refused(landed.reason)
    written(book, step, case, verdict, Keep.NEW if known is None else Keep.INSTEAD)


SPOOLED: Mapping[str, object] = {"spooled": True}
"""What an entry says that was decided before it could be written."""
