"""The doorman's own connection, kept open; books are opened on it one after the other.

What stands between a tap and its unlock is written flat, and with as few statements as will do: in
the pauses between taps all of it goes cold, and every piece has to be fetched again.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine

from daemon.store import duty
from daemon.store.book import SITE, Ask, Book, begun, finish, opened, pen_of
from daemon.store.engine import FILE, file_at
from daemon.store.memory import Memory
from daemon.store.prepared import Row, Statement
from daemon.store.trouble import is_damage, told_apart, unavailable

if TYPE_CHECKING:
    from daemon.store.listener import Listener


class Desk:
    """One connection and its cursor; a server that went away is called anew next time.

    `shared`: others have desks like this, and one of them is `on_duty`.
    """

    def __init__(self, engine: Engine, site: str, *, shared: bool = False) -> None:
        self._site = site
        self._engine = engine
        self._sqlite = engine.dialect.name == "sqlite"
        self._file = Path(engine.url.database or "") if self._sqlite else None
        self._patience: str | None = None
        self._pen = pen_of(engine.dialect)
        self._memory = Memory()
        self._last: Book | None = None
        self.on_duty = not shared
        self._shared = shared
        self._connect()

    def _connect(self) -> None:
        self._connection = self._engine.raw_connection()
        self._cursor: Any = self._connection.cursor()  # the driver's, seen through Cursor
        self._forget()  # a version is one connection's own count
        self._lasting = True
        if not self._sqlite:  # BEGIN is ours to say: it need not go to the server by itself
            self._driver.autocommit = True
        if self._shared:
            self.on_duty = False  # the right to it went with the last connection
            self._cursor.execute(duty.HEARTBEAT)

    @property
    def _driver(self) -> Any:  # psycopg's connection; SQLAlchemy has no type for it
        return self._connection.driver_connection

    def be_on_duty(self) -> bool:
        """Take the duty if nobody has it."""
        if not self.on_duty:
            [(self.on_duty,)] = self.peek(duty.TRY, number=duty.number_of(self._site))
        return self.on_duty

    def listener(self, hear: Callable[[], None]) -> "Listener":
        """Return who hears of news of this site, not yet begun."""
        from daemon.store.listener import Listener  # noqa: PLC0415 - brings psycopg

        return Listener(self._engine.url, self._site, hear)

    def _forget(self) -> None:
        self._memory.forget()
        self._last = None

    @contextmanager
    def open(self, *, lasting: bool = True, ahead: Sequence[Ask] = ()) -> Iterator[Book]:
        """Open a book; committed at the end of the block, rolled back if it raises.

        `ahead`: what will be asked before anything is written, best asked at once on a server.
        `lasting`: on disk when the block ends. Else it is there for everybody, but a power cut may
        take it, and nothing that was committed before.
        """
        try:
            self._see_to_the_line()
            book = self._begun(lasting=lasting) if self._sqlite else self._called(ahead, lasting)
            book.pay()
            yield book
            self._close(book)
            self._last = book
            self._wait_for_the_disk(lasting=True)  # now, where no door waits for it
        except BaseException as problem:
            self._undo(problem)
            outage = unavailable(problem)
            if outage is not None:
                raise outage from problem
            raise

    def _begun(self, *, lasting: bool) -> Book:
        self._wait_for_the_disk(lasting=lasting)
        self._cursor.execute("BEGIN IMMEDIATE")
        return self._remembered() or self._looked_up()

    def _remembered(self) -> Book | None:
        """Return a book that begins where the last one ended, if nobody else has written since."""
        version = self._cursor.execute("PRAGMA data_version").fetchone()[0]
        believed = self._memory.holds_good(version)
        last = self._last
        if last is None or not believed:
            return None
        last.head.moved = False
        return Book(
            self._site, self._cursor, self._pen, last.head, last.orders, memory=self._memory
        )

    def _looked_up(self) -> Book:
        book = begun(self._site, self._cursor, self._pen)
        book.memory = self._memory
        return book

    def _called(self, ahead: Sequence[Ask], lasting: bool) -> Book:  # noqa: FBT001 - as `open` has it
        """Begin on a server, and ask all that can be asked already, in one message."""
        cursors: list[Any] = [self._connection.cursor() for _ in ahead]
        with self._driver.pipeline():
            self._cursor.execute("BEGIN")
            if not lasting:
                self._cursor.execute("SET LOCAL synchronous_commit = off")
            self._pen(SITE).run(self._cursor, {"site": self._site})
            for cursor, (statement, values) in zip(cursors, ahead, strict=True):
                self._pen(statement).run(cursor, {"site": self._site, **values})
        book = opened(self._site, self._cursor, self._pen)
        for cursor, (statement, values) in zip(cursors, ahead, strict=True):
            book.ahead[statement] = values, cursor.fetchall()
            cursor.close()
        return book

    def _close(self, book: Book) -> None:
        if self._sqlite:
            finish(book)
            self._cursor.execute("COMMIT")  # kept ready, where the connection's own is not
            return
        with self._driver.pipeline():
            finish(book)
            self._connection.commit()

    def _wait_for_the_disk(self, *, lasting: bool) -> None:
        if self._sqlite and self._lasting is not lasting:
            self._cursor.execute(f"PRAGMA synchronous={'FULL' if lasting else 'NORMAL'}")
            self._lasting = lasting

    def be_patient(self, seconds: float) -> None:
        """Wait this long, and no longer, for others who write; on a new connection as well."""
        limit = int(seconds * 1000)
        self._patience = (
            f"PRAGMA busy_timeout={limit}" if self._sqlite else f"SET lock_timeout = {limit}"
        )
        with self._at_work():
            self._be_patient_again()

    def _be_patient_again(self) -> None:
        if self._patience is not None:
            self._cursor.execute(self._patience)

    def peek(self, statement: Statement, **values: object) -> Sequence[Row]:
        """Return the rows of a statement as they are now, without opening a book."""
        with self._at_work():
            return self._pen(statement).all(self._cursor, {"site": self._site, **values})

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        with told_apart():
            try:
                self._see_to_the_line()
                yield
            except BaseException as problem:
                self._undo(problem)
                raise

    def _see_to_the_line(self) -> None:
        """Call again if the server went away, or if another file has the name of ours."""
        if self._file is not None and self._connection.is_valid:
            there = file_at(self._file)
            if there != self._connection.info[FILE]:
                self._connection.invalidate()
        if not self._connection.is_valid:
            self._call_again()

    def _call_again(self) -> None:
        self._connect()
        self._be_patient_again()

    def _undo(self, problem: BaseException) -> None:
        self._forget()
        if not self._connection.is_valid:
            return
        if is_damage(problem):  # what this connection remembers of the file hides it in part
            self._connection.invalidate()
            return
        try:
            self._connection.rollback()
        except self._engine.dialect.loaded_dbapi.Error:
            self._connection.invalidate()

    def close(self) -> None:
        """Give the connection back, as it was."""
        if not self._sqlite and self._connection.is_valid and not self._driver.closed:
            self._connection.rollback()
            self._driver.autocommit = False
        self._connection.close()
