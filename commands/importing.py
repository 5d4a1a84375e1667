"""The import and export of people: a whole CSV file in one transaction, or nothing of it."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import track

from commands.failures import Failed
from commands.office import office
from daemon.badge_key import key_of
from daemon.config.problems import printable
from daemon.people_csv import LARGEST, Trouble, written
from daemon.store import members
from daemon.store.badges import Lab
from daemon.store.newcomers import Newcomer, take_in

_LONGEST = 300


def import_people(ctx: typer.Context, file: Path, *, skip_bad: bool) -> None:
    """Import a file; prints what was done. Raises Failed with every bad line."""
    content = content_of(file)
    with office(ctx) as here:
        lab = Lab(key_of(here.settings.site.badge_key_file), here.zone)
        done = take_in(here.act, content, lab, skip_bad=skip_bad, watch=_watched)
    if done.troubles and not skip_bad:
        raise Failed(refusal(done.troubles, "nothing was imported"))
    if done.troubles:
        typer.echo(refusal(done.troubles, "left out"), err=True)
    typer.echo(f"imported {done.people} members and {done.badges} badges")


def export_people(ctx: typer.Context) -> None:
    """Print members as `import` reads them; formulas made harmless for spreadsheets."""
    with office(ctx) as here, here.reading() as session:
        found = members.members(session, here.site)
    sys.stdout.write(written(found))


def content_of(file: Path) -> bytes:
    """Return what is in a file, and of one too large as much as shows that; raises Failed."""
    if file.exists() and not file.is_file():
        raise Failed(f"{file} is no ordinary file; name a CSV file")
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


def _watched(newcomers: Sequence[Newcomer], what: str) -> Iterable[Newcomer]:
    """Go through the lines, with a progress bar where somebody watches."""
    console = Console(stderr=True)
    return track(newcomers, what, console=console, disable=not console.is_terminal)


def refusal(troubles: Sequence[Trouble], then: str) -> str:
    """Return every trouble in a line of its own, and what became of the bad lines."""
    lines = sorted(troubles, key=lambda each: each.line)
    said = [printable(str(each), _LONGEST) for each in lines]
    count = len({each.line for each in troubles})
    return "\n".join([*said, f"{count} bad line{'s' if count > 1 else ''}: {then}"])
