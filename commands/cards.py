"""`usciere cards`: keys of the cards that prove to be genuine, and what to write on each card."""

import os
from pathlib import Path
from typing import Annotated

import typer

from commands.building import settings_of
from commands.failures import Failed
from commands.options import Uid
from commands.paper import columns
from daemon import card_keys
from devices import uid as uids
from devices.cards.keys import AppKeys, CardKeys

app = typer.Typer(help="Cards that prove to be genuine: keys.", no_args_is_help=True)
_USUAL = Path("cards.key")


@app.command("new-key")
def new_key(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to make.")] = _USUAL,
) -> None:
    """Make a file with new keys that nobody but this user may read; never overwrites one."""
    try:
        card_keys.make(file)
    except FileExistsError:
        raise Failed(f"{file} is there already; it stays as it is") from None
    typer.echo(f'{file} made; name it in [cards] key_file = "{file.name}", and keep a copy apart')


@app.command()
def keys(ctx: typer.Context, uid: Uid) -> None:
    """Print the keys to write on one card. They are secrets of this card."""
    file = settings_of(ctx).cards.key_file
    if file is None:
        raise Failed("[cards] key_file names no file; make one with `usciere cards new-key`")
    rows = _rows(card_keys.card_keys(file), uids.parse(uid))
    if os.isatty(1):
        typer.echo("These are secrets: close this window when you have used them.", err=True)
    typer.echo("\n".join(columns(rows)))


def _rows(held: CardKeys, uid: uids.Uid) -> list[tuple[str, str]]:
    rows = []
    if held.sun is not None:
        rows.append(("sun K_SDMMetaRead", held.sun.meta.hex().upper()))
        rows.append(("sun K_SDMFileRead", held.sun.file_of(uid).hex().upper()))
    for name, app_keys in (("ntag424", held.ntag424), ("desfire", held.desfire)):
        if app_keys is not None:
            rows += _app_rows(name, app_keys, uid)
    return rows


def _app_rows(name: str, held: AppKeys, uid: uids.Uid) -> list[tuple[str, str]]:
    where = f"{name} {held.application.hex().upper()}".rstrip()
    rows = [(f"{where} key {held.number}", held.key_of(uid).hex().upper())]
    if held.shared is not None:
        rows.append((f"{where} key {held.shared_number}", held.shared.hex().upper()))
    return rows
