"""One database: opened with the settings that make a commit mean "on disk".

SQLite: WAL with synchronous=FULL, and BEGIN IMMEDIATE for every transaction that writes, because a
deferred one that reads first is refused without waiting when another writes (SQLITE_BUSY_SNAPSHOT).
PostgreSQL: its own defaults are these already.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, Executable, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.orm import Session

from daemon.store.trouble import told_apart

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

_LOG_RESERVE = 8 << 20
_IMPATIENT = {"connect_timeout": 2, "tcp_user_timeout": 5000}
"""Seconds, and milliseconds: libpq's own words. A server that has gone silent holds up no door."""
_SOON = 200
"""Milliseconds that somebody in a hurry waits for a lock."""
_READING = "usciere_reading"
FILE = "usciere_file"
"""Under this name a connection to SQLite knows which file it has open."""
_AT_REST = "usciere_at_rest"
_PRAGMAS = (
    "busy_timeout=5000",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "cache_size=-8000",
    "wal_autocheckpoint=4000",
    "journal_size_limit=67108864",
)


def file_at(path: Path) -> tuple[int, int]:
    """Return what tells this file from another of its name; raises OperationalError if it is gone.

    SQLite itself goes on writing into a file that has no name any more, and all of it is lost.
    """
    try:
        found = path.stat()
    except FileNotFoundError:
        raise sqlite3.OperationalError(
            f"{path} is gone; put it back, or restore a backup"
        ) from None
    return found.st_dev, found.st_ino


def _is_at_rest(path: Path) -> bool:
    """Tell whether the file was closed in order, and lies where nothing can be written now.

    SQLite reads it then only if told that nobody else writes: it can't make its two companions.
    """
    return not path.with_name(f"{path.name}-wal").exists() and not os.access(path.parent, os.W_OK)


def _make_ready(path: Path, arguments: list[object], options: dict[str, object]) -> bool:
    """Say how the file is to be opened, after making it if need be; tell whether it is at rest.

    Nobody else may read a file that we make; its companions follow it.
    """
    with suppress(FileExistsError):
        path.touch(mode=0o600, exist_ok=False)
    if not _is_at_rest(path):
        return False
    arguments[0], options["uri"] = f"{path.absolute().as_uri()}?immutable=1", True
    return True


def _hurry(connection: Connection, synchronous: str) -> None:
    """Say for what a commit on SQLite waits from now on; a transaction that runs can't be told."""
    if connection.dialect.name == "sqlite":
        connection.connection.cursor().execute(f"PRAGMA synchronous={synchronous}")


def _as_it_is(value: bytes | None) -> bytes | None:
    return value


class Store:
    """A database and how to open transactions on it. Nothing is opened before the first use."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = (
            _sqlite(url)
            if self.is_sqlite
            else create_engine(url, pool_pre_ping=True, connect_args=_IMPATIENT)
        )

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session whose changes are on disk when the block ends without an exception.

        Raises `Unavailable` where they can't be, by whichever way the change was written.
        """
        with told_apart(), Session(self.engine) as session, session.begin():
            yield session

    @contextmanager
    def noting(self) -> Iterator[Session]:
        """Give a session for what may be lost in a power cut: nobody waits for the disk.

        On SQLite a writer holds up all others for as long as he waits for it, and so doors.
        """
        with self.engine.connect() as connection:
            _hurry(connection, "NORMAL")
            try:
                with told_apart(), Session(connection) as session, session.begin():
                    if not self.is_sqlite:
                        session.execute(text("set local synchronous_commit = off"))
                    yield session
            finally:
                _hurry(connection, "FULL")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one moment's state and holds up nobody."""
        options: dict[str, object] = {_READING: True}
        if not self.is_sqlite:
            options["isolation_level"] = "REPEATABLE READ"  # else each statement sees its own
        with (
            self.engine.connect().execution_options(**options) as connection,
            Session(connection) as session,
        ):
            yield session

    def reserve(self) -> None:
        """Give SQLite's write-ahead log its room beforehand, as zeros that it takes for its end.

        A commit that makes the file longer waits for the file system's own journal as well, a
        quarter of its time here. Nobody else can write meanwhile; a full disk changes nothing, and
        where somebody else is writing it is left for the next start.
        """
        if not self.is_sqlite:
            return
        with (
            suppress(OSError, OperationalError),
            self.engine.begin(),
            Path(f"{self.url.database}-wal").open("ab") as log,
        ):
            missing = _LOG_RESERVE - log.tell()
            if missing > 0:
                log.write(bytes(missing))
                os.fsync(log.fileno())

    def takes(self, change: Executable) -> bool:
        """Try a change, without waiting long for others; False if it can't be written now."""
        with self.engine.connect() as connection:
            if self.is_sqlite:
                connection.connection.cursor().execute(f"PRAGMA busy_timeout={_SOON}")
            try:
                if not self.is_sqlite:
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_SOON}")
                connection.execute(change)
                connection.commit()
            except DBAPIError:
                return False
            finally:
                connection.invalidate()  # it has settings of its own
        return True

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


# The driver looks for adapters of these three at every value, and costly finds none.
sqlite3.register_adapter(bool, int)
sqlite3.register_adapter(bytes, _as_it_is)
sqlite3.register_adapter(type(None), _as_it_is)


def _sqlite(url: str) -> Engine:
    engine = create_engine(url)

    path = Path(engine.url.database or "")
    was_there = False

    @event.listens_for(engine, "do_connect")
    def _find(
        _: object,
        entry: "ConnectionPoolEntry",
        arguments: list[object],
        options: dict[str, object],
    ) -> None:
        if was_there:
            file_at(path)
        entry.info[_AT_REST] = _make_ready(path, arguments, options)

    @event.listens_for(engine, "connect")
    def _prepare(connection: "DBAPIConnection", entry: "ConnectionPoolEntry") -> None:
        nonlocal was_there
        entry.info[FILE], was_there = file_at(path), True
        assert isinstance(connection, sqlite3.Connection)  # noqa: S101 - narrows the type
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "checkout")
    def _look(_: "DBAPIConnection", entry: "ConnectionPoolEntry", __: object) -> None:
        """Write nothing into a file that has been taken away, and read none that was replaced."""
        if entry.info[FILE] != file_at(path) or entry.info[_AT_REST] != _is_at_rest(path):
            raise DisconnectionError  # the pool connects anew

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get(_READING, False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
