"""Tables for spreadsheets: CSV (RFC 4180) in which no text is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula."""


def safe(value: object) -> str:
    """Return a value as a spreadsheet may read it: a text that looks like a formula is none."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as CSV."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(headings)
    for row in rows:
        writer.writerow([safe(value) for value in row])
    return written.getvalue()
