"""What a failed command says: one line that tells what, where and what to do; never a traceback.

Failed                 what a command itself gives up with; the text is the line
"""

import os
import traceback
from collections.abc import Callable
from pathlib import Path

import typer
from typer._click.exceptions import ClickException

NOT_OURS = (typer.Exit, typer.Abort, ClickException, BrokenPipeError)
"""What Typer itself tells."""


class Failed(Exception):
    """The command can't do it; the sentence says why and what to do."""


def tell(problem: Exception) -> None:
    """Say on stderr what went wrong; the traceback only with USCIERE_LOG=debug."""
    if os.environ.get("USCIERE_LOG", "").lower() == "debug":
        typer.echo("".join(traceback.format_exception(problem)), err=True, nl=False)
    typer.echo(sentence(problem), err=True)


def sentence(problem: Exception) -> str:
    """Return the line, or for a configuration the lines, for a failure."""
    for kind in type(problem).__mro__:
        said = _SENTENCES.get(f"{kind.__module__}.{kind.__qualname__}")
        if said is not None:
            return said(problem)
    return _bug(problem)


def _itself(problem: Exception) -> str:
    return str(problem)


def _file(problem: Exception) -> str:
    assert isinstance(problem, OSError)  # noqa: S101 - narrows the type; the table sends no other
    where = f"{problem.filename}: " if problem.filename else ""
    return f"{where}{problem.strerror or 'input or output failed'}"


def _database(problem: Exception) -> str:
    """Name the situation in the driver's words; SQLAlchemy adds statements, which say too much."""
    told = str(getattr(problem, "orig", problem)).strip().splitlines()[0]
    hint = next((hint for word, hint in _DATABASE_HINTS.items() if word in told), "")
    return f"the database says: {told}{hint or '; check [database] url with `usciere check`'}"


_DATABASE_HINTS = {
    "no such table": "; prepare it with `usciere migrate`",
    "does not exist": "; prepare it with `usciere migrate`",
    "unable to open": "; does the folder in [database] url exist, and may you write there?",
    "locked": "; another program holds it for long: try again, or end that program",
    "readonly": "; may this user write the file and its folder?",
    "full": "; make room on the disk and try again",
}


def _bug(problem: Exception) -> str:
    last = traceback.extract_tb(problem.__traceback__)[-1:]
    where = "".join(f" in {Path(frame.filename).name}, line {frame.lineno}" for frame in last)
    kind = type(problem).__name__
    return (
        f"usciere itself failed: {kind}{where}; that is a bug: "
        "run it again with USCIERE_LOG=debug and report what it prints"
    )


# By name, so that telling of a failure imports nothing that the command did not.
_SENTENCES: dict[str, Callable[[Exception], str]] = {
    "commands.failures.Failed": _itself,
    "daemon.config.problems.ConfigError": _itself,
    "daemon.store.book.UnknownSite": _itself,
    "daemon.store.objections.Objection": _itself,
    "daemon.store.schema.SchemaError": _itself,
    "daemon.badge_key.UnusableKey": _itself,
    "daemon.backup.BackupError": _itself,
    "daemon.webhooks.secret_file.UnusableSecret": _itself,
    "devices.cards.keys.UnusableKeys": _itself,
    "devices.contract.DeviceError": _itself,
    "devices.moments.NotAMoment": _itself,
    "devices.uid.NotAUid": _itself,
    "sqlalchemy.exc.DBAPIError": _database,
    "daemon.store.trouble.Unavailable": _database,
    "sqlite3.OperationalError": _database,
    "builtins.OSError": _file,
}
