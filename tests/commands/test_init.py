"""`init` writes a configuration that passes its own checks, and never over another."""

from pathlib import Path

from daemon.config import load
from tests.commands.conftest import Usciere


def test_the_defaults_are_a_house(usciere: Usciere, tmp_path: Path) -> None:
    done = usciere("init", "--yes")
    assert done.exit_code == 0
    assert done.stdout.startswith("wrote usciere.toml; look it over")
    settings = load(tmp_path / "usciere.toml", {})
    assert (settings.site.id, settings.site.timezone) == ("cooffice", "Europe/Rome")


def test_questions_are_asked_and_options_answer_them(usciere: Usciere, tmp_path: Path) -> None:
    done = usciere("init", "--site", "lab", "--timezone", "Europe/Berlin", typed="Das Labor\nen\n")
    assert done.exit_code == 0
    assert "Its name [CoOffice]" in done.stdout
    assert "time zone" not in done.stdout
    settings = load(tmp_path / "usciere.toml", {})
    assert (settings.site.name, settings.site.language) == ("Das Labor", "en")


def test_it_never_overwrites(usciere: Usciere, tmp_path: Path) -> None:
    (tmp_path / "usciere.toml").write_text("mine")
    done = usciere("init", "--yes")
    assert done.exit_code == 1
    assert done.stderr.startswith("usciere.toml is there already and is never overwritten;")
    assert (tmp_path / "usciere.toml").read_text() == "mine"


def test_what_would_not_load_is_not_written(usciere: Usciere, tmp_path: Path) -> None:
    done = usciere("init", "--yes", "--site", "A B", "--timezone", "Mars/Olympus")
    assert done.exit_code == 1
    assert {line.split(":")[0] for line in done.stderr.splitlines()} == {
        "site.id",
        "site.timezone",
    }
    assert not (tmp_path / "usciere.toml").exists()


def test_another_file_may_be_named(usciere: Usciere, tmp_path: Path) -> None:
    assert usciere("init", "--yes", "--config", "house.toml").exit_code == 0
    assert (tmp_path / "house.toml").exists()


def test_whoever_says_nothing_gets_nothing(usciere: Usciere, tmp_path: Path) -> None:
    assert usciere("init").exit_code == 1
    assert not (tmp_path / "usciere.toml").exists()
