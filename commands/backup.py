"""`usciere backup`: a consistent copy while everything goes on."""

from pathlib import Path
from typing import Annotated

import typer

from commands.office import office
from commands.progress import bar
from daemon.backup.copying import back_up

app = typer.Typer()


@app.command()
def backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file; never overwritten.")],
) -> None:
    """Copy database and badge key of one moment into a file that only its owner can read."""
    with office(ctx) as here, bar("copying") as tell:
        note = back_up(here.store, here.settings.site.badge_key_file, file, here.act.at, tell)
    size = file.stat().st_size / (1 << 20)
    seq, head = note.heads[here.site]
    typer.echo(f"{file}: {size:.1f} MiB, {seq} entries, head {head}; keep it safe, and elsewhere")
