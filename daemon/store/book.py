"""One transaction on one site's rows, and the pen that writes them on the driver's own cursor.

The doorman keeps a connection of his own (`desk.py`); the API opens a book beside an ORM session
(`book_of`). Both hold the site's row while they write, so `seq` has no gaps and no doubles.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session
from sqlalchemy.sql import Executable

from daemon.presence import Movement
from daemon.store import owed
from daemon.store.engine import Store
from daemon.store.memory import Memory
from daemon.store.prepared import Cursor, Prepared, Row, Statement
from daemon.store.tables import SiteRow


class Pen:
    """Compiles each statement once for one dialect and keeps it."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._ready: dict[Statement, Prepared] = {}

    def __call__(self, statement: Statement) -> Prepared:
        ready = self._ready.get(statement)
        if ready is None:
            made = statement if isinstance(statement, Executable) else statement(self._dialect)
            ready = self._ready[statement] = Prepared(made, self._dialect)
        return ready


_PENS: dict[tuple[str, str], Pen] = {}


def pen_of(dialect: Dialect) -> Pen:
    """Return the pen of all who speak to such a database, through such a driver."""
    return _PENS.setdefault((dialect.name, dialect.driver), Pen(dialect))


@dataclass(slots=True)
class Head:
    """The journal's end: the last `seq` and its hash; how far unlocks, announcements, presence got.

    `owed`: what the last entry still owes. `moved` once any of these is to be written.
    """

    seq: int
    hash: str
    released: int
    announced: int
    settled: int
    owed: str | None = None
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Orders:
    """What is ordered for the whole building."""

    lockdown: bool
    fire: bool


Later = dict[tuple[int, Statement], list[dict[str, object]]]
Ask = tuple[Statement, dict[str, object]]
"""A statement that reads, and its parameters but for the site."""
OWED = 1
"""What can be put off because the site's row tells it meanwhile."""
PRESENCE = 2
"""From this rank on, what is put off only tells who is in, and follows from the journal."""


@dataclass(frozen=True, slots=True)
class Afterwards:
    """What a book left to be written: rows that hold if the journal still ends at `seq`.

    `moves` is what they come from, should somebody else have written meanwhile. `owes`: there is
    more, which the next book writes by itself, whoever opens it.
    """

    seq: int
    rows: Later
    moves: tuple[Movement, ...]
    owes: bool


@dataclass(slots=True)
class Book:
    """An open transaction for one site. `head` and `orders` cannot change under it.

    `ahead`: what was read with the site's row, each good once and before anything is written.
    """

    site: str
    cursor: Cursor
    pen: Pen
    head: Head
    orders: Orders
    session: Session | None = None
    memory: Memory | None = None
    moves: list[Movement] = field(default_factory=list)
    ahead: dict[Statement, tuple[Mapping[str, object], Sequence[Row]]] = field(default_factory=dict)
    _later: Later = field(default_factory=dict)
    _told: set[object] = field(default_factory=set)

    def run(self, statement: Statement, **values: object) -> None:
        """Run a statement for what it changes."""
        self.pen(statement).run(self.cursor, {"site": self.site, **values})

    def later(self, rank: int, statement: Statement, values: dict[str, object]) -> None:
        """Run a statement when the book closes, together with its like, the lower ranks first.

        Whoever may read it in the same book has said so before, by `about`.
        """
        values["site"] = self.site
        self._later.setdefault((rank, statement), []).append(values)

    def about(self, *subjects: object) -> None:
        """Announce what is read next. What was put off about the same subjects is written now."""
        if not self._told.isdisjoint(subjects):
            self.catch_up()
        self._told.update(subjects)

    def put_off(self) -> Afterwards:
        """Leave to another book, after the doors, all but the journal and what the head tells."""
        late = {key: rows for key, rows in self._later.items() if key[0] >= OWED}
        for key in late:
            del self._later[key]
        presence = {key: rows for key, rows in late.items() if key[0] >= PRESENCE}
        self.head.owed = owed.told(
            (key[1], rows) for key, rows in late.items() if key[0] < PRESENCE
        )
        return Afterwards(self.head.seq, presence, tuple(self.moves), self.head.owed is not None)

    def pay(self) -> None:
        """Write what the last entry still owes."""
        if self.head.owed is not None:
            self.ahead.clear()
            for statement, values in owed.read(self.head.owed):
                self.run(statement, **values)
            self.head.owed, self.head.moved = None, True

    def take_up(self, rows: Later) -> None:
        """Write what another book put off."""
        self._later |= rows

    def is_told(self, subject: object) -> bool:
        """Tell whether something about this subject may have been put off."""
        return subject in self._told

    def catch_up(self) -> None:
        """Run what was put off until later."""
        for key in sorted(self._later, key=itemgetter(0)):
            rows = self._later[key]
            if len(rows) == 1:
                self.pen(key[1]).run(self.cursor, rows[0])
            else:
                self.pen(key[1]).many(self.cursor, rows)
        self._later.clear()  # what was told stays: more may be put off about it

    def one(self, statement: Statement, **values: object) -> Row | None:
        """Return the first row of a statement, if any."""
        return self.pen(statement).one(self.cursor, {"site": self.site, **values})

    def all(self, statement: Statement, **values: object) -> Sequence[Row]:
        """Return the rows of a statement."""
        if self.ahead:
            asked, rows = self.ahead.pop(statement, (None, ()))
            if asked == values:
                return rows
        return self.pen(statement).all(self.cursor, {"site": self.site, **values})


