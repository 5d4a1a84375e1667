"""Home Assistant asks for a door to open: a named act like one of staff, with its own permission.

It knows no member's rights, so it opens nothing that is locked down or held locked.
"""

from daemon.access.facts import Hold
from daemon.house import House
from daemon.store import answers, doors, journal
from daemon.store.book import Book
from daemon.store.journal import Entry, Kind
from daemon.taps import COMMAND_LIFE, Deed
from devices.contract import Action, Command, Remote

WHO = "Home Assistant"


def take_remote(book: Book, house: House, remote: Remote) -> Deed:
    """Write down who asked, and open if that may be; the same message opens once."""
    key = answers.own_key("remote", remote.fingerprint)
    known = answers.is_known(book, remote.door, key, remote.received)
    if known and remote.receipt is not None and remote.receipt.again:
        return Deed(remote.receipt)
    problem = _problem(book, house, remote)
    detail: dict[str, object] = {"by": {"name": WHO}}
    if problem is not None:
        detail["problem"] = problem
    entry = Entry(
        Kind.STAFF,
        remote.received,
        remote.received,
        door=remote.door,
        granted=problem is None,
        reason="remote-unlock" if problem is None else "remote-refused",
        detail=detail,
    )
    seq = journal.append(book, entry)
    answers.remember(
        book,
        door=remote.door,
        id=f"{key}.{seq}" if known else key,
        hash=b"",
        seq=seq,
        received=remote.received,
        feedback=None,
        unlock=problem is None,
        anew=True,
    )
    if problem is not None:
        return Deed(remote.receipt, seq)
    issued = remote.received
    seconds = house.doors[remote.door].seconds
    name = f"{house.site}-{seq}"
    end = issued + COMMAND_LIFE
    command = Command(remote.door, name, Action.UNLOCK, seconds, issued, end)
    return Deed(remote.receipt, seq, command)


def _problem(book: Book, house: House, remote: Remote) -> str | None:
    """Return why nothing opens, None if it does."""
    if not house.remote_unlock:
        return "it may not: set [homeassistant] unlock = true"
    if remote.waited:
        return "it may have waited in the broker's queue"
    if book.orders.lockdown:
        return "the building is locked down"
    held = {
        door
        for door, hold, until in doors.holds(book)
        if hold is Hold.LOCKED and (until is None or remote.received < until)
    }
    return "the door is held locked" if remote.door in held else None
