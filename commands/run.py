"""`usciere run`: doorman, API and, if configured, the embedded broker, for one small site."""

import os

import typer

from commands.building import config_path, settings_of
from commands.running import api_beside, demand_free, own_broker, set_up_logs
from daemon import run as doorman
from daemon.supervisor import supervisor_of
from devices.clock import steady

app = typer.Typer()


@app.command()
def run(ctx: typer.Context) -> None:
    """Run the whole of a small site until SIGTERM or Ctrl-C; then exit 0 within 5 s."""
    settings = settings_of(ctx)
    set_up_logs()
    otherwise = "end the program there, or choose another port in [api] listen"
    demand_free(settings.api.host, settings.api.port, otherwise)
    beside = (*own_broker(settings), api_beside(config_path(ctx)))
    doorman.run(settings, beside, supervisor_of(os.environ, steady))
