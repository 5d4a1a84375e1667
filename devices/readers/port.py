"""A reader at this host in a thread of its own: opened, looked at, lost, opened again.

What differs from library to library is a `Reader`. Nothing of it may trouble a doorman: what goes
wrong is a log line, the word that the reader is away, and another try.
"""

import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import NamedTuple, Protocol

from devices import clock as clocks
from devices.cards.contract import Examiner, Scrutiniser, Transceiver
from devices.clock import Clock
from devices.contract import (
    Command,
    DeviceError,
    Feedback,
    Fitting,
    Level,
    Nonsense,
    Proof,
    Scrutiny,
    Signal,
    Tap,
    Unreachable,
)
from devices.readers.lying import Lying
from devices.uid import LENGTHS, Uid

log = logging.getLogger(__name__)


class Found(NamedTuple):
    """A card that lies there now. `card`: what can be asked to prove itself, if it can.

    `chip`: what can be asked for NXP's signature. With an `alias`, a uid format that loses digits,
    `uid` is the text that the reader wrote.
    """

    uid: Uid
    card: Transceiver | None = None
    alias: str | None = None
    chip: Transceiver | None = None


class Misread(NamedTuple):
    """The reader wrote what cannot be a number in its format; `problem` does not quote it."""

    problem: str


class Reader(Protocol):
    """A reader that is open; every library has its own. Used by one thread only."""

    def look(self) -> Found | Misread | None:
        """Return the card that lies there, if any; raises Unreachable if the reader is away."""

    def show(self, *, granted: bool) -> None:
        """Show the answer by colour and sound, where it can; raises Unreachable."""

    def close(self) -> None:
        """Leave the device as it was found, away or not; never raises."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How often the reader is looked at, and tried again once it is away; who tells the time."""

    rest: float
    retry: float = 0.5
    clock: Clock = clocks.now
    steady: Callable[[], float] = clocks.steady


class Experts(NamedTuple):
    """Who asks cards at a reader to prove themselves, and who looks at new badges."""

    examine: Examiner | None = None
    scrutinise: Scrutiniser | None = None


NOBODY = Experts()


class ReaderPort:
    """One reader of one door. `open_reader` raises DeviceError as long as it is not there."""

    def __init__(
        self,
        fitting: Fitting,
        open_reader: Callable[[], Reader],
        habits: Habits,
        experts: Experts = NOBODY,
    ) -> None:
        self._fitting = fitting
        self._open = open_reader
        self._habits = habits
        self._examine = experts.examine
        self._scrutinise = experts.scrutinise
        self._there: Found | None = None
        self._lying = Lying()
        self._answers: SimpleQueue[Feedback] = SimpleQueue()
        self._end = threading.Event()
        self._thread: threading.Thread | None = None
        self._online: bool | None = None
        self._trouble = ""

    def start(self, hear: Callable[[Signal], None]) -> None:
        """Begin to read; `hear` takes signals from any thread and never blocks."""
        self._end.clear()
        name = f"{self._fitting.driver} {self._fitting.door}/{self._fitting.name}"
        self._thread = threading.Thread(target=self._run, args=(hear,), name=name, daemon=True)
        self._thread.start()

    def release(self, _: Command) -> bool:
        """Tell that there is no lock on this wire."""
        return False

    def answer(self, feedback: Feedback) -> None:
        """Have the reader show the feedback if it is its own."""
        mine = feedback.door == self._fitting.door and feedback.reader == self._fitting.name
        if mine and self._online:
            self._answers.put(feedback)

    def is_up(self) -> bool:
        """Tell whether the reader answers."""
        return self._online is True

    def stop(self, limit: float) -> None:
        """End within `limit` seconds and leave the device as found; may be called twice."""
        self._end.set()
        if self._thread is not None:
            self._thread.join(limit)

    def _run(self, hear: Callable[[Signal], None]) -> None:
        while not self._end.is_set():
            try:
                self._serve(hear)
            except DeviceError as away:
                self._miss(hear, str(away))
            except Exception:
                log.exception("the reader of %s failed and is opened anew", self._fitting.door)
                self._miss(hear, "it failed")
            self._end.wait(self._habits.retry)
        self._online = None

    def _serve(self, hear: Callable[[Signal], None]) -> None:
        """Serve the reader from opening it until it is lost or time to end."""
        reader = self._open()
        try:
            self._lying.opened(self._habits.steady())
            self._say(hear, online=True)
            while not self._end.is_set():
                self._turn(reader, hear)
                self._end.wait(self._habits.rest)
        finally:
            reader.close()

    def _turn(self, reader: Reader, hear: Callable[[Signal], None]) -> None:
        found = reader.look()
        if isinstance(found, Misread):
            self._complain(found, hear)
        elif found is not None and (found.alias or len(found.uid) in LENGTHS):
            self._meet(found, hear)
        self._there = found if isinstance(found, Found) else None
        try:
            while True:
                answer = self._answers.get_nowait()
                if answer.scrutinise:
                    self._look_closely(hear)
                reader.show(granted=answer.granted)
        except Empty:
            return

    def _look_closely(self, hear: Callable[[Signal], None]) -> None:
        """Look at the card that has just become a badge, if it still lies there."""
        found, fitting = self._there, self._fitting
        if found is None or found.chip is None or self._scrutinise is None:
            return
        looked = self._scrutinise(found.chip)
        self._lying.still(found.uid, self._habits.steady())
        hear(Scrutiny(fitting.door, fitting.name, found.uid, *looked, self._habits.clock()))

    def _meet(self, found: Found, hear: Callable[[Signal], None]) -> None:
        steady = self._habits.steady
        if not self._lying.is_new(found.uid, steady()):
            return
        fitting, received = self._fitting, self._habits.clock()
        proof = self._proof_of(found.card)
        self._lying.still(found.uid, steady())
        mark = secrets.token_hex(8)
        tap = Tap(
            fitting.door,
            fitting.name,
            found.uid,
            None,
            None,
            received,
            mark,
            alias=found.alias,
            proof=proof,
        )
        hear(tap)

    def _complain(self, misread: Misread, hear: Callable[[Signal], None]) -> None:
        fitting, received = self._fitting, self._habits.clock()
        problem = f"{fitting.driver} {fitting.name}: {misread.problem}"
        mark = secrets.token_hex(8)
        hear(Nonsense("malformed", problem, fitting.door, None, received, mark))

    def _proof_of(self, card: Transceiver | None) -> Proof | None:
        """Ask the card to prove itself, if somebody wants to know and it is one that can."""
        if card is None or self._examine is None:
            return None
        try:
            return self._examine(card)
        except Unreachable:
            return None  # taken away too soon: the number is all there is

    def _say(self, hear: Callable[[Signal], None], *, online: bool) -> None:
        if self._online is online:
            return
        if online:
            log.info("the reader %s of %s is there", self._fitting.name, self._fitting.door)
            self._trouble = ""
        self._online = online
        fitting, received = self._fitting, self._habits.clock()
        hear(Level(fitting.door, received, online=online, device=fitting.name))

    def _miss(self, hear: Callable[[Signal], None], trouble: str) -> None:
        """Tell once what is wrong, however often it is tried again."""
        if trouble != self._trouble:
            self._trouble = trouble
            log.warning(
                "the reader %s of %s is away: %s; it is tried again all the time",
                self._fitting.name,
                self._fitting.door,
                trouble,
            )
        self._drain()
        self._say(hear, online=False)

    def _drain(self) -> None:
        """Forget answers that came too late to be shown."""
        while not self._answers.empty():
            self._answers.get_nowait()
