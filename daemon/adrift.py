"""The doorman while the database cannot be written: decides from what can be read, opens, spools.

An open door with a late record beats a locked-out member. Taps and exit presses are answered at
once and land, in order, when the database is back, exactly as they were decided. What doors report
of themselves waits unacknowledged.
"""

import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

from daemon import landing
from daemon.access.decide import decide
from daemon.access.facts import Facts, Role
from daemon.access.verdict import Granted, Reason, Refused, Verdict
from daemon.feedback import Said, feedback
from daemon.landing import Landed
from daemon.presence import Presence
from daemon.store.book import Book, reading_book
from daemon.store.engine import Store
from daemon.store.sight import Question, Sight, look
from daemon.store.spool import Spool
from daemon.taps import COMMAND_LIFE, SECOND, Deed, Doorstep
from devices.contract import Action, Command, ExitPress, Feedback, Signal, Tap
from devices.uid import keyed_hash, tail

log = logging.getLogger(__name__)

_REMEMBERED = 5_000


class Adrift:
    """What the doorman does without his book. Full as long as something has yet to land."""

    def __init__(self, step: Doorstep, store: Store, spool: Spool) -> None:
        self._step = step
        self._store = store
        self._spool = spool
        self._seen: OrderedDict[bytes, Sight] = OrderedDict()
        self._answers = {(e.door, e.id): e for e in map(landing.read, spool.records)}
        self._held: list[Signal] = []

    def __bool__(self) -> bool:
        return bool(self._spool) or bool(self._held)

    def remember(self, badge: bytes, sight: Sight) -> None:
        """Keep what was last seen of a badge, should the database not even be readable."""
        self._seen[badge] = sight
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)

    def serve(self, signals: Sequence[Signal]) -> list[Deed]:
        """Return what to do about taps and exits, once they are on disk; hold the rest."""
        deeds, fresh = [], []
        for signal in signals:
            if not isinstance(signal, Tap | ExitPress):
                self._held.append(signal)
                continue
            landed, is_new = self._answer(signal)
            if is_new:
                fresh.append(landed)
            deeds.append(self._deed(signal, landed, opens=is_new))
        self._spool.add([landing.written_down(each) for each in fresh])
        self._answers |= {(each.door, each.id): each for each in fresh}
        return deeds

    def land(self, book: Book) -> list[Signal]:
        """Write down all that waited; return the signals that were held. `landed` ends it."""
        for record in self._spool.records:
            landing.land(book, self._step, landing.read(record))
        return self._held

    def landed(self) -> None:
        """Forget what waited: it is in the database now."""
        if self._spool:
            log.warning("the database is back; %d entries have landed", len(self._spool.records))
            self._spool.clear()
        self._answers.clear()
        self._held.clear()

    def set_aside(self) -> None:
        """Keep what cannot land in a file of its own, for people to look at."""
        self._spool.set_aside()
        self.landed()

    def _answer(self, signal: Tap | ExitPress) -> tuple[Landed, bool]:
        name = signal.id or f"auto-{signal.fingerprint}"
        known = self._answers.get((signal.door, name))
        if known is not None and (signal.id or (signal.receipt and signal.receipt.again)):
            return known, False
        if known is not None:
            name = f"{name}.{len(self._answers)}"
        if isinstance(signal, ExitPress):
            return landing.of_exit(signal, name), True
        return self._decided(signal, name), True

    def _decided(self, tap: Tap, name: str) -> Landed:
        house, hashed = self._step.house, keyed_hash(tap.uid, self._step.key)
        at = tap.at or tap.received
        late = tap.waited if tap.at is None else abs(tap.received - tap.at) > house.oldest_tap
        sight = self._see(Question(tap.door, tap.reader, hashed, name, at, late))
        verdict: Verdict = Refused(Reason.BROKEN_FACTS)
        if sight is not None:
            verdict = decide(_here(sight.facts, self._step, tap), at)
        said = Said(
            name,
            (sight and sight.language) or house.language,
            sight and sight.name,
            _presence(sight, verdict),
            at,
            house.calendar.zone,
        )
        return Landed(
            "tap", tap.door, tap.reader, name, at, tap.received, late, hashed, tail(tap.uid),
            isinstance(verdict, Granted), verdict.reason, feedback(said, verdict),
        )  # fmt: skip

    def _see(self, question: Question) -> Sight | None:
        try:
            with reading_book(self._store, self._step.house.site) as book:
                return look(book, self._step.house, question)
        except Exception:  # noqa: BLE001 - whatever ails the database, doors go on
            return self._seen.get(question.hash)

    def _deed(self, signal: Tap | ExitPress, landed: Landed, *, opens: bool) -> Deed:
        door = self._step.house.doors[signal.door]
        command = None
        if opens and landed.granted and landed.reason is not Reason.REPEAT:
            command = Command(
                signal.door,
                f"{self._step.house.site}-x{landed.received:%Y%m%d%H%M%S%f}-{landed.id[:40]}",
                Action.UNLOCK,
                door.unlock // SECOND,
                signal.received,
                signal.received + COMMAND_LIFE,
                landed.id if landed.kind == "tap" else None,
            )
        answer = None if landed.feedback is None else Feedback(signal.door, landed.feedback)
        return Deed(signal.receipt, 0, command, answer)


def _here(facts: Facts, step: Doorstep, tap: Tap) -> Facts:
    """Return what is known of the badge, at this door: it may have been seen at another one."""
    return replace(facts, place=step.house.doors[tap.door].places[tap.reader])


def _presence(sight: Sight | None, verdict: Verdict) -> Presence | None:
    """Return the word for the reader as far as it can be told without a book."""
    if sight is None or not isinstance(verdict, Granted) or verdict.reason is Reason.REPEAT:
        return None
    return _WORD.get(sight.facts.place.role)


_WORD = {Role.ENTRY: Presence.IN, Role.ROOM: Presence.IN, Role.EXIT: Presence.OUT}
