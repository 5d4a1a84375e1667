"""What time makes due: doors that stand open, orders of staff, the end of the day, old answers.

Looked at once a second, and announcements in every quiet moment.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon import hours
from daemon.announcer import Announcer
from daemon.house import House
from daemon.levels import Doors
from daemon.noshows import NoShows
from daemon.orders import OrderBook
from daemon.releases import Releases
from daemon.schedules import Schedules
from daemon.shift import BY_HIMSELF, Shift
from daemon.store import answers, enrolments, guard, journal, visits
from daemon.store.book import HEAD, Book
from daemon.store.desk import Desk
from daemon.store.journal import Entry, Kind
from daemon.store.trouble import Unavailable
from daemon.timekeeper import Timekeeper
from devices.clock import Clock
from devices.contract import Wires

log = logging.getLogger(__name__)

_PAUSE = 1.0
_STARVED = 0.5
_MINUTE = 60.0
_CLEANING = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Tools:
    """What the chores are done with. `noted` keeps the journal's head apart.

    `each_minute` is what else is to be looked at that often.
    """

    house: House
    desk: Desk
    wires: Wires
    clock: Clock
    steady: Callable[[], float]
    noted: Callable[[int, str], None]
    each_minute: Callable[[datetime], None] = lambda _: None
    shift: Shift = BY_HIMSELF


class Chores:
    """Done between taps, by the doorman's own thread."""

    def __init__(self, tools: Tools, doors: Doors, announcer: Announcer) -> None:
        self._tools = tools
        self._doors = doors
        self._announcer = announcer
        self._orders = OrderBook(tools.desk, tools.wires, doors)
        self._schedules = Schedules(tools.house, tools.desk, tools.wires)
        self._noshows = NoShows(tools.house, tools.desk, tools.clock())
        self._timekeeper = Timekeeper(tools.steady, tools.clock())
        self._next_look = 0.0
        self._next_word = 0.0
        self._next_minute = 0.0
        self._next_try = 0.0
        self._day_ends = self._clean_at = tools.clock()
        self._was_up = False
        self._head = (0, "")
        self._keeps_head = True
        self._late: Sequence[str] = ()

    def begin(self, book: Book, now: datetime) -> None:
        """Take up the work, and close the days that ended while nobody was on duty."""
        self._timekeeper.begin(book, now)
        self._doors.take_over(book, now)
        self._orders.begin(book, now)
        self._announcer.announced = book.head.announced
        self._end_day(book, now)
        self._clean_at = now
        self._noshows.wait_a_moment(now)
        self.note(book)

    def note(self, book: Book) -> None:
        """Take in how long the journal is; write down, with the rest, how far announcements got."""
        self._announcer.written = book.head.seq
        self._head = (book.head.seq, book.head.hash)
        book.head.announced = max(book.head.announced, self._announcer.announced)

    def is_busy(self) -> bool:
        """Tell whether the next quiet moment has work already."""
        return self._announcer.has_more()

    def look_now(self) -> None:
        """Look at the orders at once: the API has nudged."""
        self._next_look = 0.0

    def turn(self, releases: Releases, *, quiet: bool) -> None:
        """Do what is due. While taps keep coming, announcements wait, but not for ever."""
        steady = self._tools.steady()
        if quiet:
            self._tools.shift.tell()
        if not self._is_on_duty(steady):
            return
        if steady >= self._next_look or self._tools.shift.is_told():
            self._next_look = steady + _PAUSE
            self._look(releases)
        if steady >= self._next_minute:
            self._next_minute = steady + _MINUTE
            self._tools.each_minute(self._tools.clock())
        if quiet or steady >= self._next_word:
            self._next_word = steady + _STARVED
            self._announce(quiet=quiet)
            self._keep_head()

    def _is_on_duty(self, steady: float) -> bool:
        """Tell whether all this is ours to do; take it over if nobody does it any more."""
        desk, shift = self._tools.desk, self._tools.shift
        if desk.on_duty:
            return True
        if steady < self._next_try:
            return False
        self._next_try = steady + _PAUSE
        if not desk.be_on_duty():
            self._tell_sums()
            return False
        log.info("on duty for all that is to be done once")
        with desk.open() as book:
            shift.catch_up(book)
            self.begin(book, self._tools.clock())
        self._doors.keep()
        shift.keep()
        return True

    def end(self) -> None:
        """Write down what would be forgotten with us."""
        try:
            self._tell_sums(last=True)
        except Unavailable as problem:
            log.warning("some taps that were only counted are not written down: %s", problem)

    def _tell_sums(self, *, last: bool = False) -> None:
        """Write down, on duty or not, what was only counted here."""
        now, shift = self._tools.clock(), self._tools.shift
        if not self._doors.lookout.has_sums(now, last=last):
            return
        with self._tools.desk.open() as book:
            shift.catch_up(book)
            self._doors.lookout.tell_sums(book, now, last=last)
        self._doors.keep()
        shift.keep()

    def _announce(self, *, quiet: bool) -> None:
        up = self._tools.wires.is_up()
        self._announcer.entries(quiet=quiet)
        self._announcer.occupancy(afresh=up and not self._was_up)
        self._was_up = up

    def _keep_head(self) -> None:
        """Keep the journal's head apart; where that has no room, an old one is still one."""
        try:
            self._tools.noted(*self._head)
        except OSError as problem:
            if self._keeps_head:
                log.warning("the journal's head cannot be kept apart: %s", problem)
            self._keeps_head = False
        else:
            self._keeps_head = True

    def _look(self, releases: Releases) -> None:
        now = self._tools.clock()
        self._late = late = [*self._late, *self._tools.wires.overdue()]
        [(written, head, released)] = self._tools.desk.peek(HEAD)
        self._announcer.written, self._head = written, (written, head)
        put = self._timekeeper.has_news(now)
        due = (
            self._noshows.is_due(now)
            or put
            or late
            or self._orders.is_due(now)
            or self._schedules.is_due(now)
            or self._doors.has_due(now)
            or now >= self._day_ends
            or now >= self._clean_at
            or releases.left > released
        )
        if due:
            self._work(releases, now, late)

    def _work(self, releases: Releases, now: datetime, late: Sequence[str]) -> None:
        with self._tools.desk.open() as book:
            self._tools.shift.catch_up(book)
            for command in late:
                _drop(book, command, now)
            self._timekeeper.tell(book, now)
            self._schedules.order(book, now)
            commands = self._orders.carry_out(book, now)
            self._doors.tick(book, now)
            self._noshows.release(book, now)
            self._day_ends = min(self._day_ends, self._end_of_day(now))  # if the clock was put back
            if now >= self._day_ends:
                self._end_day(book, now)
            if now >= self._clean_at:
                answers.forget_old(book, now)
                enrolments.forget_old(book, now)
                guard.forget_old(book, now)
                self._clean_at = now + _CLEANING
            releases.note(book)
            self.note(book)
        self._doors.keep()
        self._tools.shift.keep()
        self._orders.keep()
        self._timekeeper.keep()
        self._late = ()
        for order in commands:
            self._tools.wires.release(order)
        self._tools.wires.flush()

    def _end_day(self, book: Book, now: datetime) -> None:
        visits.close_day(book, self._tools.house, now)
        self._day_ends = self._end_of_day(now)

    def _end_of_day(self, now: datetime) -> datetime:
        calendar = self._tools.house.calendar
        return hours.day_bounds(hours.local_day(now, calendar), calendar)[1]


def _drop(book: Book, command: str, now: datetime) -> None:
    detail = {"command": command}
    journal.append(book, Entry(Kind.DOOR, now, now, reason="unlock-dropped", detail=detail))
