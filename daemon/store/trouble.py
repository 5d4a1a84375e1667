"""When the database cannot serve: locked, full, gone, broken. Trying again later can help."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy.exc

_OUTAGES = frozenset({"OperationalError", "InterfaceError", "ReadOnlySqlTransaction"})
"""What psycopg calls it; the last while a standby has not taken over yet."""


class Unavailable(Exception):
    """The database cannot be read or written now; the sentence says why."""


@contextmanager
def told_apart() -> Iterator[None]:
    """Raise `Unavailable` for the database's own troubles; let our mistakes be mistakes."""
    try:
        yield
    except Exception as problem:
        outage = unavailable(problem)
        if outage is not None:
            raise outage from problem
        raise


def unavailable(problem: BaseException) -> Unavailable | None:
    """Return how to say that this is the database's own trouble; None if it is not."""
    cause = told_by(problem)
    return Unavailable(str(cause).strip()) if cause is not None and _is_outage(cause) else None


def told_by(problem: BaseException | None) -> BaseException | None:
    """Return what the driver itself said, whatever was made of it since."""
    if isinstance(problem, Unavailable) and problem.__cause__ is not None:
        return told_by(problem.__cause__)
    return problem.orig if isinstance(problem, sqlalchemy.exc.DBAPIError) else problem


def is_damage(problem: BaseException) -> bool:
    """Tell whether SQLite found that its file is damaged, or none of its own."""
    # sqlite3 has no class of its own for "file is not a database" and "malformed"
    return type(problem) is sqlite3.DatabaseError


def is_contradicted(problem: Exception) -> bool:
    """Tell whether a constraint of the database refused a row."""
    return any(kind.__name__ == "IntegrityError" for kind in type(problem).__mro__)


def _is_outage(cause: BaseException) -> bool:
    kinds = type(cause).__mro__
    if type(cause).__module__.startswith("psycopg"):
        return not _OUTAGES.isdisjoint(kind.__name__ for kind in kinds)
    return sqlite3.OperationalError in kinds or is_damage(cause)
