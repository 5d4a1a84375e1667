"""`usciere daemon`: the doorman, and the embedded broker if configured; no HTTP."""

import os

import typer

from commands.building import settings_of
from commands.running import own_broker, set_up_logs
from daemon import run as doorman
from daemon.supervisor import supervisor_of
from devices.clock import steady

app = typer.Typer()


@app.command()
def alone(ctx: typer.Context) -> None:
    """Be the doorman until SIGTERM or Ctrl-C; then exit 0 within 5 s."""
    settings = settings_of(ctx)
    set_up_logs()
    doorman.run(settings, own_broker(settings), supervisor_of(os.environ, steady))
