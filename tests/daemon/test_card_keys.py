"""The file of the cards' keys: read by its owner alone, made once, refused in one line."""

from pathlib import Path

import pytest

from daemon.card_keys import card_keys, make
from devices.cards.keys import CardKeys, UnusableKeys


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "cards.key"
    make(path)
    return path


def why(path: Path) -> str:
    with pytest.raises(UnusableKeys) as told:
        card_keys(path)
    line = str(told.value)
    assert str(path) in line
    assert "\n" not in line
    return line


def test_without_a_file_there_are_no_keys() -> None:
    assert card_keys(None) == CardKeys()


def test_a_new_file_is_its_owners_alone(file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600
    assert card_keys(file).sun is not None
    assert [each.name for each in file.parent.iterdir()] == ["cards.key"]


def test_a_file_that_is_there_is_never_written_over(file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(FileExistsError):
        make(file)
    assert file.read_bytes() == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o602, 0o601, 0o644])
def test_a_file_that_others_may_use_is_refused(file: Path, mode: int) -> None:
    file.chmod(mode)
    assert "chmod 600" in why(file)


def test_a_file_may_be_read_only(file: Path) -> None:
    file.chmod(0o400)
    assert card_keys(file).sun is not None


def test_a_credential_of_systemd_may_be_its_groups_to_read(file: Path) -> None:
    file.chmod(0o440)
    assert card_keys(file, file.parent).sun is not None
    for mode in (0o444, 0o460, 0o442):
        file.chmod(mode)
        with pytest.raises(UnusableKeys, match="others"):
            card_keys(file, file.parent)


def test_a_file_that_is_missing_says_what_to_do(tmp_path: Path) -> None:
    assert "usciere cards new-key" in why(tmp_path / "cards.key")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert "directory" in why(tmp_path).lower()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\xff\xfe", "not text"),
        (b"[sun]\n", "lacks"),
        (b"[sun]\nmeta-read = '" + b"00" * 16 + b"'\nfile-read = '" + b"00" * 16 + b"'\n", "knows"),
        (b"#" * 70_000, "too large"),
    ],
)
def test_a_file_with_something_else_is_refused(file: Path, content: bytes, words: str) -> None:
    file.write_bytes(content)
    assert words in why(file)
