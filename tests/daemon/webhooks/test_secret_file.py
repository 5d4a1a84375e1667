"""Where a webhook's secret lies: its owner's alone, and refused in one line."""

from pathlib import Path

import pytest

from daemon.webhooks.secret_file import UnusableSecret, secrets_of

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - the specification's example


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "hook.secret"
    path.write_text(f"{SECRET}\n")
    path.chmod(0o600)
    return path


def why(path: Path) -> str:
    with pytest.raises(UnusableSecret) as told:
        secrets_of(path)
    line = str(told.value)
    assert str(path) in line
    assert "\n" not in line
    assert "MfKQ" not in line
    return line


def test_a_secret_is_what_stands_in_the_file(file: Path) -> None:
    [secret] = secrets_of(file)
    assert len(secret.key) == 24


def test_a_file_that_is_missing_says_what_belongs_there(tmp_path: Path) -> None:
    assert "whsec_ and then base64" in why(tmp_path / "hook.secret")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620])
def test_a_file_that_others_may_use_is_refused(file: Path, mode: int) -> None:
    file.chmod(mode)
    assert f"chmod 600 {file}" in why(file)


@pytest.mark.parametrize(
    ("content", "words"),
    [("", "empty"), ("whsec_MfKQ", "of 3 bytes"), (SECRET[6:], "no secret"), ("\xff", "no secret")],
)
def test_a_file_with_something_else_is_refused(file: Path, content: str, words: str) -> None:
    file.write_text(content)
    assert words in why(file)
