"""Cards' counters without a book: remembered from what went by, else read where that is possible.

Of a card that was never seen while nothing can be read, nobody can tell whether its address is new.
"""

import logging

from daemon.house import House
from daemon.store import counters
from daemon.store.book import reading_book
from daemon.store.engine import Store

log = logging.getLogger(__name__)


class Counters:
    """The last counter of every card, and the message it came in: that one may come again."""

    def __init__(self, house: House, store: Store) -> None:
        self._house = house
        self._store = store
        self._last: dict[bytes, tuple[int, str]] = {}

    def note(self, card: bytes, counter: int, message: str) -> None:
        """Keep a counter, if it is above the last."""
        last = self._last.get(card)
        if last is None or last[0] < counter:
            self._last[card] = (counter, message)

    def rises(self, card: bytes, counter: int, message: str) -> bool | None:
        """Take note of a counter; False if it is an old one, None if nobody can tell."""
        last = self._last.get(card)
        if last == (counter, message):
            return True  # judged before, in a book that could not be closed
        known = self._known(card, last)
        if known is None:
            return None
        if counter <= known:
            return False
        self.note(card, counter, message)
        return True

    def _known(self, card: bytes, last: tuple[int, str] | None) -> int | None:
        """Return the last counter that anybody knows of; -1 if there is none, None if unknown."""
        remembered = None if last is None else last[0]
        try:
            with reading_book(self._store, self._house.site) as book:
                written = counters.known(book, card)
        except Exception as problem:  # noqa: BLE001 - whatever ails the database, doors go on
            log.info("the database cannot be read either: %s", problem)
            return remembered
        return max((each for each in (remembered, written) if each is not None), default=-1)