_LOOK = select(
    SiteRow.seq,
    SiteRow.head,
    SiteRow.released,
    SiteRow.announced,
    SiteRow.settled,
    SiteRow.owed,
    SiteRow.lockdown,
    SiteRow.fire,
).where(SiteRow.id == bindparam("site"))
SITE = _LOOK.with_for_update()
"""The row that whoever writes for a site holds from the first statement on."""
HEAD = select(SiteRow.seq, SiteRow.head, SiteRow.released).where(SiteRow.id == bindparam("site"))
"""How long the journal is, its last hash, and up to which entry all unlocks have left."""
_SET_HEAD = (
    update(SiteRow)
    .where(SiteRow.id == bindparam("site"))
    .values(
        seq=bindparam("new_seq"),
        head=bindparam("new_head"),
        released=bindparam("new_released"),
        announced=bindparam("new_announced"),
        settled=bindparam("new_settled"),
        owed=bindparam("new_owed"),
    )
)


class UnknownSite(LookupError):
    """The database has no row for this site: it was never prepared by `usciere migrate`."""


def begun(
    site: str, cursor: Cursor, pen: Pen, session: Session | None = None, how: Executable = SITE
) -> Book:
    """Return a book in a transaction that has begun, its head as the database has it."""
    pen(how).run(cursor, {"site": site})
    return opened(site, cursor, pen, session)


def opened(site: str, cursor: Cursor, pen: Pen, session: Session | None = None) -> Book:
    """Return the book whose site's row the cursor has found."""
    row = cursor.fetchone()
    if row is None:
        raise UnknownSite(f"the database knows no site {site!r}; run `usciere migrate`")
    head, orders = Head(*row[:6]), Orders(bool(row[6]), bool(row[7]))
    return Book(site, cursor, pen, head, orders, session)


def finish(book: Book) -> None:
    """Write what is left to be written, before the commit."""
    book.catch_up()
    if book.head.moved:
        book.run(
            _SET_HEAD,
            new_seq=book.head.seq,
            new_head=book.head.hash,
            new_released=book.head.released,
            new_announced=book.head.announced,
            new_settled=book.head.settled,
            new_owed=book.head.owed,
        )


@contextmanager
def book_of(store: Store, site: str) -> Iterator[Book]:
    """Open a book with an ORM session beside it; all is on disk when the block ends."""
    with store.writing() as session:
        connection = session.connection()
        cursor: Any = connection.connection.cursor()  # the driver's, seen through Cursor
        with closing(cursor):  # an unread row would keep the moment of this reading alive
            book = begun(site, cursor, pen_of(connection.dialect), session)
            book.pay()
            yield book
            session.flush()
            finish(book)


@contextmanager
def reading_book(store: Store, site: str) -> Iterator[Book]:
    """Open a book to look into: one moment's state, held up by nobody and holding up nobody."""
    with store.reading() as session:
        connection = session.connection()
        cursor: Any = connection.connection.cursor()  # the driver's, seen through Cursor
        with closing(cursor):
            yield begun(site, cursor, pen_of(connection.dialect), session, _LOOK)
