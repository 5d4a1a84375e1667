"""Several doormen of one site on PostgreSQL: who does what must be done once, and word of news.

The right to do it is an advisory lock of the session that also writes it, so who has lost the
connection has lost the right. News is told by NOTIFY after the commit, never in a tap's own: a
transaction that notifies waits for every other one of the server that does.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from zlib import crc32

import psycopg
from sqlalchemy import Integer, bindparam, func, literal, select
from sqlalchemy.engine import URL

from daemon.store.book import Book
from daemon.store.prepared import Row
from daemon.store.tables import JournalRow
from devices.clock import micros

log = logging.getLogger(__name__)

_CHANNEL = "usciere"
_LOCK = int.from_bytes(b"usc")
_LISTENS_FOR = 1.0
_PAUSE = 1.0

TRY = select(func.pg_try_advisory_lock(literal(_LOCK, Integer), bindparam("number", type_=Integer)))
"""Take the right to do what is done once, if nobody has it; held until the session ends."""
TELL = select(func.pg_notify(_CHANNEL, bindparam("site")))
"""Say that a site's journal has grown."""
HEARTBEAT = (
    "set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2; set tcp_user_timeout = 9000"
)
"""Makes the server notice within seconds that the host of a session has gone."""
_BY_OTHERS = (
    select(
        JournalRow.seq,
        JournalRow.kind,
        JournalRow.door,
        JournalRow.reader,
        JournalRow.at,
        JournalRow.received_at,
        JournalRow.granted,
        JournalRow.reason,
        JournalRow.late,
        JournalRow.detail,
    )
    .where(
        JournalRow.site == bindparam("site"),
        JournalRow.seq > bindparam("after"),
        (JournalRow.kind == "tap") | (JournalRow.kind == "exit"),
    )
    .order_by(JournalRow.seq)
)
_ALARMED = (
    select(JournalRow.seq)
    .where(
        JournalRow.site == bindparam("site"),
        JournalRow.seq > bindparam("after"),
        JournalRow.kind == "alarm",
        JournalRow.door == bindparam("door"),
        JournalRow.reason == bindparam("reason"),
        JournalRow.received_at >= bindparam("since"),
    )
    .limit(1)
)
_RELEASED = (
    select(JournalRow.seq)
    .where(
        JournalRow.site == bindparam("site"),
        JournalRow.seq > bindparam("after"),
        JournalRow.door == bindparam("door"),
        JournalRow.granted.is_(True) | (JournalRow.reason == "remote-unlock"),
        JournalRow.received_at >= bindparam("since"),
    )
    .limit(1)
)
_WITHIN = 5_000


def number_of(site: str) -> int:
    """Return the number of a site's advisory lock; two sites with one number only take turns."""
    return crc32(site.encode()) - (1 << 31)


def by_others(book: Book, after: int) -> Sequence[Row]:
    """Return the taps and exit presses behind an entry: seq to detail, as `_BY_OTHERS` has them."""
    return book.all(_BY_OTHERS, after=after)


def was_alarmed(book: Book, door: str, reason: str, since: datetime) -> bool:
    """Tell whether staff have been alarmed of this since a moment."""
    after = book.head.seq - _WITHIN
    return (
        book.one(_ALARMED, after=after, door=door, reason=reason, since=micros(since)) is not None
    )


def was_released(book: Book, door: str, since: datetime) -> bool:
    """Tell whether anybody has let somebody through this door since a moment."""
    return (
        book.one(_RELEASED, after=book.head.seq - _WITHIN, door=door, since=micros(since))
        is not None
    )


class Listener:
    """Hears of news by LISTEN, in a thread of its own; `hear` is called from there.

    Hears nothing while the database is away; whoever wants to be sure looks once a second.
    """

    def __init__(self, url: URL, site: str, hear: Callable[[], None]) -> None:
        self._url = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._site = site
        self._hear = hear
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._run, name="listener", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self, limit: float) -> None:
        """End within `limit` seconds."""
        self._enough.set()
        self._thread.join(limit)

    def _run(self) -> None:
        while not self._enough.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True, connect_timeout=2) as line:
                    line.execute(f"LISTEN {_CHANNEL}")
                    self._listen(line)
            except psycopg.Error as problem:
                log.info("no news from the database (%s); asking again", problem)
                self._enough.wait(_PAUSE)

    def _listen(self, line: "psycopg.Connection[tuple[object, ...]]") -> None:
        while not self._enough.is_set():
            for news in line.notifies(timeout=_LISTENS_FOR):
                if news.payload == self._site:
                    self._hear()
                if self._enough.is_set():
                    return
