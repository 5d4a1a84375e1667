"""People in a CSV file, pure: bytes in, lines or every problem out. Opens no file and no database.

A file may be made by a spreadsheet, a colleague, or somebody hostile: nothing in it is trusted.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from daemon.spreadsheet import FORMULA, table

MEMBER = (
    "name",
    "email",
    "plan",
    "role",
    "valid_from",
    "valid_until",
    "status",
    "language",
    "visibility",
)
BADGE = {"badge": "uid", "label": "label", "badge_valid_until": "valid_until"}
COLUMNS = (*MEMBER, *BADGE)
LARGEST = 8 * 1024 * 1024
_LONGEST_FIELD = 1000


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a line. `column` is empty where it is the whole line.

    `word` says the same for who has sentences of their own; empty: the column holds what can't be.
    """

    line: int
    column: str
    sentence: str
    word: str = ""

    def __str__(self) -> str:
        where = f"line {self.line}" + (f", column {self.column}" if self.column else "")
        return f"{where}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Row:
    """A line's values by column; what was left empty is not among them."""

    line: int
    values: Mapping[str, str]

    def member(self) -> dict[str, str]:
        """Return what the line says of a member."""
        return {key: value for key, value in self.values.items() if key in MEMBER}

    def badge(self) -> dict[str, str]:
        """Return what the line says of a badge, by the names of the badge's own form."""
        return {BADGE[key]: value for key, value in self.values.items() if key in BADGE}


def written(people: Iterable[object]) -> str:
    """Return members, each with all of MEMBER, as `read` takes them; no text in it is a formula."""
    return table(MEMBER, ([getattr(each, column) for column in MEMBER] for each in people))


def read(
    content: bytes, columns: Sequence[str] = COLUMNS
) -> tuple[Sequence[Row], Sequence[Trouble]]:
    """Return the rows, and what is wrong with the file itself; a bad line is no row.

    `columns`: those there may be; the first must be there.
    """
    if len(content) > LARGEST:
        return (), [
            Trouble(
                1, "", f"the file has more than {LARGEST // 1024**2} MiB; split it", "too-large"
            )
        ]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return (), [Trouble(line, "", "it is not UTF-8; save the file as `CSV UTF-8`", "no-utf-8")]
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        return (), [Trouble(line, "", "it has a NUL character; this is no CSV file", "no-csv")]
    return _rows(text, columns)


def _rows(text: str, columns: Sequence[str]) -> tuple[Sequence[Row], Sequence[Trouble]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[Row] = []
    troubles: list[Trouble] = []
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        wrong = list(_header_troubles(header, columns))
        if wrong:
            return (), wrong
        line = reader.line_num + 1
        for cells in reader:
            found = list(_line_troubles(line, header, cells))
            troubles += found
            if not found and any(cell.strip() for cell in cells):
                values = zip(header, map(_plain, cells), strict=False)
                rows.append(Row(line, {key: value for key, value in values if value}))
            line = reader.line_num + 1
    except csv.Error as error:
        sentence = f"it is no CSV: {error}; look at the quotes"
        troubles.append(Trouble(reader.line_num, "", sentence, "no-csv"))
    return rows, troubles


def _plain(cell: str) -> str:
    """Return a cell without blanks around it, and without the quote that `safe` put before it."""
    text = cell.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return ";" if first.count(";") > first.count(",") else ","


def _header_troubles(header: Sequence[str], columns: Sequence[str]) -> Iterator[Trouble]:
    for name in header:
        if name not in columns:
            known = ", ".join(columns)
            sentence = f"there is no such column; write {known}"
            yield Trouble(1, name[:40] or "(empty)", sentence, "no-column")
    for name in sorted(set(header)):
        if header.count(name) > 1:
            yield Trouble(1, name[:40], "the column stands twice; leave one out", "column-twice")
    if columns[0] not in header:
        sentence = "the column is missing; the first line must name the columns"
        yield Trouble(1, columns[0], sentence, "column-missing")


def _line_troubles(line: int, header: Sequence[str], cells: Sequence[str]) -> Iterator[Trouble]:
    if len(cells) > len(header):
        sentence = f"it has {len(cells)} fields, the first line names {len(header)}; quote texts"
        yield Trouble(line, "", f"{sentence} that hold the separator", "many-fields")
    for name, cell in zip(header, cells, strict=False):
        if len(cell) > _LONGEST_FIELD:
            sentence = f"the field has {len(cell)} characters; at most {_LONGEST_FIELD} are read"
            yield Trouble(line, name, sentence, "too-long")


def doubles(rows: Sequence[Row]) -> Iterator[Trouble]:
    """Yield badges that stand twice in the file, and emails that stand with different people."""
    badges: dict[str, int] = {}
    people: dict[str, Row] = {}
    for row in rows:
        number = row.values.get("badge", "").translate(_SEPARATORS).upper()
        if number and badges.setdefault(number, row.line) != row.line:
            sentence = f"it stands in line {badges[number]} already"
            yield Trouble(row.line, "badge", sentence, "badge-twice")
        email = row.values.get("email", "").lower()
        first = people.setdefault(email, row) if email else row
        if first is not row and first.member() != row.member():
            sentence = f"line {first.line} has it with other details; make both lines the same"
            sentence += ", or correct the address"
            yield Trouble(row.line, "email", sentence, "email-differs")


_SEPARATORS = str.maketrans("", "", ":- ")
