"""`usciere init`: a few questions, and a commented configuration that passes its own checks."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from commands.building import HERE
from commands.failures import Failed
from commands.options import Yes
from daemon.config import load
from daemon.config_template import commented

app = typer.Typer()
Wish = Annotated[str | None, typer.Option()]
_QUESTIONS = {
    "site": ("Short id of the building (small letters, digits, -)", "cooffice"),
    "name": ("Its name", "CoOffice"),
    "timezone": ("Its time zone", "Europe/Rome"),
    "language": ("Language: it or en", "it"),
}


@app.command()
def init(  # noqa: PLR0913 - one option a question
    ctx: typer.Context,
    *,
    site: Wish = None,
    name: Wish = None,
    timezone: Wish = None,
    language: Wish = None,
    yes: Yes = False,
) -> None:
    """Ask a few questions, or take defaults with --yes, and write a commented configuration.

    Never overwrites. An option answers its question.
    """
    named = ctx.find_root().obj
    path = named if isinstance(named, Path) else HERE
    refuse_to_overwrite(path)
    said = {"site": site, "name": name, "timezone": timezone, "language": language}
    answers = {key: _answer(key, value, yes=yes) for key, value in said.items()}
    text = commented(
        answers["site"], answers["name"], answers["timezone"], answers["language"].lower()
    )
    check_text(text)
    write_new(path, text)
    typer.echo(f"wrote {path}; look it over, then: usciere check, and usciere run")


def _answer(key: str, said: str | None, *, yes: bool) -> str:
    question, default = _QUESTIONS[key]
    if said is not None or yes:
        return said if said is not None else default
    answer: str = typer.prompt(question, default=default)
    return answer.strip()


def refuse_to_overwrite(path: Path) -> None:
    if path.exists():
        raise Failed(
            f"{path} is there already and is never overwritten; "
            "name another file with --config, or move that one away"
        )


def check_text(text: str) -> None:
    """Read a configuration as the program would before it is written; raises ConfigError."""
    with TemporaryDirectory() as folder:
        trial = Path(folder, "usciere.toml")
        trial.write_text(text, encoding="utf-8")
        load(trial, {})


def write_new(path: Path, text: str) -> None:
    """Write a file that nobody else has made meanwhile; raises Failed."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        refuse_to_overwrite(path)
