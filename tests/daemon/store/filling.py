"""Rows for every table a version of the schema has, sound by its constraints."""

from sqlalchemy import Boolean, Column, Connection, Integer, LargeBinary, MetaData, insert

ROWS = 3
_WORDS = {
    "role": "staff",
    "status": "active",
    "visibility": "count",
    "hold": "normal",
    "kind": "tap",
    "source": "usciere",
    "booking.status": "booked",
    "feed_key.kind": "room",
    "pass.kind": "guest",
    "covers": "half-day",
    "half": "morning",
    "gathering.kind": "course",
    "calendar.kind": "feed",
    "outcome": "enrolled",
}
_ABSENT = frozenset({"session.token"})
"""What may not be there beside something else."""


def fill(connection: Connection) -> dict[str, int]:
    """Fill every table of the schema as it is now; return how many rows each holds."""
    schema = MetaData()
    schema.reflect(connection)
    held = {}
    for table in schema.sorted_tables:
        if table.name == "alembic_version":
            continue
        rows = [{column.name: _value(column, n) for column in table.columns} for n in range(ROWS)]
        connection.execute(insert(table), rows)
        held[table.name] = ROWS
    return held


def _value(column: "Column[object]", number: int) -> object:
    if f"{column.table.name}.{column.name}" in _ABSENT:
        return None
    match column.type:
        case Boolean():
            return bool(number % 2)
        case Integer():
            return number + 10 * (
                column.name in {"valid_until", "ended", "ends", "uses", "capacity"}
            )
        case LargeBinary():
            return bytes([number])
    word = _WORDS.get(f"{column.table.name}.{column.name}") or _WORDS.get(column.name)
    return word or f"{'m' if column.name in {'id', 'member'} else 'x'}{number}"
