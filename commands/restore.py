"""`usciere restore`: a backup is checked, then it takes the place of what is there."""

from pathlib import Path
from typing import Annotated

import typer

from commands.building import settings_of
from commands.progress import bar
from daemon.backup.restoring import checked
from daemon.backup.restoring import restore as put_back
from devices.clock import now

app = typer.Typer()


@app.command()
def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `usciere backup` made.")],
    *,
    check: Annotated[bool, typer.Option("--check", help="Only look whether it is sound.")] = False,
) -> None:
    """Check a backup whole, then let it replace database and badge key; what was there is kept."""
    settings = settings_of(ctx)
    if check:
        with checked(file, settings) as (_, note):
            seq, _head = note.heads[settings.site.id]
        typer.echo(f"{file} is sound: {seq} entries, made {note.made}")
        return
    with bar("restoring") as tell:
        note, kept = put_back(file, settings, now(), tell)
    typer.echo(f"restored {settings.site.id} as it was on {note.made}")
    for each in kept:
        typer.echo(f"what was there is kept: {each}")
