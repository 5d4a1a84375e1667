"""The request-to-exit button: opens at any time, also in lockdown, and is written down."""

from daemon.access.verdict import Reason
from daemon.house import House
from daemon.store import answers, journal
from daemon.store.book import Book
from daemon.store.journal import Entry, Kind
from daemon.taps import COMMAND_LIFE, Deed
from devices.contract import Action, Command, ExitPress


def message_of(press: ExitPress) -> str:
    """Return the id that a press is known by, also if the device gives none."""
    return press.id or f"auto-{press.fingerprint}"


def take_exit(book: Book, house: House, press: ExitPress) -> Deed:
    """Write down a press and open; the same press opens once, one that waited in a queue never."""
    message = message_of(press)
    key = answers.own_key("exit", message)
    known = answers.is_known(book, press.door, key, press.received)
    if known and (press.id is not None or (press.receipt and press.receipt.again)):
        return Deed(press.receipt)
    entry = Entry(
        Kind.EXIT,
        press.received,
        press.received,
        message,
        press.door,
        granted=not press.waited,
        reason=(Reason.LATE if press.waited else Reason.EXIT).value,
        late=press.waited,
    )
    seq = journal.append(book, entry)
    answers.remember(
        book,
        door=press.door,
        id=f"{key}.{seq}" if known else key,
        hash=b"",
        seq=seq,
        received=press.received,
        feedback=None,
        unlock=not (press.waited or press.opened),
        anew=True,
    )
    if press.waited or press.opened:
        return Deed(press.receipt, seq)
    command = Command(
        press.door,
        f"{house.site}-{seq}",
        Action.UNLOCK,
        house.doors[press.door].seconds,
        press.received,
        press.received + COMMAND_LIFE,
    )
    return Deed(press.receipt, seq, command)
