"""The door of a booked room, told a second time, slowly: who may pass at which minute, and why.

Knows nothing of openings that are cut short: it asks of every minute whether somebody else has
anything to do with the time between it and the booking.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MINUTE = timedelta(minutes=1)
EARLY, LATE = 10, 5
NIGHTS = (
    datetime(2026, 3, 28, 21, tzinfo=UTC),  # from 22:00 in Rome; 02:00 is followed by 03:00
    datetime(2026, 10, 24, 20, tzinfo=UTC),  # from 22:00 in Rome; 02:59 is followed by 02:00
)
SPAN = 8 * 60
"""Minutes of such a night."""


@dataclass(frozen=True)
class Booked:
    """A booking of the room, in minutes of the night; `holder` None: staff."""

    name: str
    start: int
    end: int
    holder: str | None
    guests: frozenset[str] = frozenset()

    def is_for(self, who: str) -> bool:
        return who == self.holder or who in self.guests

    def is_anothers(self, other: "Booked") -> bool:
        return self.name != other.name and (self.holder is None or self.holder != other.holder)


def may_enter(book: Sequence[Booked], who: str, minute: int) -> bool:
    """Tell whether the room's door opens to somebody at a minute."""
    return any(each.is_for(who) and _leads_in(book, each, minute) for each in book)


def may_pass_entrance(book: Sequence[Booked], who: str, minute: int) -> bool:
    """Tell whether the entrance does."""
    return any(each.is_for(who) and each.start - EARLY <= minute < each.end + LATE for each in book)


def may_walk_in(book: Sequence[Booked], who: str, minute: int) -> bool:
    """Tell whether somebody may have the room although nobody has booked it."""
    for each in book:
        if each.start <= minute < each.end:
            return False
        if (
            each.holder != who
            and each.start - EARLY <= minute < each.end
            and _is_next(book, each, minute)
        ):
            return False
    return True


def is_taken(book: Sequence[Booked], minute: int) -> bool:
    """Tell whether some booking has the room at a minute."""
    return any(each.start <= minute < each.end for each in book)


def _is_next(book: Sequence[Booked], one: Booked, minute: int) -> bool:
    return not any(minute < each.start < one.start for each in book)


def _leads_in(book: Sequence[Booked], mine: Booked, minute: int) -> bool:
    if mine.start <= minute < mine.end:
        return True
    if mine.start - EARLY <= minute < mine.start:
        between = range(minute, mine.start)
    elif mine.end <= minute < mine.end + LATE:
        between = range(mine.end, minute + 1)
    else:
        return False
    return not any(
        other.is_anothers(mine) and other.start <= at < other.end
        for other in book
        for at in between
    )
