"""How results look: aligned columns for people, JSON for programs. Knows nothing of either."""

import json
from collections.abc import Sequence

import typer


def show_json(value: object) -> None:
    """Print a value as JSON, readable and in its own order."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def columns(rows: Sequence[Sequence[str]], indent: str = "") -> list[str]:
    """Return lines with the cells below each other, two blanks apart."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [indent + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def show_columns(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; one without rows prints its headings only."""
    for line in columns([[heading.upper() for heading in headings], *rows]):
        typer.echo(line)


def decision(*, granted: bool, reason: str, message: str) -> str:
    """Return a decision as one line: the word, the reason's code, what the reader shows."""
    return f"{'granted' if granted else 'refused'}  {reason}  {message}"
