import sqlite3
from pathlib import Path

import psycopg
import psycopg.errors
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from daemon.store.engine import Store
from daemon.store.trouble import Unavailable, told_apart


@pytest.mark.parametrize(
    "trouble",
    [
        sqlite3.OperationalError("database is locked"),
        sqlite3.OperationalError("database or disk is full"),
        sqlite3.OperationalError("attempt to write a readonly database"),
        sqlite3.OperationalError("disk I/O error"),
        sqlite3.DatabaseError("file is not a database"),
        psycopg.OperationalError("the connection is closed"),
        psycopg.errors.LockNotAvailable("canceling statement due to lock timeout"),
        psycopg.errors.AdminShutdown("terminating connection"),
        psycopg.errors.DiskFull("no space left on device"),
        psycopg.errors.ReadOnlySqlTransaction("cannot execute INSERT"),
    ],
)
def test_the_database_s_own_troubles_are_named(trouble: Exception) -> None:
    with pytest.raises(Unavailable) as said, told_apart():
        raise trouble
    assert str(said.value) == str(trouble)


@pytest.mark.parametrize(
    "mistake",
    [
        sqlite3.IntegrityError("UNIQUE constraint failed"),
        sqlite3.ProgrammingError("Incorrect number of bindings supplied"),
        psycopg.errors.UniqueViolation("duplicate key"),
        psycopg.errors.InFailedSqlTransaction("current transaction is aborted"),
        ValueError("ours"),
    ],
)
def test_our_mistakes_stay_mistakes(mistake: Exception) -> None:
    with pytest.raises(type(mistake)), told_apart():
        raise mistake


def test_troubles_are_known_in_sqlalchemy_s_clothes(tmp_path: Path) -> None:
    (tmp_path / "junk.db").write_bytes(b"no database" * 100)
    store = Store(f"sqlite:///{tmp_path}/junk.db")
    with pytest.raises(Unavailable, match="file is not a database"), told_apart(), store.reading():
        pass
    store.close()


def test_so_are_mistakes(store: Store) -> None:
    with pytest.raises(IntegrityError), told_apart(), store.writing() as session:
        session.execute(text("insert into plan (site, id, holidays) values ('s', null, true)"))
