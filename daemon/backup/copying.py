"""Makes the copy: one moment's state of a database in use, as a SQLite file that has been checked.

Of SQLite by VACUUM INTO, which reads in one transaction and takes no free page along, so that what
was forgotten is not in the copy either. Of PostgreSQL table by table in one REPEATABLE READ.
"""

import shutil
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from daemon.backup import BackupError
from daemon.backup.archive import DATABASE, KEY, Note, fingerprint, pack
from daemon.store.engine import Store
from daemon.store.migrations import HEAD
from daemon.store.schema import SchemaState, prepare, state
from daemon.store.tables import Base, SiteRow
from devices.moments import shown

Progress = Callable[[int, int], None]
"""Told how many rows were copied, of how many."""
_AT_ONCE = 2_000


def back_up(store: Store, key: Path, target: Path, now: datetime, progress: Progress) -> Note:
    """Write a backup to `target`; nobody waits for it, and it holds nothing of later moments."""
    if state(store) is not SchemaState.CURRENT:
        raise BackupError("the schema is not this version's; run `usciere migrate` first")
    with TemporaryDirectory(dir=target.parent, prefix=".usciere-backup-") as name:
        folder = Path(name)
        copy = folder / DATABASE
        if store.is_sqlite:
            _vacuum(store, copy, progress)
        else:
            _transcribe(store, copy, progress)
        shutil.copyfile(key, folder / KEY)
        check(copy)
        heads = heads_in(copy)
        hashes = {each: fingerprint(folder / each) for each in (DATABASE, KEY)}
        note = Note(shown(now), HEAD, heads, hashes)
        pack(folder, note, target)
    return note


def check(copy: Path) -> None:
    """Refuse a SQLite file that is not whole."""
    with _opened(copy) as database:
        try:
            [(found,), *_] = database.execute("PRAGMA integrity_check").fetchall()
            broken = database.execute("PRAGMA foreign_key_check").fetchone()
        except sqlite3.DatabaseError as problem:
            raise BackupError(f"the copy's database can't be read: {problem}") from None
    if found != "ok":
        raise BackupError(f"the copy's database is damaged: {found[:200]}")
    if broken is not None:
        raise BackupError(f"the copy's database is damaged: `{broken[0]}` points nowhere")


def heads_in(copy: Path) -> dict[str, tuple[int, str]]:
    """Return site -> the last entry of its journal and its hash."""
    store = Store(f"sqlite:///{copy}")
    try:
        with store.reading() as session:
            rows = session.execute(select(SiteRow.id, SiteRow.seq, SiteRow.head))
            return {row.id: (row.seq, row.head) for row in rows}
    finally:
        fold(store)


def _vacuum(store: Store, copy: Path, progress: Progress) -> None:
    with store.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - narrows the type
        driver.execute("VACUUM INTO ?", (str(copy),))
    copy.chmod(0o600)
    progress(1, 1)


def _transcribe(store: Store, copy: Path, progress: Progress) -> None:
    target = Store(f"sqlite:///{copy}")
    try:
        with store.reading() as session:
            sites = session.scalars(select(SiteRow.id)).all()
            prepare(target, sites[0])
            with target.writing() as writing:
                writing.query(SiteRow).delete()
                transcribe(session, writing, progress)
    finally:
        fold(target)


def transcribe(source: Session, target: Session, progress: Progress) -> None:
    """Copy every row of every table, parents first."""
    tables = Base.metadata.sorted_tables
    total = sum(source.scalar(select(func.count()).select_from(table)) or 0 for table in tables)
    done = 0
    for table in tables:
        rows = source.execute(select(table).execution_options(yield_per=_AT_ONCE))
        for chunk in rows.mappings().partitions(_AT_ONCE):
            target.execute(insert(table), [dict(row) for row in chunk])
            done += len(chunk)
            progress(done, total)


def fold(store: Store) -> None:
    """Leave one file, without a log beside it."""
    with store.engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA journal_mode=DELETE")  # type: ignore[union-attr]  # a SQLite one
    store.close()


def _opened(copy: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{copy}?mode=ro", uri=True)
