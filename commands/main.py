"""`usciere`: the table of commands, and the one place where a failure becomes a line.

A command's module is imported when it is called, so that help and `tap` answer at once and a small
machine pays only for what it runs.
"""

import gc
import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from typer import _click  # a group's own signatures speak of the click that Typer carries
from typer.core import TyperGroup

from commands import failures

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "A complete CoOffice on this machine, to try."),
    "run": ("run", "Doorman, API and embedded broker together, for one small site."),
    "daemon": ("daemon", "The doorman alone: decides, remembers, opens."),
    "api": ("api", "HTTP and web pages alone."),
    "init": ("init", "Ask a few questions and write a commented configuration."),
    "check": ("check", "Validate configuration, database, broker, devices and clock."),
    "migrate": ("migrate", "Bring the database schema to this version."),
    "token": ("tokens", "API tokens: create, list, revoke."),
    "account": ("accounts", "Accounts of the pages: create, list, reset, end."),
    "member": ("members", "Members: add, list, show, change, block, import."),
    "badge": ("badges", "Badges: add, enrol, list, show, change, block, unblock, lost."),
    "plan": ("plans", "Plans: add, list, show, change, remove."),
    "carnet": ("carnets", "Prepaid entries: add, list, show, left, change, remove."),
    "booking": ("bookings", "Bookings: add, list, show, move, extend, end, cancel, import."),
    "calendar": ("calendars", "Calendars that book a room: add, list, sync, upload."),
    "visitor": ("visitors", "Visitors: add, list, show, change, end, import."),
    "gathering": ("gatherings", "Courses and events: add, list, attendees, attendance."),
    "cards": ("cards", "Cards that prove to be genuine: new-key, keys."),
    "door-key": ("door_key", "Make the key with which a door seals its messages."),
    "osdp-key": ("osdp_key", "Give a new OSDP reader a key of its own."),
    "tap": ("tap", "Send a tap as a reader would, and show the answer."),
    "explain": ("explain", "A decision and every rule on the way to it, opening nothing."),
    "watch": ("watch", "The live board in a terminal."),
    "report": ("reports", "Attendance to invoice from, rooms, occupancy."),
    "journal": ("journal", "The journal: verify its chain, export it, replay it."),
    "person": ("person", "Data protection: export and erase a person."),
    "retention": ("retention", "Forget what is older than the limits."),
    "broker-config": ("broker_config", "A Mosquitto in which doors speak for themselves alone."),
    "backup": ("backup", "A consistent copy while all goes on."),
    "restore": ("restore", "Check a backup and put it back."),
    "bench": ("bench", "Tap to unlock on this machine, next to a bare echo."),
}
"""Command -> its module in `commands` and its line of help, in the order of `usciere --help`."""


class CommandTable(TyperGroup):
    """Finds a command by the table, imports it then, and tells its failures in one line."""

    def list_commands(self, ctx: _click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: _click.Context, cmd_name: str) -> _click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        name, line = COMMANDS[cmd_name]
        with _uncollected():
            found: typer.Typer = importlib.import_module(f"commands.{name}").app
        command = typer.main.get_command(found)
        command.name, command.help = cmd_name, command.help or line
        return command

    def format_commands(self, ctx: _click.Context, formatter: _click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def parse_args(self, ctx: _click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, config_first(args))

    def invoke(self, ctx: _click.Context) -> Any:  # click's signature
        try:
            return super().invoke(ctx)
        except failures.NOT_OURS:
            raise
        except Exception as problem:  # noqa: BLE001 - the top: whatever it is becomes one line
            failures.tell(problem)
            raise typer.Exit(1) from None


@contextmanager
def _uncollected() -> Iterator[None]:
    """Load without looking for garbage: there is none, and looking is a fifth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def config_first(arguments: list[str]) -> list[str]:
    """Move `--config FILE` before the command, so that it may stand anywhere before a `--`."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    moved: list[str] = []
    rest: list[str] = []
    waiting = iter(arguments[:end])
    for argument in waiting:
        if argument == "--config":
            moved += [argument, *([value] if (value := next(waiting, None)) else [])]
        elif argument.startswith("--config="):
            moved.append(argument)
        else:
            rest.append(argument)
    return moved + rest + arguments[end:]


app = typer.Typer(
    cls=CommandTable,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def usciere(
    ctx: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            envvar="USCIERE_CONFIG",
            help="The configuration; else ./usciere.toml, else ./demo/usciere.toml.",
        ),
    ] = None,
) -> None:
    """Usciere: the porter of a shared workplace. Reads badges, opens doors, knows who is in."""
    ctx.obj = config


def main() -> None:
    """Run what was typed; the exit status is 0 done, 1 refused or failed, 2 wrong usage."""
    app(prog_name="usciere")
