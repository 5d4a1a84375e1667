"""The doorman: takes every signal that waits, decides each, commits once, then acts.

One thread, one loop, four steps in one direction. Nothing is released, answered or acknowledged
before the commit; a signal that was not acknowledged comes again and finds its answer written.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from daemon import enrolling
from daemon.adrift import Adrift
from daemon.chores import Chores
from daemon.exits import take_exit
from daemon.levels import Doors
from daemon.oddities import take_nonsense
from daemon.releases import Releases
from daemon.remote import take_remote
from daemon.settling import Settling
from daemon.shift import BY_HIMSELF, Shift
from daemon.store import journal
from daemon.store.book import Book
from daemon.store.desk import Desk
from daemon.store.foresight import asked_of, foresee
from daemon.store.journal import Entry, Kind
from daemon.store.trouble import Unavailable, is_damage, told_by
from daemon.taps import Deed, Doorstep, questions_of, take_tap
from devices.clock import Clock
from devices.contract import (
    ExitPress,
    Gone,
    Level,
    Nonsense,
    Nothing,
    Nudge,
    Remote,
    Scrutiny,
    Signal,
    Tap,
    Trouble,
    Wires,
)

log = logging.getLogger(__name__)

IDLE = 0.25
PATIENCE = 0.9
"""Seconds to wait for somebody else's transaction before doors go on without the database."""
_HURRY = 0.02
_BREATHER = 4
LANDED_AT_ONCE = 500
"""Entries that land in one book; what landed before a crash is known to have."""
_LANDING_PAUSE = 0.25
_UNSERVED_FOR = 5.0
"""Seconds that a signal may wait because neither book nor spool takes it."""
BREATH = 0.01
"""Seconds without a tap after which announcements may have the doorman's time."""


@dataclass(frozen=True, slots=True)
class Post:
    """What the doorman works with. `alive` hears of him where a single turn may take long."""

    step: Doorstep
    desk: Desk
    wires: Wires
    clock: Clock
    steady: Callable[[], float]
    alive: Callable[[], None] = lambda: None


