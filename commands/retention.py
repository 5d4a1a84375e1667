"""`usciere retention`: what is older than the limits in the settings is forgotten."""

import typer
from rich.console import Console
from rich.progress import Progress

from commands.office import office
from commands.options import AsJson
from commands.paper import show_json
from daemon.privacy.retention import forget_old

app = typer.Typer(help="Retention: run.", no_args_is_help=True)


@app.callback()
def retention() -> None:
    """Forget what is older than the limits in the settings."""


@app.command()
def run(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """Forget what is too old now; sums of months stay as they are."""
    console = Console(stderr=True)
    with (
        office(ctx) as here,
        Progress(console=console, transient=True, disable=not console.is_terminal) as bar,
    ):
        task = bar.add_task("forgetting", total=None)

        def tell(what: str, count: int) -> None:
            bar.update(task, description=f"forgetting {what}", completed=count)

        forgotten = forget_old(here.store, here.settings, here.act.at, tell)
    if as_json:
        show_json(forgotten)
        return
    said = ", ".join(f"{count} {what}" for what, count in forgotten.items())
    typer.echo(f"forgotten: {said}" if said else "nothing is older than the limits")
