"""Writes over what a database still has of rows that are gone: free pages and the log."""

from sqlalchemy import Engine

from daemon.store.engine import Store


def scrub(store: Store) -> None:
    """Leave no byte of what was deleted; waits for whoever writes, and they wait for this.

    On PostgreSQL dead rows go with autovacuum; `VACUUM` asks it not to wait.
    """
    if store.is_sqlite:
        _run(store.engine, "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")
    else:
        _run(store.engine.execution_options(isolation_level="AUTOCOMMIT"), "VACUUM")


def _run(engine: Engine, *statements: str) -> None:
    """Run statements outside of any transaction."""
    connection = engine.raw_connection()
    try:
        if engine.dialect.name != "sqlite":
            connection.driver_connection.autocommit = True  # type: ignore[union-attr] # psycopg's
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        cursor.close()
    finally:
        connection.invalidate()  # it has settings of its own
        connection.close()
