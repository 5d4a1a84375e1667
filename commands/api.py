"""`usciere api`: HTTP and web pages, beside a doorman or without one."""

import os
from typing import Annotated

import typer

from api.serve import serve
from commands.building import settings_of
from commands.running import set_up_logs
from daemon.lifeline import follow_parent
from daemon.supervisor import handed_over, supervisor_of
from devices.clock import steady

app = typer.Typer()


@app.command()
def api(
    ctx: typer.Context,
    *,
    child: Annotated[
        bool, typer.Option("--child", hidden=True, help="End when standard input does.")
    ] = False,
) -> None:
    """Serve HTTP until SIGTERM or Ctrl-C; then exit 0 within 5 s.

    Under a systemd socket unit it serves there, whatever [api] listen says.
    """
    settings = settings_of(ctx)
    set_up_logs()
    if child:
        follow_parent()
    serve(settings, typer.echo, handed_over(os.environ), supervisor_of(os.environ, steady))
