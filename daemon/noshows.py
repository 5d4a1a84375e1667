"""Rooms that nobody came to are given back: once a minute, each missed booking once.

A booking that still waits for its holder or a guest `release_minutes` after its start is released:
its passes are withdrawn, the journal tells the holder's name for it, and the room can be booked.
A conditional update decides, so it happens once however many doormen a site has, and also when
nobody was on duty at that minute.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.bookings import missed_from
from daemon.house import House
from daemon.store import journal, stays
from daemon.store.book import Book
from daemon.store.desk import Desk
from daemon.store.journal import Entry, Kind
from daemon.store.prepared import Statement
from daemon.store.stays import LOOK_BACK, RELEASED, Missed
from devices.clock import micros
from devices.moments import shown

_PAUSE = timedelta(minutes=1)
_GRACE = timedelta(seconds=5)
"""At start: time for the taps that waited in the broker meanwhile, which may be arrivals."""
_LONGEST = timedelta(days=31)
_NOBODY = "usciere"


@dataclass(slots=True)
class NoShows:
    """The look for missed bookings; whoever tells the holders reads of them in the journal."""

    house: House
    desk: Desk
    next_look: datetime
    found: bool = False

    def is_due(self, now: datetime) -> bool:
        """Tell whether a booking is to be released; looks once a minute."""
        if now < self.next_look:
            return False
        self.next_look = now + _PAUSE
        wanted = _missed(self.house, now)
        self.found = wanted is not None and bool(self.desk.peek(wanted[0], **wanted[1]))
        return self.found

    def wait_a_moment(self, now: datetime) -> None:
        """Begin to look once what waited for the doorman has come in."""
        self.next_look = now + _GRACE

    def release(self, book: Book, now: datetime) -> None:
        """Release what the last look found."""
        if self.found:
            self.found = False
            release_missed(book, self.house, now)


def release_missed(book: Book, house: House, now: datetime) -> None:
    """Release every booking that nobody came to in time."""
    wanted = _missed(house, now)
    if wanted is None:
        return
    for each in stays.missed_in(book.all(wanted[0], **wanted[1])):
        if stays.release(book, each, now):
            journal.append(book, _entry(each, now))


def _missed(house: House, now: datetime) -> tuple[Statement, dict[str, object]] | None:
    start = missed_from(now, house.release)
    if start is None:
        return None
    limits: dict[str, object] = {
        "start": micros(start),
        "oldest": micros(now - _LONGEST - LOOK_BACK),
        "over": micros(now - LOOK_BACK),
    }
    if house.release_while_inside:
        return stays.MISSED, limits
    return stays.MISSED_OUTSIDE, limits | {"day": micros(house.days.around(now)[0])}


def _entry(missed: Missed, now: datetime) -> Entry:
    fields = {
        "room": missed.room,
        "start": shown(missed.start),
        "end": shown(missed.end),
        "series": missed.series,
        "status": "released",
    }
    detail = {"by": {"name": _NOBODY}, "what": missed.booking, "fields": fields}
    return Entry(Kind.CHANGE, now, now, member=missed.member, reason=RELEASED, detail=detail)
