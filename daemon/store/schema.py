"""Is the schema this program's, and how it becomes so. A current one is seen in two quick reads.

SchemaError   the database cannot be used as it is; the sentence says what to do
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.dialects import postgresql, sqlite

from daemon.store.engine import Store
from daemon.store.headfile import HeadFile, head_beside
from daemon.store.journal import FIRST_HASH
from daemon.store.migrations import HEAD, VERSIONS
from daemon.store.tables import Base, SiteRow

_LONGEST_WAIT = 600_000
"""Milliseconds that one program waits for another's migration."""
_OUR_LOCK = 0x75736369657265
"""Number of the PostgreSQL advisory lock: `usciere` in ASCII."""
_VERSION = text("select version_num from alembic_version")


class SchemaError(Exception):
    """The database cannot be used as it is; the sentence says what to do."""


class SchemaState(StrEnum):
    """How a database's schema stands to this program."""

    CURRENT = "current"
    BEHIND = "behind"
    AHEAD = "ahead"
    EMPTY = "empty"


def state(store: Store) -> SchemaState:
    """Tell how the schema stands; changes nothing, makes no file."""
    if store.is_sqlite and not Path(store.url.database or "").exists():
        return SchemaState.EMPTY
    with store.reading() as session:
        return _state_of(_version(session.connection()))


def prepare(store: Store, site: str) -> None:
    """Bring the schema to this program's version and see that the site has its row.

    Two programs may do so at once. Killed at any moment, the old schema or the new one is there.
    """
    found = state(store)
    if found is SchemaState.EMPTY and store.is_sqlite:
        _refuse_to_begin_anew(store.url.database or "", site)
    if found is not SchemaState.CURRENT:
        _migrate(store)
    _settle(store, site)


def require(store: Store, site: str) -> None:
    """Bring a SQLite schema up to date; on PostgreSQL leave an old one to `usciere migrate`.

    There several programs share the database, so when it changes is the operator's to say.
    """
    found = state(store)
    if not store.is_sqlite and found in {SchemaState.BEHIND, SchemaState.EMPTY}:
        raise SchemaError(f"the database schema is {found}; run `usciere migrate`")
    prepare(store, site)


def _state_of(version: str | None) -> SchemaState:
    if version is None:
        return SchemaState.EMPTY
    if version == HEAD:
        return SchemaState.CURRENT
    return SchemaState.BEHIND if version in VERSIONS else SchemaState.AHEAD


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(_VERSION).scalar()


def _migrate(store: Store) -> None:
    from daemon.store.migrate import upgrade  # noqa: PLC0415 - a doorman at rest has no Alembic

    with migrating(store) as connection:
        version = _version(connection)
        match _state_of(version):
            case SchemaState.AHEAD:
                raise SchemaError(_newer(version))
            case SchemaState.EMPTY:
                _refuse_strangers(connection)
                upgrade(connection)
            case SchemaState.BEHIND:
                upgrade(connection)
            case SchemaState.CURRENT:
                pass  # another program was quicker


@contextmanager
def migrating(store: Store) -> Iterator[Connection]:
    """Open the one transaction of a migration; a second program waits for the first to end.

    Refuses, and undoes all, if a reference is left pointing nowhere.
    """
    with store.engine.connect() as connection:
        if store.is_sqlite:
            _unbind(connection)
        else:
            connection.execute(select(text(f"pg_advisory_xact_lock({_OUR_LOCK})")))
        try:
            yield connection
            _check_references(connection)
            connection.commit()
        finally:
            connection.invalidate()  # it has settings of its own


def _unbind(connection: Connection) -> None:
    """Let a table be copied and dropped under its references; they are checked in the end."""
    driver = connection.connection.cursor()
    driver.execute("PRAGMA foreign_keys=OFF")  # has no effect within a transaction
    driver.execute(f"PRAGMA busy_timeout={_LONGEST_WAIT}")
    driver.close()


def _check_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise SchemaError(
            f"table `{broken[0]}` points at a missing row of `{broken[2]}`; the schema was left "
            "as it was; restore a backup or report this"
        )


def _refuse_strangers(connection: Connection) -> None:
    found = set(inspect(connection).get_table_names()) & set(Base.metadata.tables)
    if found:
        raise SchemaError(
            f"the database has a table `{min(found)}` that Usciere did not make; "
            "name an empty database in `database.url`"
        )


def _refuse_to_begin_anew(database: str, site: str) -> None:
    """Refuse to make an empty journal where there was a long one: whoever was in it is outside."""
    apart = head_beside(database, site)
    head = HeadFile(apart).read()
    if head is not None and head[0] > 0:
        raise SchemaError(
            f"{database} is gone or empty, but {apart} knows of {head[0]} journal entries; put it "
            f"back or run `usciere restore`; to begin anew, move {apart.name} away"
        )


def _newer(version: str | None) -> str:
    return (
        f"the database schema is version {version}, newer than this program's {HEAD}; "
        "install the newer Usciere again, or restore a backup made before it"
    )


def _settle(store: Store, site: str) -> None:
    with store.reading() as session:
        if session.scalar(select(SiteRow.id).where(SiteRow.id == site)) is not None:
            return
    make = sqlite.insert if store.is_sqlite else postgresql.insert
    row = make(SiteRow).values(
        id=site,
        seq=0,
        head=FIRST_HASH,
        released=0,
        announced=0,
        settled=0,
        lockdown=False,
        fire=False,
    )
    with store.writing() as session:
        session.execute(row.on_conflict_do_nothing())
