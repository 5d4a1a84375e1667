"""Forgets what is too old, once on each of the site's own days, in a thread beside the API."""

import logging
from datetime import datetime

from api.parts import Parts
from api.rounds import Rounds
from daemon.hours import local_day
from daemon.privacy.retention import forget_old
from daemon.store import followers
from daemon.store.turns import turn
from devices.clock import micros, moment

log = logging.getLogger(__name__)

NAME = "retention"


class Forgetter(Rounds):
    """Every ten minutes; what is being forgotten is forgotten to its end."""

    name, pause = "forgetter", 600.0
    trouble = "what is too old could not be forgotten; trying again"

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._parts = parts

    def look(self) -> None:
        """Forget, if nobody has today and nobody is at it."""
        with turn(self._parts.store, self._parts.site, NAME) as mine:
            if mine:
                self._forget()

    def _forget(self) -> None:
        parts, now = self._parts, self._parts.clock()
        last = followers.kept(parts.store, parts.site, NAME)
        if last is not None and self._day(moment(last)) == self._day(now):
            return
        forgotten = forget_old(parts.store, parts.settings, now, lambda _, __: None)
        followers.keep(parts.store, parts.site, NAME, micros(now))
        if forgotten:
            log.info("forgotten: %s", ", ".join(f"{n} {what}" for what, n in forgotten.items()))

    def _day(self, at: datetime) -> object:
        return local_day(at, self._parts.house.calendar)
