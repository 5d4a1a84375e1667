"""The key of the badge hashes: made once, whole, for its owner's eyes."""

import logging
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from daemon.badge_key import UnusableKey, key_of


def test_the_key_is_made_once_and_read_ever_after(tmp_path: Path) -> None:
    path = tmp_path / "badge.key"
    key = key_of(path)
    assert len(key) == 32
    assert key_of(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_two_programs_that_start_at_once_have_one_key(tmp_path: Path) -> None:
    path = tmp_path / "badge.key"
    with ThreadPoolExecutor(8) as programs:
        keys = set(programs.map(key_of, [path] * 32))
    assert len(keys) == 1


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_file_of_another_length_is_no_key_and_stays(tmp_path: Path, length: int) -> None:
    path = tmp_path / "badge.key"
    path.write_bytes(b"k" * length)
    with pytest.raises(UnusableKey, match=r"badge\.key is no badge key: .* put back the key"):
        key_of(path)
    assert path.read_bytes() == b"k" * length


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableKey, match=r"none/badge\.key: No such file"):
        key_of(tmp_path / "none" / "badge.key")


def test_a_folder_instead_of_a_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableKey, match="directory"):
        key_of(tmp_path)


def test_a_key_that_others_may_read_is_complained_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "badge.key"
    key = key_of(path)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    path.chmod(0o644)
    assert key_of(path) == key
    assert f"chmod 600 {path}" in caplog.text
    assert key.hex() not in caplog.text
