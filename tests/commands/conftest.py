"""A desk with a prepared building in an own folder, and what is typed there."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from commands.main import app

UID = "04A224B1C35880"
Usciere = Callable[..., Result]


@pytest.fixture
def usciere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Usciere:
    """Return what runs `usciere …` in an empty folder, as if nothing had been set up."""
    monkeypatch.chdir(tmp_path)
    for name in ("USCIERE_CONFIG", "USCIERE_LOG"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str, typed: str = "") -> Result:
        return CliRunner().invoke(app, words, input=typed, prog_name="usciere")

    return run


@pytest.fixture
def house(usciere: Usciere) -> Usciere:
    """Return the same, with a configuration, a database, a plan and Anna with a badge."""
    for words in (
        ("init", "--yes"),
        ("migrate",),
        ("plan", "add", "pieno", "--hours", "mon-fri 08:00-20:00"),
        ("member", "add", "Anna Rossi", "--email", "anna@example.org", "--plan", "pieno"),
        ("badge", "add", "anna@example.org", UID, "--label", "blu"),
    ):
        done = usciere(*words)
        assert done.exit_code == 0, done.stderr
    return usciere
