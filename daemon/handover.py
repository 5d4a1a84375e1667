"""What a doorman who comes on duty must know: what of a door nobody has written down.

While another is on duty everybody follows the doors in silence. What that one was told in his last
moments he may not have written; the journal tells.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from daemon.door import Bolt, Contact, DoorState, Forced, Happening, NotUsed, Used
from daemon.house import HouseDoor
from daemon.store import doors, duty, pendings
from daemon.store.book import Book
from devices.contract import Level

SAID_BY_THEN = timedelta(seconds=30)
"""What whoever is on duty was told so long ago, he has written down or never will."""
FORCED, HELD_OPEN = "door-forced", "door-held-open"
_CLOCKS_APART = timedelta(seconds=2)

Kept = tuple[str | None, str | None, bool | None]
"""Contact, bolt and online as they are kept."""


def untold(book: Book, door: HouseDoor, what: Happening, now: datetime) -> Happening | None:
    """Return what of this nobody has written down, None if nothing."""
    match what:
        case Used(seqs) | NotUsed(seqs):
            left = tuple(seq for seq in seqs if pendings.is_waiting(book, seq))
            return replace(what, seqs=left) if left else None
        case Forced(at) if now - at <= SAID_BY_THEN:
            return None if _is_accounted_for(book, door, at) else what
    return None


def _is_accounted_for(book: Book, door: HouseDoor, at: datetime) -> bool:
    """Tell whether an opening at `at` was told of, or allowed by somebody we had not heard."""
    return (
        any(each == door.id for each, _, _ in doors.holds(book))
        or duty.was_released(book, door.id, at - door.unlock - pendings.TRAVEL)
        or duty.was_alarmed(book, door.id, FORCED, at - _CLOCKS_APART)
    )


def was_held(book: Book, door: str, since: datetime) -> bool:
    """Tell whether staff know that a door stands open since then."""
    return duty.was_alarmed(book, door, HELD_OPEN, since - SAID_BY_THEN)


def is_news(state: DoorState, kept: Kept) -> bool:
    """Tell whether a door is not as it was kept; nothing is known of one without a word."""
    now = word(state.contact), word(state.bolt), state.online
    return now != (*kept[:2], kept[2] is not False) and now[0] is not None


def level_of(name: str, state: DoorState, now: datetime) -> Level:
    """Return the report that says what a door is."""
    is_open = None if state.contact is Contact.UNKNOWN else state.contact is Contact.OPEN
    locked = None if state.bolt is Bolt.UNKNOWN else state.bolt is Bolt.LOCKED
    return Level(name, now, open=is_open, locked=locked, online=state.online)


def word(level: Contact | Bolt) -> str | None:
    """Return a level as it is told; None while nobody knows."""
    return None if level.value == "unknown" else level.value
