"""A CSV file of visitors or attendees: all of it in one transaction, or every bad line told."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from commands.failures import Failed
from commands.importing import content_of, refusal
from commands.office import Office
from daemon.expected import objections
from daemon.people_csv import Row, Trouble, read
from daemon.store.objections import Invalid, Objection
from daemon.store.people import Page, page_of

_SWITCHES: Mapping[str, object] = {"yes": True, "true": True, "no": False, "false": False}


class _NotThisTime(Exception):
    """Ends the transaction without a trace; the troubles tell why."""


def import_lines(
    here: Office,
    file: Path,
    columns: Sequence[str],
    write: Callable[[Page, Row], object],
    finish: Callable[[Page], object] = lambda _: None,
) -> int:
    """Write every line of a file, then `finish`; return how many.

    Raises Failed with all that is wrong, and then nothing is written.
    """
    rows, found = read(content_of(file), columns)
    troubles = [*found]
    with suppress(_NotThisTime), page_of(here.act) as page:
        for row in rows:
            troubles += _troubles(page, row, write)
        if troubles:
            raise _NotThisTime
        finish(page)
    if troubles:
        raise Failed(refusal(troubles, "nothing was imported"))
    return len(rows)


def _troubles(page: Page, row: Row, write: Callable[[Page, Row], object]) -> Sequence[Trouble]:
    try:
        write(page, row)
    except ValidationError as error:
        return [Trouble(row.line, name, sentence) for name, sentence in objections(error)]
    except Invalid as problem:
        return [Trouble(row.line, problem.field, problem.sentence)]
    except Objection as problem:
        return [Trouble(row.line, "", f"{problem.sentence}; correct the line")]
    return ()


def number(text: str) -> object:
    """Return a whole number that was written, or the text as it is for the form to refuse."""
    return (
        int(text) if text.isascii() and text.isdecimal() and len(text) < len("10000000") else text
    )


def switch(text: str) -> object:
    """Return yes or no as it was written, or the text as it is for the form to refuse."""
    return _SWITCHES.get(text.lower(), text)


def words(text: str) -> list[str]:
    """Return ids that were written with commas or blanks between them."""
    return text.replace(",", " ").split()
