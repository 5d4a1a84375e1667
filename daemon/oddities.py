"""Messages that cannot be obeyed: one journal entry each, and an answer where there is a reader."""

from daemon.access.verdict import Reason
from daemon.feedback import refusal
from daemon.house import House
from daemon.store import answers, journal
from daemon.store.book import Book
from daemon.store.journal import Entry, Kind
from daemon.taps import Deed
from devices.contract import Feedback, Nonsense

_KINDS = {"tap": Kind.TAP, "exit": Kind.EXIT, "door": Kind.DOOR}
_NOBODY = "-"


def take_nonsense(book: Book, house: House, odd: Nonsense) -> Deed:
    """Write down what came and what is wrong with it; nothing opens, nobody moves."""
    key = answers.own_key("odd", odd.fingerprint)
    door = odd.door or _NOBODY
    known = answers.is_known(book, door, key, odd.received)
    again = known and odd.receipt is not None and odd.receipt.again
    reason = _reason(odd)
    said = answer(house, odd)
    if again:
        return Deed(odd.receipt, feedback=said)
    kind = Kind.RETAINED if reason is None else _KINDS[odd.about]
    entry = Entry(
        kind,
        odd.received,
        odd.received,
        odd.id,
        odd.door,
        granted=False if kind in {Kind.TAP, Kind.EXIT} else None,
        reason=odd.code,
        detail={"problem": odd.problem},
    )
    seq = journal.append(book, entry)
    answers.remember(
        book,
        door=door,
        id=f"{key}.{seq}" if known else key,
        hash=b"",
        seq=seq,
        received=odd.received,
        feedback=None,
        unlock=False,
        anew=True,
    )
    return Deed(odd.receipt, seq, feedback=said)


def answer(house: House, odd: Nonsense) -> Feedback | None:
    """Return what the reader is told, if there is one."""
    reason = _reason(odd)
    if reason is None or odd.door is None or odd.about != "tap":
        return None
    return Feedback(odd.door, refusal(odd.id, reason, house.language))


def _reason(odd: Nonsense) -> Reason | None:
    return None if odd.code == "retained" else Reason(odd.code)