class Doorman:
    """Serves one house, from one thread."""

    def __init__(
        self, post: Post, doors: Doors, chores: Chores, adrift: Adrift, shift: Shift = BY_HIMSELF
    ) -> None:
        self._post = post
        self._doors = doors
        self._chores = chores
        self._adrift = adrift
        self._shift = shift
        self._releases = Releases(post.wires, doors, shift)
        self._settling = Settling(post.step.house, post.desk, post.clock)
        self._quiet_from = 0.0
        self._next_landing = 0.0
        self._has_begun = False
        self._unserved: Sequence[Signal] = ()
        self._served_all = post.steady()

    def begin(self) -> None:
        """Take up the work where the last doorman left it; by himself, as soon as he can write."""
        try:
            self._take_up()
        except Unavailable as problem:
            if self._shift.is_shared or is_damage(told_by(problem) or problem):
                raise
            self._doors.undo()
            log.error("the database cannot be written (%s); beginning without it", problem)  # noqa: TRY400 - no fault of ours
            self._try_to_hurry(_HURRY)

    def _take_up(self) -> None:
        with self._post.desk.open() as book:
            self._shift.catch_up(book)
            self._settling.begin(book)
            self._releases.begin(book)
            if self._post.desk.on_duty:
                self._chores.begin(book, self._post.clock())
        self._keep()
        self._shift.begin()
        self._has_begun = True

    def _begin_late(self) -> None:
        if not self._has_begun:
            self._take_up()
            log.warning("the database is back; the work is taken up")
            self._try_to_hurry(PATIENCE)

    def end(self, limit: float) -> None:
        """Go, within `limit` seconds."""
        self._chores.end()
        self._shift.end(limit)

    def turn(self) -> None:
        """Serve what has come in, else do what time has made due."""
        came = self._post.wires.wait(BREATH if self._chores.is_busy() else IDLE)
        signals, self._unserved = [*self._unserved, *self._shift.mine(came)], ()
        if signals:
            self._serve(signals)
            self._quiet_from = self._post.steady() + BREATH
        if self._adrift or not self._has_begun:
            self._try_to_land(quiet=not signals)
        else:
            self._do_chores()

    def keeps_up(self) -> bool:
        """Tell whether what comes in is written somewhere; a restart can help where it is not."""
        if not self._unserved:
            self._served_all = self._post.steady()
        return self._post.steady() - self._served_all < _UNSERVED_FOR

    def _try_to_land(self, *, quiet: bool) -> None:
        if quiet and self._post.steady() >= self._next_landing:
            self._next_landing = self._post.steady() + _LANDING_PAUSE
            self._serve(())

    def _do_chores(self) -> None:
        try:
            self._chores.turn(self._releases, quiet=self._post.steady() >= self._quiet_from)
        except Unavailable as problem:
            self._doors.undo()
            log.warning("the database cannot be used now: %s", problem)

    def _serve(self, signals: Sequence[Signal]) -> None:
        try:
            self._begin_late()
            self._land()
            if signals:
                self._take(signals)
        except Unavailable as problem:
            self._doors.undo()
            self._drift(signals, problem)
        except Exception:
            self._doors.undo()
            if len(signals) == 1:
                self._park(signals[0])
                return
            log.exception("one of %d signals cannot be served; trying each alone", len(signals))
            for signal in signals:
                self._serve((signal,))

    def _take(self, signals: Sequence[Signal]) -> None:
        self._settling.catch_up()
        questions = questions_of(self._post.step, signals) if self._shift.is_shared else ()
        ahead = [*self._shift.news(), *(asked_of(questions) if questions else ())]
        with self._post.desk.open(ahead=ahead) as book:
            self._shift.catch_up(book)
            if questions:
                foresee(book, questions)
            deeds = self._judge_all(book, signals)
            puts_off = len(deeds) == 1 and not self._shift.is_shared
            if puts_off:
                self._settling.put_off(book)
            self._note(book)
        self._releases.open_doors(deeds, self._post.clock())
        self._keep()
        if puts_off:
            self._releases.send()
            self._settling.settle(self._releases)
        self._releases.answer(deeds)

    def _keep(self) -> None:
        self._doors.keep()
        self._shift.keep()

    def _judge_all(self, book: Book, signals: Sequence[Signal]) -> list[Deed]:
        """Judge one after the other; let what still waits for the broker go meanwhile."""
        deeds = []
        for number, signal in enumerate(signals, 1):
            deeds.append(self._judge(book, signal))
            if number % _BREATHER == 0 and not self._post.wires.settled():
                self._post.wires.flush()
        return deeds

    def _drift(self, signals: Sequence[Signal], problem: Unavailable) -> None:
        """Serve without the book: what is decided lands when the database is back."""
        if signals and not self._adrift:
            log.error("the database cannot be written (%s); deciding from what is known", problem)
            self._try_to_hurry(_HURRY)
        try:
            deeds = self._adrift.serve(signals)
        except OSError as full:
            log.error("the spool cannot be written either (%s); the doors stay as they are", full)  # noqa: TRY400 - no fault of ours
            self._unserved = [*self._unserved, *signals]
            return
        self._releases.open_doors(deeds, self._post.clock())
        self._doors.keep()
        self._releases.answer(deeds)

    def _land(self) -> None:
        """Write down what waited for the database, first of all and in order."""
        if not self._adrift:
            return
        bad: list[int] = []
        try:
            for first in range(0, len(self._adrift), LANDED_AT_ONCE):
                self._land_these(range(len(self._adrift))[first : first + LANDED_AT_ONCE])
                self._post.alive()
        except Unavailable:
            raise
        except Exception:
            log.exception("what was spooled cannot be written down in one go; trying each alone")
            bad = [number for number in range(len(self._adrift)) if not self._lands(number)]
        self._adrift.landed(bad)
        self._try_to_hurry(PATIENCE)

    def _lands(self, number: int) -> bool:
        try:
            self._land_these((number,))
        except Unavailable:
            raise
        except Exception:
            log.exception("entry %d of the spool cannot be written down and is set aside", number)
            return False
        return True

    def _land_these(self, numbers: Sequence[int]) -> None:
        try:
            with self._post.desk.open() as book:
                self._shift.catch_up(book)
                for signal in self._adrift.land(book, numbers):
                    self._judge(book, signal)
                self._note(book)
        except BaseException:
            self._doors.undo()
            raise
        self._keep()

    def _try_to_hurry(self, seconds: float) -> None:
        try:
            self._post.desk.be_patient(seconds)
        except Unavailable:
            log.info("the database does not even say how long to wait for it")

    def _note(self, book: Book) -> None:
        """Write down, with the rest, how far everything got."""
        self._settling.note(book)
        self._releases.note(book)
        self._chores.note(book)

    def _judge(self, book: Book, signal: Signal) -> Deed:
        step = self._post.step
        match signal:
            case Tap():
                guarded = self._doors.is_guarded(signal.door)
                return take_tap(book, step, signal, guarded=guarded)
            case ExitPress():
                return take_exit(book, step.house, signal)
            case Remote():
                return take_remote(book, step.house, signal)
            case Scrutiny():
                return Deed(signal.receipt, enrolling.scrutinised(book, step.key, signal))
            case Nonsense():
                return take_nonsense(book, step.house, signal)
            case Level() | Trouble() | Nudge() | Gone() | Nothing():
                self._heed(book, signal)
                return Deed(signal.receipt)

    def _heed(self, book: Book, signal: Level | Trouble | Nudge | Gone | Nothing) -> None:
        match signal:
            case Level():
                self._doors.take(book, signal)
            case Trouble():
                self._doors.lookout.trouble(book, signal)
            case Nudge():
                self._chores.look_now()
            case Gone() | Nothing():
                pass

    def _park(self, signal: Signal) -> None:
        """Write down a signal that we fail to serve, so that it does not come again for ever."""
        log.exception("a signal cannot be served and is set aside")  # noqa: LOG004 - called from the except above
        now = self._post.clock()
        door = None if isinstance(signal, Nudge | Gone | Nothing) else signal.door
        entry = Entry(Kind.SYSTEM, now, now, door=door, reason="set-aside")
        with self._post.desk.open() as book:
            journal.append(book, entry)
            self._note(book)
        self._releases.open_doors([Deed(signal.receipt, book.head.seq)], now)
        self._releases.send()
