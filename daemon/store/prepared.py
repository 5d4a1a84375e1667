"""Statements compiled once and run on the driver's own cursor: the event path's way to the store.

Written in SQLAlchemy Core against the typed tables, so there is one truth about columns; run
without its execution layer, which costs 40 µs a statement here where the driver needs 5.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Any, Protocol

from pydantic_core import to_json
from sqlalchemy import JSON, Insert, bindparam, column, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import Executable
from sqlalchemy.sql.compiler import SQLCompiler

Row = Sequence[Any]
"""A row as the driver gives it; its reader knows the columns, mypy cannot."""


Statement = Executable | Callable[[Dialect], Executable]
"""A statement, or how to make it for a dialect."""


def insert_for(dialect: Dialect) -> Callable[[type], sqlite.Insert | postgresql.Insert]:
    """Return the insert that knows `on conflict`, as this dialect spells it."""
    return sqlite.insert if dialect.name == "sqlite" else postgresql.insert


class Cursor(Protocol):
    """What of a DB-API cursor (PEP 249) is used."""

    def execute(self, sql: str, parameters: Any, /) -> object:  # shapes differ by driver
        """Run one statement."""

    def executemany(self, sql: str, parameters: Any, /) -> object:  # shapes differ by driver
        """Run one statement many times."""

    def fetchone(self) -> Row | None:
        """Return the next row."""

    def fetchall(self) -> Sequence[Row]:
        """Return the rows that are left."""


class Prepared:
    """One statement, ready for one dialect. Parameters are named as its bind parameters."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]  # all ours have it
        assert isinstance(compiled, SQLCompiler)  # noqa: S101 - narrows the type
        self.sql = str(compiled)
        self._fixed = {k: v for k, v in compiled.params.items() if v is not None}
        names = compiled.positiontup
        self._in_order = None if names is None else _picker(names)
        self._made_from = statement, compiled, dialect

    def run(self, cursor: Cursor, values: Mapping[str, object]) -> None:
        """Run it for what it changes."""
        given = {**self._fixed, **values} if self._fixed else values
        cursor.execute(self.sql, given if self._in_order is None else self._in_order(given))

    def many(self, cursor: Cursor, rows: Sequence[Mapping[str, object]]) -> None:
        """Run it once for every row of values, none of which may be left out."""
        pick = self._in_order
        if pick is not None:
            cursor.executemany(self.sql, [pick(row) for row in rows])
        elif self._at_once is not None:
            self._at_once.run(cursor, rows)
        else:
            cursor.executemany(self.sql, rows)

    @cached_property
    def _at_once(self) -> "_AtOnce | None":
        statement, compiled, dialect = self._made_from
        if not isinstance(statement, Insert):
            return None
        return _AtOnce(statement, list(compiled.params), dialect)

    def one(self, cursor: Cursor, values: Mapping[str, object]) -> Row | None:
        """Return its first row, if any."""
        self.run(cursor, values)
        return cursor.fetchone()

    def all(self, cursor: Cursor, values: Mapping[str, object]) -> Sequence[Row]:
        """Return its rows."""
        self.run(cursor, values)
        return cursor.fetchall()


class _picker:  # noqa: N801 - reads as the function it is
    """Picks values by name, in the order of the question marks."""

    def __init__(self, names: Sequence[str]) -> None:
        self._single = names[0] if len(names) == 1 else None
        self._pick = itemgetter(*names)

    def __call__(self, values: Mapping[str, object]) -> Sequence[object]:
        return (values[self._single],) if self._single else self._pick(values)


class _AtOnce:
    """How a server takes in any number of rows by one statement: as JSON, which it reads itself.

    Row by row each costs it as much as a statement of its own.
    """

    def __init__(self, statement: Insert, names: Sequence[str], dialect: Dialect) -> None:
        table = statement.table
        columns = [column(name, table.c[name].type) for name in names]
        rows = func.json_to_recordset(bindparam("rows", type_=JSON)).table_valued(*columns)
        many = statement.from_select(names, select(rows.render_derived(with_types=True)))
        self._sql = str(many.compile(dialect=dialect))
        self._key = itemgetter(*(each.name for each in table.primary_key))

    def run(self, cursor: Cursor, rows: Sequence[Mapping[str, object]]) -> None:
        """Run it. Of several rows with one key, each is a statement later than the one before."""
        while rows:
            first = {self._key(row): row for row in reversed(rows)}
            cursor.execute(self._sql, {"rows": _told(list(first.values()))})
            rows = [row for row in rows if first[self._key(row)] is not row]


def _told(rows: Sequence[Mapping[str, object]]) -> str:
    """Return rows as JSON; bytes are in bytea's hex format, which a server reads from text."""
    return to_json([{**row, **_bytes_in(row)} for row in rows]).decode()


def _bytes_in(row: Mapping[str, object]) -> Mapping[str, str]:
    return {key: f"\\x{value.hex()}" for key, value in row.items() if isinstance(value, bytes)}
