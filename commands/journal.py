"""`usciere journal`: is it as written, all of it as a file, what other plans would do."""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from commands.office import Office, office
from commands.options import AsJson
from commands.paper import show_columns, show_json
from commands.plan_files import plans_in
from commands.progress import bar
from daemon.access.words import stamp
from daemon.config.problems import printable
from daemon.house import house_of
from daemon.replaying import Difference, Stretch, replayed
from daemon.spreadsheet import safe
from daemon.store.book import reading_book
from daemon.store.entries import ENTRIES, EntryShown, entry_shown
from daemon.store.headfile import head_path
from daemon.store.members import names_of
from daemon.store.verify import Broken, Sound
from daemon.store.verify import verify as verified
from devices import moments

app = typer.Typer(
    help="The journal: verify its chain, export it, replay it under other plans.",
    no_args_is_help=True,
)
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


@app.command()
def replay(
    ctx: typer.Context,
    *,
    plans: Annotated[Path, typer.Option(metavar="FILE", help="Changed plans, TOML or JSON.")],
    since: Annotated[str | None, typer.Option("--from", help="An instant with its offset.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="An instant with its offset.")] = None,
    as_json: AsJson = False,
) -> None:
    """Decide past taps again under changed plans and show what would differ; changes nothing."""
    changed = plans_in(plans)
    stretch = Stretch(*(None if text is None else moments.parse(text) for text in (since, until)))
    found: list[Difference] = []
    taps = 0
    with office(ctx) as here, bar("deciding") as tell:
        total = _last(here)
        for looked in replayed(here.store, house_of(here.settings), changed, stretch):
            found += looked.differences
            taps += looked.taps
            tell(looked.seq, total)
        names = _names(here, found)
    if as_json:
        show_json([asdict(each) | {"at": moments.shown(each.at)} for each in found])
        return
    if found:
        rows = [
            (
                str(d.seq),
                stamp(d.at, here.zone),
                d.door,
                names.get(d.member, d.member),
                d.was,
                d.after,
            )
            for d in found
        ]
        show_columns(("seq", "at", "door", "member", "the journal says", "would be"), rows)
    opened = sum(each.opens for each in found)
    typer.echo(
        f"{taps} taps decided again, {len(found)} would differ: {opened} would open, "
        f"{len(found) - opened} would not"
    )


def _last(here: Office) -> int:
    with reading_book(here.store, here.site) as book:
        return book.head.seq


def _names(here: Office, found: list[Difference]) -> Mapping[str, str]:
    with here.reading() as session:
        return names_of(session, here.site, sorted({each.member for each in found}))


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
