"""Rows that the last entry still owes, told in the site's row until they are written.

A single tap waits for the disk with two pages only, the journal's and the site's row, so what the
answer table and the last grants are to say stands in that row meanwhile. Whoever writes next writes
them first, in the same transaction; whoever only reads looks here as well.
"""

import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic_core import to_json
from sqlalchemy import insert
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import Executable

from daemon.store.prepared import Statement, insert_for
from daemon.store.tables import AnswerRow, GrantRow

Values = dict[str, Any]
"""A row by its columns' names; whoever reads it knows their types, JSON does not."""


def answer_anew(dialect: Dialect) -> Executable:
    """Write an answer where one that is out of date may stand."""
    written = insert_for(dialect)(AnswerRow)
    fresh = {name: written.excluded[name] for name in _ANSWER}
    return written.on_conflict_do_update(index_elements=["site", "id", "door"], set_=fresh)


def grant(dialect: Dialect) -> Executable:
    """Write when a badge was last granted at a reader."""
    written = insert_for(dialect)(GrantRow)
    return written.on_conflict_do_update(
        index_elements=["site", "badge", "door", "reader"], set_={"at": written.excluded.at}
    )


answer = insert(AnswerRow)
"""Write an answer where none stands."""
_ANSWER = ("hash", "seq", "received_at", "feedback", "unlock", "packet")
_WORDS: Mapping[str, Statement] = {
    "answer": answer,
    "answer-anew": answer_anew,
    "grant": grant,
}
ANSWERS: Container[Statement] = (answer, answer_anew)
GRANTS: Container[Statement] = (grant,)
_NAMES = {statement: word for word, statement in _WORDS.items()}


def told(rows: Iterable[tuple[Statement, Sequence[Values]]]) -> str | None:
    """Return the rows as text, each beside the word for what is to be done; None without any."""
    owed = [(_NAMES[statement], values) for statement, each in rows for values in each]
    return to_json(owed, bytes_mode="hex").decode() if owed else None


def read(text: str) -> Sequence[tuple[Statement, Values]]:
    """Return the statements and values in what `told` has made."""
    return [(_WORDS[word], _revived(values)) for word, values in json.loads(text)]


def _revived(values: Values) -> Values:
    hashed = values.get("hash")
    return values if hashed is None else values | {"hash": bytes.fromhex(hashed)}


def rows_for(text: str, statements: Container[Statement]) -> Iterator[Values]:
    """Give what is owed by these statements."""
    for statement, values in read(text):
        if statement in statements:
            yield values
