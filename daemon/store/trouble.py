"""When the database cannot serve: locked, full, gone, broken. Trying again later can help."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy.exc


class Unavailable(Exception):
    """The database cannot be read or written now; the sentence says why."""


@contextmanager
def told_apart() -> Iterator[None]:
    """Raise `Unavailable` for the database's own troubles; let our mistakes be mistakes."""
    try:
        yield
    except (sqlite3.OperationalError, sqlalchemy.exc.OperationalError) as problem:
        raise Unavailable(str(problem)) from problem
    except sqlite3.DatabaseError as problem:
        if type(problem) is sqlite3.DatabaseError:  # "file is not a database", "malformed"
            raise Unavailable(str(problem)) from problem
        raise
    except Exception as problem:
        if type(problem).__module__.startswith("psycopg") and _is_outage(problem):
            raise Unavailable(str(problem)) from problem
        raise


def _is_outage(problem: Exception) -> bool:
    names = {each.__name__ for each in type(problem).__mro__}
    return bool(names & {"OperationalError", "InterfaceError"})
