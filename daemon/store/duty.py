"""Several doormen of one site on PostgreSQL: who does what must be done once, and word of news.

The right to do it is an advisory lock of the session that also writes it, so who has lost the
connection has lost the right. News is told by NOTIFY after the commit, never in a tap's own: a
transaction that notifies waits for every other one of the server that does.
"""

from collections.abc import Sequence
from datetime import datetime
from zlib import crc32

from sqlalchemy import Integer, Select, bindparam, func, literal, select

from daemon.store.book import Ask, Book
from daemon.store.prepared import Row
from daemon.store.tables import JournalRow
from devices.clock import micros

CHANNEL = "usciere"
_NUMBER = bindparam("number", type_=Integer)


def taking(kind: bytes) -> Select[tuple[bool]]:
    """Return the taking of an advisory lock, if nobody has it, until the session ends."""
    return select(func.pg_try_advisory_lock(literal(int.from_bytes(kind), Integer), _NUMBER))


def giving_back(kind: bytes) -> Select[tuple[bool]]:
    """Return the giving back of what was taken."""
    return select(func.pg_advisory_unlock(literal(int.from_bytes(kind), Integer), _NUMBER))


TRY = taking(b"usc")
"""Take the right to do what is done once, if nobody has it."""
TELL = select(func.pg_notify(CHANNEL, bindparam("site")))
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


def news(after: int) -> Ask:
    """Return what `by_others` asks, to be asked ahead."""
    return _BY_OTHERS, {"after": after}


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
