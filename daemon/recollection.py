"""What can still be seen of a tap without the book: read where the database allows, else recalled.

What is recalled of a badge is as it was last seen; of the building, as anybody was last seen.
"""

import logging
from collections import OrderedDict
from dataclasses import replace
from datetime import timedelta

from daemon.access.facts import Building, Message
from daemon.house import House
from daemon.store import answers
from daemon.store.book import reading_book
from daemon.store.engine import Store
from daemon.store.sight import Question, Sight, look
from devices.contract import ExitPress

log = logging.getLogger(__name__)

_BADGES = 5_000
_NONE = timedelta()


class Recollection:
    """Remembers the badges that were seen last; no stranger drives them out."""

    def __init__(self, house: House, store: Store) -> None:
        self._house = house
        self._store = store
        self._seen: OrderedDict[bytes, Sight] = OrderedDict()
        self._orders = Building()
        self._doors: dict[str, Building] = {}

    def remember(self, badge: bytes, sight: Sight) -> None:
        """Keep what was last seen of a badge, and of the building with it."""
        building = sight.facts.building
        self._orders = self._doors[sight.facts.place.door] = building
        if sight.facts.badge is None:
            return
        self._seen[badge] = sight
        self._seen.move_to_end(badge)
        if len(self._seen) > _BADGES:
            self._seen.popitem(last=False)

    def see(self, question: Question) -> Sight | None:
        """Return what is known of a tap; None if that is nothing."""
        try:
            with reading_book(self._store, self._house.site) as book:
                return look(book, self._house, question)
        except Exception as problem:  # noqa: BLE001 - whatever ails the database, doors go on
            log.info("the database cannot be read either: %s", problem)
            return self._recalled(question)

    def _recalled(self, question: Question) -> Sight | None:
        sight = self._seen.get(question.hash)
        if sight is None:
            return None
        place = self._house.doors[question.door].places[question.reader]
        if place.bookable:  # who else has the room is not known, so only one's own time counts
            place = replace(place, walk_in=False, early=_NONE, late=_NONE)
        facts = replace(
            sight.facts,
            place=place,
            slots=(),
            before=None,
            message=Message(late=question.late),
            building=self._building(question.door),
        )
        return sight._replace(facts=facts, answer=None)

    def _building(self, door: str) -> Building:
        """Return the orders for all as they were last seen anywhere, for the door as seen there."""
        there = self._doors.get(door, Building())
        return replace(there, fire=self._orders.fire, lockdown=self._orders.lockdown)

    def was_pressed(self, press: ExitPress, key: str) -> bool:
        """Tell whether the database knows of this press; what cannot be read is news."""
        try:
            with reading_book(self._store, self._house.site) as book:
                return answers.is_known(book, press.door, key, press.received)
        except Exception as problem:  # noqa: BLE001 - as above: the exit opens
            log.info("the database cannot be read either: %s", problem)
            return False
