"""Watches this machine's clock: whoever puts it has the journal, and staff, told by how much."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from daemon.alarms.clock import Glance, behind, put_by
from daemon.store import journal
from daemon.store.book import Book
from daemon.store.journal import Entry, Kind

log = logging.getLogger(__name__)


class Timekeeper:
    """Asked by the doorman's thread alone, about once a second. `steady`: seconds, never put."""

    def __init__(self, steady: Callable[[], float], now: datetime) -> None:
        self._steady = steady
        self._glance = Glance(now, steady())
        self._put = timedelta()

    def begin(self, book: Book, now: datetime) -> None:
        """Begin; alarm staff if the newest entry is of a time that is still to come."""
        self._glance = Glance(now, self._steady())
        newest = journal.newest(book)
        self._put = timedelta() if newest is None else behind(now, newest)
        self.tell(book, now)
        self._put = timedelta()

    def has_news(self, now: datetime) -> bool:
        """Take a look at the clock; tell whether it was put since staff were last told."""
        glance = Glance(now, self._steady())
        put = put_by(self._glance, glance)
        self._glance = glance
        self._put += put
        if put:
            log.warning("this machine's clock was put by %+.0f s", put.total_seconds())
        return bool(self._put)

    def tell(self, book: Book, now: datetime) -> None:
        """Alarm staff if the clock was put."""
        if self._put:
            detail = {"seconds": round(self._put.total_seconds())}
            journal.append(book, Entry(Kind.ALARM, now, now, reason="clock-set", detail=detail))

    def keep(self) -> None:
        """Staff have been told: the book is closed."""
        self._put = timedelta()
