"""Writes to members what the journal has for them, in a thread of its own, far from every door.

How far he got is kept, so a letter goes out once, and what happened while he was away goes out
later; not much later, though: nobody wants to hear tomorrow that a guest is at the door.
"""

import logging
from datetime import timedelta

from api.parts import Parts
from api.rounds import Rounds
from daemon import mail
from daemon.config.settings import Mail
from daemon.store import correspondence, followers
from daemon.store.correspondence import Addressed
from daemon.store.turns import turn
from devices.clock import moment
from devices.contract import Refused, Unreachable

log = logging.getLogger(__name__)

NAME = "postman"
WORTHLESS = timedelta(hours=2)
_AT_ONCE = 200
_PAUSE, _LONGEST_PAUSE = 5.0, 300.0


class Postman(Rounds):
    """Every few seconds; a letter under way is left to its own time limit."""

    name, after_trouble = "postman", _LONGEST_PAUSE
    trouble = "letters could not be looked after; going on"

    def __init__(self, parts: Parts, settings: Mail) -> None:
        super().__init__()
        self._parts = parts
        self._mail = settings
        self.pause = _PAUSE

    def look(self) -> None:
        """Send what is due; an unreachable server is asked again later, ever more seldom.

        Of several at one house one goes round; another goes on where he ended.
        """
        try:
            with turn(self._parts.store, self._parts.site, NAME) as mine:
                while mine and self._round() and not self._enough.is_set():
                    pass
        except Unreachable as trouble:
            self.pause = min(2 * self.pause, _LONGEST_PAUSE)
            log.warning("%s; trying again in %.0f s", trouble, self.pause)
        else:
            self.pause = _PAUSE

    def _round(self) -> bool:
        """Deal with the next entries; tell whether there may be more."""
        parts = self._parts
        after = followers.reached(parts.store, parts.site, NAME)
        with parts.store.reading() as session:
            rows, last = followers.following(
                session, parts.site, after, correspondence.REASONS, _AT_ONCE
            )
            letters = [
                (row.seq, correspondence.addressed(session, parts.settings, row))
                for row in rows
                if parts.clock() - moment(row.received_at) < WORTHLESS
            ]
        for seq, letter in letters:
            if letter is not None:
                self._send(letter)
                followers.reach(parts.store, parts.site, NAME, seq)
        if last > after:
            followers.reach(parts.store, parts.site, NAME, last)
        return last - after >= _AT_ONCE

    def _send(self, letter: Addressed) -> None:
        try:
            mail.send(self._mail.server, self._mail.sender, letter.email, letter.letter)
        except Refused as refusal:
            log.warning("no letter to member %s: %s", letter.member, refusal)
