"""`usciere osdp-key`: gives an OSDP reader a key of its own, once, when it is new."""

import importlib
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from commands.building import door_of, reader_of, settings_of
from commands.failures import Failed
from daemon.config import Settings
from daemon.fittings import fittings_of
from devices.contract import Fitting, Part
from devices.kinds import NotInstalled

app = typer.Typer()


@app.command("osdp-key")
def osdp_key(
    ctx: typer.Context,
    place: Annotated[str, typer.Argument(metavar="DOOR/READER", help="Which reader.")],
) -> None:
    """Give a new OSDP reader its key; stop the doorman first, he holds the line.

    The reader's factory key is accepted for a minute and for nothing but this.
    """
    fitting = _fitting(settings_of(ctx), place)
    path, address = str(fitting.options["port"]), int(fitting.options["address"])
    if "key_file" not in fitting.options:
        raise Failed(f"{place} names no `key_file` in the settings; name the file to make")
    file = Path(str(fitting.options["key_file"]))
    try:
        installing = importlib.import_module("devices.osdp.installing")
    except ModuleNotFoundError as missing:
        raise NotInstalled(
            f"this needs the library {missing.name}: install it with `pip install 'usciere[osdp]'`"
        ) from missing
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(f"Waiting for address {address}", total=installing.LIMIT)
        installing.install(
            path,
            address,
            file,
            time.sleep,
            lambda left: bar.update(task, completed=installing.LIMIT - left),
        )
    typer.echo(f"{place} has its key; it is in {file}, keep a copy apart")


def _fitting(settings: Settings, place: str) -> Fitting:
    door_id, _, named = place.partition("/")
    door = door_of(settings, door_id)
    reader = reader_of(door, named or None)
    for fitting in fittings_of(settings):
        here = (fitting.door, fitting.name, fitting.part) == (door.id, reader, Part.READER)
        if here and fitting.driver == "osdp":
            return fitting
    raise Failed(f"{door.id}/{reader} is no OSDP reader; its driver has no key")
