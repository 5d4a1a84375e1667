"""Tells one receiver what stands in the journal, in order, in a thread of its own.

A receiver that hangs holds up this thread and nobody else; no transaction is open meanwhile. What
was posted is kept within a second, so whoever is killed posts the last few once more, under the
same ids: everything arrives at least once.
"""

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from api.parts import Parts
from api.rounds import Rounds
from daemon.store import webhooks
from daemon.store.entries import EntryShown
from daemon.store.webhooks import HOLD, Lost, Place, Standing
from daemon.webhooks.message import message_of
from daemon.webhooks.patience import SPAN, is_past_hope, pause
from daemon.webhooks.posting import Failed, Gone, Taken, post
from daemon.webhooks.receivers import Receiver
from daemon.webhooks.signature import signed
from devices.moments import parse

log = logging.getLogger(__name__)

_PAUSE, _AFTER_A_BUG = 1.0, 60.0
_AT_ONCE = 20
_KEPT_EVERY = 1.0
_FAR_BEHIND = 1000
"""So many entries that nobody wants are worth a note that they were looked at."""


class Courier(Rounds):
    """Every second; a post under way has its own time limit."""

    name, after_trouble = "courier", _AFTER_A_BUG

    def __init__(
        self, parts: Parts, receiver: Receiver, chance: Callable[[], float] = random.random
    ) -> None:
        super().__init__()
        self.pause = _PAUSE
        self.trouble = f"{receiver.shown} could not be looked after; going on"
        self._parts = parts
        self._receiver = receiver
        self._place = Place(parts.site, receiver.name)
        self._chance = chance
        self._tries = 0
        self._not_before = parts.steady()

    def look(self) -> None:
        """Post what waits, unless the receiver has failed and is to be left alone for a while."""
        self.pause = _PAUSE
        try:
            while self._parts.steady() >= self._not_before and self._round():
                pass
        except Lost:
            log.warning("another process tells %s by now", self._receiver.shown)

    def _round(self) -> bool:
        """Deal with the next entries; tell whether there may be more."""
        parts, place = self._parts, self._place
        with parts.store.reading() as session:
            stands = webhooks.standing(session, place)
            if stands is None or stands.gone is not None:
                return False
            entries, upto = webhooks.waiting(
                session, place.site, stands.seq, self._receiver.kinds, _AT_ONCE
            )
        if not entries and upto - stands.seq < _FAR_BEHIND:
            return False
        held = webhooks.take(parts.store, place, stands.seq, parts.clock())
        if held is None:
            return False
        self._deliver(entries, upto, stands, held)
        return len(entries) == _AT_ONCE and not self._enough.is_set()

    def _deliver(
        self, entries: Sequence[EntryShown], upto: int, stands: Standing, held: datetime
    ) -> None:
        """Post entries until one must wait; keep what came of it and give the receiver back."""
        parts, place = self._parts, self._place
        kept = parts.steady()
        for entry in entries:
            stands = self._tell(entry, stands)
            if stands.seq < entry["seq"] or self._enough.is_set():
                break
            if parts.steady() - kept >= _KEPT_EVERY:
                until = parts.clock() + HOLD
                webhooks.keep(parts.store, place, held, stands, until)
                held, kept = until, parts.steady()
        else:
            stands = replace(stands, seq=upto)
        webhooks.keep(parts.store, place, held, stands, None)

    def _tell(self, entry: EntryShown, stands: Standing) -> Standing:
        """Post an entry; return how the receiver stands then, behind the entry if it is done."""
        receiver = self._receiver
        message = message_of(self._place.site, entry)
        signature = signed(receiver.secrets, message, self._parts.clock())
        match post(receiver.url, message, signature, receiver.ways):
            case Taken():
                self._tries = 0
                if stands.failing is not None:
                    log.info("%s takes what it is told again", receiver.shown)
                return Standing(entry["seq"])
            case Gone():
                log.warning("%s wants to be told no more, and is not", receiver.shown)
                return replace(stands, gone=self._parts.clock())
            case Failed(why):
                return self._failed(entry, stands, why)

    def _failed(self, entry: EntryShown, stands: Standing, why: str) -> Standing:
        now = self._parts.clock()
        self._tries += 1
        failing = stands.failing or now
        stands = replace(stands, failing=failing, problem=why)
        if is_past_hope(parse(entry["received_at"]), failing, now):
            log.warning("%s; entry %d is given up after %d days", why, entry["seq"], SPAN.days)
            return replace(stands, seq=entry["seq"])
        wait = pause(self._tries, self._chance()).total_seconds()
        self._not_before = self._parts.steady() + wait
        log.warning("%s; trying again in %.0f s", why, wait)
        return stands
