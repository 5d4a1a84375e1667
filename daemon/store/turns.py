"""Work that is done once for a site however many processes could do it: letters, forgetting.

On PostgreSQL whoever is at it holds an advisory lock of a connection of its own, so who has lost
the connection, or was killed, has given it up. A file of SQLite has one API beside it.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy.exc import DBAPIError

from daemon.store import duty
from daemon.store.engine import Store

_TRY, _GIVE_BACK = duty.taking(b"job"), duty.giving_back(b"job")


@contextmanager
def turn(store: Store, site: str, job: str) -> Iterator[bool]:
    """Give the right to do a job until the block ends; False if somebody else is at it.

    Two jobs that share a number by chance only take turns.
    """
    if store.is_sqlite:
        yield True
        return
    number = {"number": duty.number_of(f"{site} {job}")}
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        mine = bool(connection.scalar(_TRY, number))
        try:
            yield mine
        finally:
            if mine:
                with suppress(DBAPIError):  # who has lost the connection has given it back
                    connection.execute(_GIVE_BACK, number)
