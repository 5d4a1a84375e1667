"""What is typed: the table of commands, where `--config` may stand, failures in one line."""

import subprocess
import sys
from pathlib import Path

import pytest

from commands.failures import Failed, sentence
from commands.main import COMMANDS, config_first
from devices.contract import Unreachable
from tests.commands.conftest import UID, Usciere


def test_help_lists_every_command_with_one_line_in_the_order_of_the_contract(
    usciere: Usciere,
) -> None:
    lines = usciere("--help").stdout.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in lines] == list(COMMANDS)
    assert all(len(line) <= 80 for line in lines)


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "api"])
def test_every_command_explains_itself(usciere: Usciere, name: str) -> None:
    done = usciere(name, "--help")
    assert done.exit_code == 0
    assert f"usciere {name}" in done.stdout


@pytest.mark.parametrize(
    "words", [("dance",), ("tap",), ("tap", "a", "b", "c"), ("member", "list", "--nonsense")]
)
def test_wrong_usage_is_status_2(usciere: Usciere, words: tuple[str, ...]) -> None:
    done = usciere(*words)
    assert done.exit_code == 2
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (["run", "--config", "a.toml"], ["--config", "a.toml", "run"]),
        (["run", "--config=a.toml"], ["--config=a.toml", "run"]),
        (["--config", "a.toml", "run"], ["--config", "a.toml", "run"]),
        (["tap", "x", "y"], ["tap", "x", "y"]),
        (["member", "add", "--", "--config"], ["member", "add", "--", "--config"]),
        (["run", "--config"], ["--config", "run"]),
    ],
)
def test_the_configuration_may_be_named_anywhere_before_two_dashes(
    typed: list[str], read: list[str]
) -> None:
    assert config_first(typed) == read


def test_without_a_configuration_it_says_what_to_do(usciere: Usciere) -> None:
    done = usciere("member", "list")
    assert done.exit_code == 1
    assert done.stderr == (
        "usciere.toml: can't be read: No such file or directory; "
        "name another file, or run `usciere init` to write one\n"
    )


def test_every_wrong_key_has_a_line(usciere: Usciere, tmp_path: Path) -> None:
    (tmp_path / "usciere.toml").write_text('[site]\nid = "A"\nname = "x"\ncolour = 1\n')
    done = usciere("member", "list")
    assert done.exit_code == 1
    keys = [line.split(":")[0] for line in done.stderr.splitlines()]
    assert set(keys) >= {"site.id", "site.colour", "rooms", "doors"}


def test_the_demo_in_this_folder_is_found_but_gives_way(usciere: Usciere, tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "usciere.toml").write_text("rubbish")
    assert usciere("member", "list").stderr.startswith("demo/usciere.toml: not TOML")
    assert usciere("init", "--yes").exit_code == 0
    assert usciere("member", "list").stderr.startswith("there is no database")


def test_the_environment_may_name_the_configuration(
    usciere: Usciere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USCIERE_CONFIG", "elsewhere.toml")
    assert usciere("member", "list").stderr.startswith("elsewhere.toml: can't be read")


def test_a_known_failure_is_its_own_sentence() -> None:
    assert sentence(Failed("no such door")) == "no such door"
    assert sentence(Unreachable("no broker at x")) == "no broker at x"
    assert sentence(FileNotFoundError(2, "No such file or directory", "a.csv")) == (
        "a.csv: No such file or directory"
    )


def test_a_bug_is_one_line_that_quotes_nothing() -> None:
    numbers: dict[str, int] = {}
    with pytest.raises(KeyError) as caught:
        numbers[UID]
    said = sentence(caught.value)
    assert said.startswith("usciere itself failed: KeyError in test_main.py, line ")
    assert said.endswith("run it again with USCIERE_LOG=debug and report what it prints")
    assert UID not in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("module", "banned"),
    [
        ("commands.main", {"sqlalchemy", "rich", "pydantic", "paho", "fastapi"}),
        ("commands.tap", {"sqlalchemy", "rich", "fastapi", "daemon.doorman"}),
        ("commands.daemon", {"rich", "fastapi", "uvicorn", "alembic"}),
    ],
)
def test_a_command_imports_no_more_than_it_needs(module: str, banned: set[str]) -> None:
    program = f"import sys, {module}; print('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not banned & set(done.stdout.split())


def test_a_database_that_was_taken_away_is_not_begun_anew(house: Usciere, tmp_path: Path) -> None:
    (tmp_path / "usciere.db").unlink()
    (tmp_path / "usciere.db.cooffice.head").write_text(f"7 {'a' * 64}\n")
    done = house("migrate")
    assert done.exit_code == 1
    assert "usciere.db.cooffice.head knows of 7 journal entries" in done.stderr
    assert "usciere restore" in done.stderr
    assert not (tmp_path / "usciere.db").exists()
