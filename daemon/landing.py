"""What came in without a book, put into the book as it was decided then (see `adrift.py`).

A landed tap leaves what any tap leaves: entry, movement, answer. What doors reported is given back
to be taken in at its place in line. One that has landed before, because we were killed in between,
leaves nothing.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from daemon.access.facts import Shown
from daemon.access.verdict import Granted, Reason, Refused, Verdict
from daemon.proofs import Exhibit
from daemon.store import answers, counters, journal
from daemon.store.book import Book
from daemon.store.journal import Entry, Kind
from daemon.store.sight import Question, look
from daemon.taps import Case, Doorstep, Keep, exhibited, written
from devices import moments
from devices.contract import ExitPress, Level, Nonsense, Receipt, Tap, Trouble
from devices.uid import Uid

NO_UID = Uid(b"")
"""A badge number is not spooled; its keyed hash and last digits are."""
SPOOLED: Mapping[str, object] = {"spooled": True}
"""What an entry says that was decided before it could be written."""


class Landed(NamedTuple):
    """One decision that waits to be written down. `hash` and `tail` are empty for an exit press.

    `counter`: the card's own, where it proved itself by one; `shown` and `word` are its exhibit.
    `card`: whose the hash turned out to be, where it was a text's. `opened`: by the device itself.
    """

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
    counter: int | None = None
    shown: Shown = Shown.NUMBER
    word: str = ""
    card: bytes | None = None
    opened: bool = False


Reported = Level | Trouble | Nonsense
Waiting = Landed | Reported
Record = Mapping[str, object]
_SHAPES: Mapping[str, type[Waiting]] = {
    "Landed": Landed,
    "Level": Level,
    "Trouble": Trouble,
    "Nonsense": Nonsense,
}


def of_exit(press: ExitPress, name: str) -> Landed:
    """Return what becomes of an exit press: it opens, unless it waited in a queue."""
    reason = Reason.LATE if press.waited else Reason.EXIT
    at = press.received
    opens = not press.waited
    return Landed(
        "exit", press.door, None, name, at, at, press.waited, b"", "", opens, reason, None
    )  # fmt: skip


def written_down(waiting: Waiting) -> Record:
    """Return what waits as the spool keeps it."""
    said = {name: _text_of(value) for name, value in waiting._asdict().items()}
    return {"what": type(waiting).__name__, **said}


def _text_of(value: object) -> object:
    match value:
        case datetime():
            return moments.shown(value)
        case bytes():
            return value.hex()
        case Reason():
            return value.value
        case Receipt():
            return value.again
    return value


def _receipt_in(again: str | bool | None) -> Receipt | None:  # noqa: FBT001 - what the record holds
    return Receipt(0, 0, again=True) if again else None


_VALUES: Mapping[str, Callable[[str], object]] = {
    "at": moments.parse,
    "received": moments.parse,
    "hash": bytes.fromhex,
    "card": lambda text: bytes.fromhex(text) if text else None,
    "receipt": _receipt_in,
}
_DECIDED: Mapping[str, Callable[[str], object]] = {**_VALUES, "reason": Reason, "shown": Shown}


def read(record: Record) -> Waiting:
    """Return what waits in a record of the spool."""
    shape = _SHAPES[str(record["what"])]
    values = _DECIDED if shape is Landed else _VALUES
    told = {name for name in shape._fields if name in record}  # an older version told less
    said: dict[str, Any] = {name: record[name] for name in told}  # as we wrote it
    for name in values.keys() & said.keys():
        said[name] = values[name](said[name])
    return shape(**said)


def land(book: Book, step: Doorstep, waiting: Waiting, number: int) -> Reported | None:
    """Write a decision down, unless it is there already; give back what doors reported.

    `number`: its place in line, which with its moment tells it from any other.
    """
    if isinstance(waiting, Landed):
        _LANDS[waiting.kind](book, step, waiting, number)
        return None
    return waiting if _is_first(book, waiting.door or "-", waiting.received, number) else None


def _is_first(book: Book, door: str, received: datetime, number: int) -> bool:
    """Tell whether this one has not landed yet, and keep that it has."""
    key = f"spooled/{moments.shown(received)}/{number}"
    first = not answers.is_known(book, door, key, received)
    if first:
        _remember(book, door, key, received)
    return first


def _remember(book: Book, door: str, key: str, received: datetime, *, unlock: bool = False) -> None:
    answers.remember(
        book,
        door=door,
        id=key,
        hash=b"",
        seq=book.head.seq,
        received=received,
        feedback=None,
        unlock=unlock,
        anew=True,
    )


def _land_exit(book: Book, _: Doorstep, landed: Landed, __: int) -> None:
    key = answers.own_key("exit", landed.id)
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
    journal.append(book, entry)
    _remember(book, landed.door, key, landed.received, unlock=landed.granted)


def _land_tap(book: Book, step: Doorstep, landed: Landed, number: int) -> None:
    assert landed.reader is not None  # noqa: S101 - every tap has one
    tap = Tap(
        landed.door,
        landed.reader,
        NO_UID,
        landed.id,
        landed.at,
        landed.received,
        "",
        landed.late,
        opened=landed.opened,
    )
    card = landed.card or landed.hash
    question = Question(landed.door, landed.reader, card, landed.id, landed.at, landed.late)
    sight = look(book, step.house, question)
    keep = Keep.NEW if sight.answer is None else Keep.INSTEAD
    if landed.reason is Reason.REPLAY:
        keep = Keep.NOT
        if not _is_first(book, landed.door, landed.received, number):
            return
    elif sight.answer and landed.received - sight.answer.received_at < answers.REMEMBERED:
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
    if landed.counter is not None:
        counters.rise(book, landed.hash, landed.counter)
    if landed.shown is not Shown.NUMBER:
        case = exhibited(case, Exhibit(landed.shown, landed.word))
    verdict: Verdict = Granted(landed.reason) if landed.granted else Refused(landed.reason)
    written(book, step, case, verdict, keep)


_LANDS = {"tap": _land_tap, "exit": _land_exit}
