"""The doorman while the database cannot be written: decides from what can be seen, opens, spools.

An open door with a late record beats a locked-out member. Everything is answered at once and lands,
in order, when the database is back: taps and exit presses exactly as they were decided.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from daemon import landing, oddities, pins
from daemon.access.decide import decide
from daemon.access.facts import Message, Role
from daemon.access.verdict import Granted, Reason, Refused, Verdict
from daemon.card_counters import Counters
from daemon.exits import message_of
from daemon.feedback import Said, feedback
from daemon.identity import identity_of
from daemon.landing import Landed, Waiting
from daemon.presence import Presence
from daemon.proofs import NOTHING, Exhibit
from daemon.recollection import Recollection
from daemon.store import answers
from daemon.store.answers import own_key
from daemon.store.book import Book
from daemon.store.engine import Store
from daemon.store.sight import Question, Sight
from daemon.store.spool import Spool
from daemon.taps import COMMAND_LIFE, Deed, Doorstep, question_of
from devices.contract import (
    Action,
    Command,
    ExitPress,
    Feedback,
    Level,
    Nonsense,
    Signal,
    Tap,
    Trouble,
)

log = logging.getLogger(__name__)


class _Before(NamedTuple):
    """Whose tap this message was when it came before, and what to do about it now."""

    hash: bytes
    deed: Deed


class Adrift:
    """What the doorman does without his book. Its length: how much has yet to land."""

    def __init__(self, step: Doorstep, store: Store, spool: Spool) -> None:
        self._step = step
        self._spool = spool
        self._recollection = Recollection(step.house, store)
        self.remember = self._recollection.remember
        self._counters = Counters(step.house, store)
        self.count = self._counters.note
        self._answers: dict[tuple[str, str, str], Landed] = {}
        self._grants: dict[tuple[bytes, str, str | None], datetime] = {}
        for waiting in map(landing.read, spool.records):
            if isinstance(waiting, Landed):
                self._keep(waiting)

    def __len__(self) -> int:
        return len(self._spool.records)

    def serve(self, signals: Sequence[Signal]) -> list[Deed]:
        """Return what to do about the signals, once all that must not be lost is on disk."""
        kept = dict(self._answers), dict(self._grants)
        try:
            taken = [self._take(signal) for signal in signals]
            self._spool.add([landing.written_down(each) for _, each in taken if each is not None])
        except BaseException:
            self._answers, self._grants = kept
            raise
        return [deed for deed, _ in taken]

    def land(self, book: Book, numbers: Sequence[int]) -> Iterator[Signal]:
        """Write down what waited under these numbers, from 0 on; `landed` ends it.

        Gives in between what doors reported, to be taken in before the next.
        """
        for number in numbers:
            waiting = landing.read(self._spool.records[number])
            signal = landing.land(book, self._step, waiting, number)
            if signal is not None:
                yield signal

    def landed(self, but: Sequence[int]) -> None:
        """Forget what waited: it is in the database now, `but` for what goes into a file apart."""
        log.warning("the database is back; %d entries have landed", len(self) - len(but))
        if but:
            self._spool.set_aside(but)
        self._spool.clear()
        self._answers.clear()
        self._grants.clear()

    def _keep(self, landed: Landed) -> None:
        """Keep what was answered, for who asks again."""
        if landed.reason is not Reason.REPLAY:
            self._answers[(landed.kind, landed.door, landed.id)] = landed
        if landed.counter is not None:
            self._counters.note(landed.hash, landed.counter, landed.id)
        if landed.granted and not landed.late and landed.reason is not Reason.REPEAT:
            self._grants[(landed.hash, landed.door, landed.reader)] = landed.at

    def _take(self, signal: Signal) -> tuple[Deed, Waiting | None]:
        """Return what to do about a signal, and what must be on disk before."""
        match signal:
            case Tap():
                return self._tapped(signal)
            case ExitPress():
                return self._pressed(signal)
            case Nonsense():
                said = oddities.answer(self._step.house, signal)
                return Deed(signal.receipt, feedback=said), signal
            case Level() | Trouble():
                return Deed(signal.receipt), signal
        return Deed(signal.receipt), None

    def _pressed(self, press: ExitPress) -> tuple[Deed, Waiting | None]:
        name = message_of(press)
        known = ("exit", press.door, name) in self._answers
        if known or self._recollection.was_pressed(press, own_key("exit", name)):
            if _is_asked_again(press):
                return Deed(press.receipt), None
            name = self._another(name, press)
        return self._decided(press, landing.of_exit(press, name))

    def _tapped(self, tap: Tap) -> tuple[Deed, Waiting | None]:
        house, card = self._step.house, identity_of(tap, self._step.key)
        question = question_of(house, tap, card)
        name, at, late, hashed = question.id, question.at, question.late, card.hash
        sight = self._recollection.see(question)
        if sight is not None and tap.pin is not None:
            sight = pins.entered(sight, tap.pin, self._step.key, at)
        before = self._before(tap, name, sight)
        exhibit, counter = NOTHING, None
        if tap.proof is not None:
            exhibit, counter = self._examined(tap, question)
        verdict = self._verdict(sight, question, exhibit)
        if before is not None and not _is_asked_again(tap):
            name = self._another(name, tap)
        elif before is not None:
            if before.hash == hashed:
                return before.deed, None
            verdict = Refused(Reason.REPLAY)
        said = self._said(name, sight, verdict, question)
        granted = isinstance(verdict, Granted)
        landed = Landed(
            "tap", tap.door, tap.reader, name, at, tap.received, late, hashed, card.tail,
            granted, verdict.reason, feedback(said, verdict), counter, *exhibit,
            None if sight is None else sight.card, tap.opened,
        )  # fmt: skip
        return self._decided(tap, landed)

    def _examined(self, tap: Tap, question: Question) -> tuple[Exhibit, int | None]:
        """Return what the badge proves as far as can be told, and its counter if that rose."""
        risen: list[int] = []

        def rises(counter: int) -> bool | None:
            answer = self._counters.rises(question.hash, counter, question.id)
            if answer:
                risen.append(counter)
            return answer

        exhibit = self._step.expert.judged(tap, rises, late=question.late)
        return exhibit, risen[0] if risen else None

    def _before(self, tap: Tap, name: str, sight: Sight | None) -> _Before | None:
        """Return what was answered to this message id before, here or in the book."""
        spooled = self._answers.get(("tap", tap.door, name))
        if spooled is not None:
            return _Before(spooled.hash, Deed(tap.receipt, feedback=_feedback_of(spooled)))
        known = None if sight is None else sight.answer
        if known is None or tap.received - known.received_at >= answers.REMEMBERED:
            return None
        text = known.feedback
        said = None if text is None else Feedback(tap.door, text, tap.reader, known.unlock)
        command = f"{self._step.house.site}-{known.seq}"
        issued = self._unlock(tap.door, command, name, known.received_at) if known.unlock else None
        receipt = tap.receipt
        same = receipt is not None and receipt.again and receipt.packet == known.packet
        deed = Deed(receipt, known.seq, issued, said, again=True, handed_again=same)
        return _Before(known.hash, deed)

    def _another(self, name: str, signal: Tap | ExitPress) -> str:
        """Return a name of its own for a message that has none and looks like an earlier one."""
        return f"{name}.{signal.received:%Y%m%d%H%M%S%f}.{len(self._answers)}"

    def _verdict(self, sight: Sight | None, question: Question, exhibit: Exhibit) -> Verdict:
        if sight is None:
            return Refused(Reason.BROKEN_FACTS)
        facts = replace(sight.facts, shown=exhibit.shown)
        granted = self._grants.get((question.hash, question.door, question.reader))
        if granted is not None and granted <= question.at < granted + self._step.house.repeat:
            facts = replace(facts, message=Message(facts.message.late, granted))
        return decide(facts, question.at)

    def _said(self, name: str, sight: Sight | None, verdict: Verdict, question: Question) -> Said:
        house = self._step.house
        return Said(
            name,
            (sight and sight.language) or house.language,
            sight and sight.name,
            _presence(sight, verdict),
            question.at,
            house.calendar.zone,
        )

    def _decided(self, signal: Tap | ExitPress, landed: Landed) -> tuple[Deed, Waiting]:
        self._keep(landed)
        command = None
        if landed.granted and landed.reason is not Reason.REPEAT and not signal.opened:
            name = f"{self._step.house.site}-x{landed.received:%Y%m%d%H%M%S%f}-{len(self._answers)}"
            tap = landed.id if landed.kind == "tap" else None
            command = self._unlock(signal.door, name, tap, signal.received)
        return Deed(signal.receipt, 0, command, _feedback_of(landed)), landed

    def _unlock(self, door: str, name: str, tap: str | None, issued: datetime) -> Command:
        seconds = self._step.house.doors[door].seconds
        return Command(door, name, Action.UNLOCK, seconds, issued, issued + COMMAND_LIFE, tap)


def _is_asked_again(signal: Tap | ExitPress) -> bool:
    """Tell whether a known name means the very same message, and not one that looks alike."""
    return signal.id is not None or (signal.receipt is not None and signal.receipt.again)


def _feedback_of(landed: Landed) -> Feedback | None:
    if landed.feedback is None:
        return None
    return Feedback(landed.door, landed.feedback, landed.reader, landed.granted)


def _presence(sight: Sight | None, verdict: Verdict) -> Presence | None:
    """Return the word for the reader as far as it can be told without a book."""
    if sight is None or not isinstance(verdict, Granted) or verdict.reason is Reason.REPEAT:
        return None
    return _WORD.get(sight.facts.place.role)


_WORD = {Role.ENTRY: Presence.IN, Role.ROOM: Presence.IN, Role.EXIT: Presence.OUT}
