"""`usciere journal`: is it as it was written, and all of it as a file."""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Annotated

import typer

from commands.office import Office, office
from commands.options import AsJson
from commands.paper import show_json
from commands.progress import bar
from daemon.config.problems import printable
from daemon.spreadsheet import safe
from daemon.store.book import reading_book
from daemon.store.entries import ENTRIES, EntryShown, entry_shown
from daemon.store.headfile import head_path
from daemon.store.verify import Broken, Sound
from daemon.store.verify import verify as verified

app = typer.Typer(help="The journal: verify its chain, export it.", no_args_is_help=True)
_AT_ONCE = 1000
_LONGEST = 300


class Format(StrEnum):
    """How an export is written."""

    JSONL = "jsonl"
    CSV = "csv"


@app.command()
def verify(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """Check the hash chain; exit status 1 and the first bad entry if it is not as written."""
    with office(ctx) as here, bar("verifying") as tell:
        result = verified(here.store, here.site, head_path(here.settings), tell)
    match result:
        case Sound(entries, head, apart):
            said = {"sound": True, "entries": entries, "head": head}
            beside = "" if apart else "; no head is kept apart yet, so a cut end could not be seen"
            line = f"ok  {entries} entries, head {head}{beside}"
        case Broken(seq, fault, problem):
            said = {"sound": False, "seq": seq, "fault": fault.value, "problem": problem}
            line = f"broken at entry {seq}: {fault.value}: {printable(problem, _LONGEST)}"
    if as_json:
        show_json(said)
    else:
        typer.echo(line, err=isinstance(result, Broken))
    raise typer.Exit(0 if isinstance(result, Sound) else 1)


@app.command()
def export(
    ctx: typer.Context,
    *,
    format: Annotated[Format, typer.Option("--format")] = Format.JSONL,  # noqa: A002 - the option's name
    after: Annotated[int, typer.Option(metavar="SEQ", min=0, help="Only behind this entry.")] = 0,
) -> None:
    """Print the journal, oldest entry first, as JSON lines or CSV; progress is on stderr."""
    with office(ctx) as here, bar("exporting") as tell:
        _WRITERS[format](_entries(here, after, tell))


def _entries(here: Office, after: int, tell: Callable[[int, int], None]) -> Iterator[EntryShown]:
    """Yield all there is, a thousand at a time, so that nobody waits and memory stays small."""
    while True:
        with reading_book(here.store, here.site) as book:
            rows = book.all(ENTRIES, after=after, most=_AT_ONCE)
        for row in rows:
            yield entry_shown(row)
        if len(rows) < _AT_ONCE:
            return
        after = rows[-1][0]
        tell(after, book.head.seq)


def _write_lines(entries: Iterable[EntryShown]) -> None:
    for entry in entries:
        sys.stdout.write(json.dumps(entry, ensure_ascii=False) + "\n")


def _write_csv(entries: Iterable[EntryShown]) -> None:
    columns = list(EntryShown.__annotations__)
    writer = csv.writer(sys.stdout, lineterminator="\r\n")
    writer.writerow(columns)
    for entry in entries:
        writer.writerow([_cell(value) for value in entry.values()])


def _cell(value: object) -> str:
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False)
    return str(value).lower() if isinstance(value, bool) else safe(value)


_WRITERS: Mapping[Format, Callable[[Iterable[EntryShown]], None]] = {
    Format.JSONL: _write_lines,
    Format.CSV: _write_csv,
}
