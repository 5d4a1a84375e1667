"""What a device says is wrong with it: an alarm in the journal, for staff to see at the door."""

from daemon.store import journal
from daemon.store.book import Book
from daemon.store.journal import Entry, Kind
from devices.contract import Trouble


def take_trouble(book: Book, trouble: Trouble) -> int:
    """Write the alarm down, return its `seq`; `detail` names the device."""
    detail: dict[str, object] = {} if trouble.device is None else {"device": trouble.device}
    if trouble.problem is not None:
        detail["problem"] = trouble.problem
    entry = Entry(
        Kind.ALARM,
        trouble.received,
        trouble.received,
        door=trouble.door,
        reason=trouble.code,
        detail=detail or None,
    )
    return journal.append(book, entry)
