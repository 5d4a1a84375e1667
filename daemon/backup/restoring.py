"""The way back: a backup is checked whole before it takes the place of anything.

What it replaces is kept beside it, so that a restore too many can be undone.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import make_url, text

from daemon.backup import BackupError
from daemon.backup.archive import DATABASE, KEY, Note, unpack
from daemon.backup.copying import Progress, check, fold, transcribe
from daemon.config import Settings
from daemon.store import journal
from daemon.store.book import book_of
from daemon.store.engine import Store
from daemon.store.headfile import HeadFile, head_path, spool_path
from daemon.store.journal import Entry, Kind
from daemon.store.migrations import HEAD, VERSIONS
from daemon.store.schema import prepare
from daemon.store.tables import Base
from daemon.store.verify import Broken, verify

_OTHERS = text(
    "select count(*) from pg_stat_activity where datname = current_database()"
    " and pid <> pg_backend_pid() and backend_type = 'client backend'"
)


@contextmanager
def checked(source: Path, settings: Settings) -> Iterator[tuple[Path, Note]]:
    """Give the folder with the files of a backup that may be put back; raises BackupError."""
    home = _home(settings)
    home.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=home, prefix=".usciere-restore-") as name:
        folder = Path(name)
        note = unpack(source, folder)
        if note.schema not in VERSIONS:
            raise BackupError(
                f"{source} is of a newer Usciere (schema {note.schema}, this one has {HEAD}); "
                "install that version first"
            )
        if settings.site.id not in note.heads:
            held = ", ".join(sorted(note.heads))
            raise BackupError(f"{source} has no site {settings.site.id!r}; it has {held}")
        check(folder / DATABASE)
        _check_journals(folder / DATABASE, note)
        yield folder, note


def restore(
    source: Path, settings: Settings, now: datetime, progress: Progress
) -> tuple[Note, list[Path]]:
    """Put a backup in the place of what is there; return its note and what was kept of before.

    Refuses while a program of ours has the database open: stop doorman and API first.
    """
    store = Store(settings.database.url)
    try:
        with checked(source, settings) as (folder, note):
            ending = f".before-{now:%Y%m%dT%H%M%SZ}"
            if store.is_sqlite:
                database = Path(store.url.database or "")
                _refuse_if_open(database)
                kept = _replace(database, folder / DATABASE, ending)
            else:
                _refuse_company(store)
                _rewrite(store, settings.site.id, folder / DATABASE, progress)
                kept = []
            kept += _replace(settings.site.badge_key_file, folder / KEY, ending)
        for beside in (head_path(settings), spool_path(settings)):
            kept += _set_aside(beside, ending)
        prepare(store, settings.site.id)
        _write_down(store, settings, note, now)
        return note, kept
    finally:
        store.close()


def _home(settings: Settings) -> Path:
    url = make_url(settings.database.url)
    if url.get_backend_name() == "sqlite" and url.database:
        return Path(url.database).parent
    return settings.folder


def _check_journals(copy: Path, note: Note) -> None:
    """Refuse a copy whose journals are not as they were written, up to the heads in its note."""
    store = Store(f"sqlite:///{copy}")
    try:
        for site, head in note.heads.items():
            prepare(store, site)
            apart = copy.with_name(f"{site}.head")
            _keep_apart(apart, head)
            verdict = verify(store, site, apart, lambda _, __: None)
            if isinstance(verdict, Broken):
                raise BackupError(
                    f"the copy's journal of {site} is broken at entry {verdict.seq}: "
                    f"{verdict.fault.value}; take another copy"
                )
    finally:
        fold(store)


def _replace(there: Path, new: Path, ending: str) -> list[Path]:
    """Let a file take the place of another, which is kept under another name."""
    kept = _set_aside(there, ending)
    shutil.move(new, there)
    return kept


def _set_aside(there: Path, ending: str) -> list[Path]:
    if not there.exists():
        return []
    kept = there.with_name(there.name + ending)
    there.rename(kept)
    return [kept]


def _refuse_if_open(database: Path) -> None:
    """Refuse to take a database away under a program: leaving WAL needs it for oneself."""
    if not database.exists() or not _is_sqlite(database):
        return
    with closing(sqlite3.connect(database, timeout=1)) as line:
        try:
            line.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError:
            raise BackupError(
                f"{database} is in use; stop `usciere daemon`, `api` or `run` first"
            ) from None
        except sqlite3.DatabaseError:
            pass  # it is damaged: a reason more to replace it


def _refuse_company(store: Store) -> None:
    """Refuse to rewrite a PostgreSQL database that others are connected to: they remember."""
    with store.reading() as session:
        others = session.scalar(_OTHERS) or 0
    if others:
        raise BackupError(
            f"{others} others are connected to the database; stop every `usciere daemon` and `api` "
            "first"
        )


def _is_sqlite(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(15) == b"SQLite format 3"


def _rewrite(store: Store, site: str, copy: Path, progress: Progress) -> None:
    """Write every row anew in one transaction, for which everybody else waits."""
    prepare(store, site)
    source = Store(f"sqlite:///{copy}")
    try:
        prepare(source, site)
        with source.reading() as reading, store.writing() as writing:
            names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
            writing.execute(text(f"truncate {names}"))
            transcribe(reading, writing, progress)
    finally:
        source.close()


def _write_down(store: Store, settings: Settings, note: Note, now: datetime) -> None:
    """Keep the restored heads apart anew, and say in the journal what was done."""
    with book_of(store, settings.site.id) as book:
        detail = {"made": note.made, "seq": note.heads[settings.site.id][0]}
        journal.append(book, Entry(Kind.SYSTEM, now, now, reason="restored", detail=detail))
        head = (book.head.seq, book.head.hash)
    _keep_apart(head_path(settings), head)


def _keep_apart(path: Path, head: tuple[int, str]) -> None:
    file = HeadFile(path)
    file.note(*head)
    file.close()
