"""`usciere backup` and `restore`: one moment's copy, checked before it replaces anything."""

import io
import json
import os
import sqlite3
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.conftest import Usciere


def names(house: Usciere) -> list[str]:
    return [each["name"] for each in json.loads(house("member", "list", "--json").stdout)]


@pytest.fixture
def saved(house: Usciere, tmp_path: Path) -> Path:
    file = tmp_path / "copy.usciere"
    done = house("backup", str(file))
    assert done.exit_code == 0, done.stderr
    return file


def test_what_was_there_comes_back_and_what_came_later_is_kept_beside(
    house: Usciere, saved: Path, tmp_path: Path
) -> None:
    house("member", "add", "Bruno")
    key = (tmp_path / "badge.key").read_bytes()
    done = house("restore", str(saved))
    assert done.exit_code == 0, done.stderr
    assert names(house) == ["Anna Rossi"]
    assert (tmp_path / "badge.key").read_bytes() == key
    assert house("journal", "verify").exit_code == 0
    last = json.loads(house("journal", "export").stdout.splitlines()[-1])
    assert (last["kind"], last["reason"]) == ("system", "restored")
    [before] = tmp_path.glob("usciere.db.before-*")
    with sqlite3.connect(before) as old:
        assert {row[0] for row in old.execute("select name from member")} == {"Anna Rossi", "Bruno"}


def test_a_copy_is_for_its_owner_alone_and_never_written_over(
    house: Usciere, saved: Path, tmp_path: Path
) -> None:
    assert saved.stat().st_mode & 0o777 == 0o600
    content = saved.read_bytes()
    again = house("backup", str(saved))
    assert (again.exit_code, len(again.stderr.splitlines())) == (1, 1)
    assert "choose another name" in again.stderr
    assert saved.read_bytes() == content
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_it_goes_back_onto_a_machine_that_has_nothing(
    house: Usciere, saved: Path, tmp_path: Path
) -> None:
    for file in ("usciere.db", "badge.key", "usciere.db-wal", "usciere.db-shm"):
        (tmp_path / file).unlink(missing_ok=True)
    assert house("restore", str(saved), "--check").exit_code == 0
    assert not (tmp_path / "usciere.db").exists()
    assert house("restore", str(saved)).exit_code == 0
    assert names(house) == ["Anna Rossi"]
    assert (tmp_path / "badge.key").stat().st_mode & 0o777 == 0o600


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def no_tar(_: bytes) -> bytes:
    return b"PK\x03\x04 something else"


def flipped(content: bytes) -> bytes:
    at = content.rindex(b"SQLite format 3") + 5000
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def foreign(_: bytes) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("../../etc/passwd"), io.BytesIO())
    return written.getvalue()


def noted(change: Callable[[dict[str, object]], object]) -> Callable[[bytes], bytes]:
    """Return what writes another note into a backup."""

    def spoil(content: bytes) -> bytes:
        written = io.BytesIO()
        with (
            tarfile.open(fileobj=io.BytesIO(content)) as old,
            tarfile.open(fileobj=written, mode="w") as new,
        ):
            for member in old:
                file = old.extractfile(member)
                assert file is not None
                body = file.read()
                if member.name == "backup.json":
                    note = json.loads(body)
                    change(note)
                    body = json.dumps(note).encode()
                member.size = len(body)
                new.addfile(member, io.BytesIO(body))
        return written.getvalue()

    return spoil


@pytest.mark.parametrize(
    "spoil",
    [
        cut,
        no_tar,
        flipped,
        foreign,
        noted(lambda note: note.update(schema="9999")),
        noted(lambda note: note.update(heads={"elsewhere": [0, "0" * 64]})),
        noted(lambda note: note.update(heads={"cooffice": [99, "0" * 64]})),
        noted(lambda note: note.update(heads=7)),
        noted(lambda note: note.update(kind="diary")),
        noted(lambda note: note.pop("hashes")),
    ],
)
def test_what_is_not_sound_replaces_nothing(
    house: Usciere, saved: Path, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    bad = tmp_path / "bad.usciere"
    bad.write_bytes(spoil(saved.read_bytes()))
    house("member", "add", "Bruno")
    done = house("restore", str(bad))
    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1)
    assert str(bad) in done.stderr or "copy" in done.stderr
    assert names(house) == ["Anna Rossi", "Bruno"]
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []
    assert list(tmp_path.glob("*.before-*")) == []


def test_nothing_is_taken_away_under_a_program_that_uses_it(
    house: Usciere, saved: Path, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "usciere.db")
    other.execute("select count(*) from member").fetchone()
    done = house("restore", str(saved))
    assert (done.exit_code, "is in use; stop" in done.stderr) == (1, True)
    other.close()
    assert house("restore", str(saved)).exit_code == 0


def test_what_was_deleted_is_not_in_a_copy(house: Usciere, tmp_path: Path) -> None:
    house("member", "add", "Zebedeo Forgettable")
    [one] = [
        each["id"]
        for each in json.loads(house("member", "list", "--json").stdout)
        if each["name"].startswith("Zebedeo")
    ]
    assert house("member", "remove", one).exit_code == 0
    file = tmp_path / "later.usciere"
    assert house("backup", str(file)).exit_code == 0
    assert b"Forgettable" not in file.read_bytes()


def test_nothing_to_copy_is_said_in_a_line(usciere: Usciere, tmp_path: Path) -> None:
    usciere("init", "--yes")
    done = usciere("backup", str(tmp_path / "copy"))
    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1)
    gone = usciere("restore", str(tmp_path / "nowhere"))
    assert (gone.exit_code, len(gone.stderr.splitlines())) == (1, 1)
    assert os.listdir(tmp_path) == ["usciere.toml"]  # noqa: PTH208 - names are what is asked
