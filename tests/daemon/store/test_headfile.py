import os
from pathlib import Path

import pytest

from daemon.config import load
from daemon.store.headfile import HeadFile, head_path

A, B = "a" * 64, "b" * 64


def test_the_head_kept_apart_is_read_back(tmp_path: Path) -> None:
    HeadFile(tmp_path / "head").note(9, A)
    HeadFile(tmp_path / "head").note(10, B)
    assert (tmp_path / "head").read_text() == f"10 {B}\n"
    assert HeadFile(tmp_path / "head").read() == (10, B)


def test_it_never_goes_backwards(tmp_path: Path) -> None:
    quick, slow = HeadFile(tmp_path / "head"), HeadFile(tmp_path / "head")
    quick.note(1000, A)
    slow.note(999, B)
    assert slow.read() == (1000, A)


def test_before_the_first_note_there_is_none(tmp_path: Path) -> None:
    assert HeadFile(tmp_path / "head").read() is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("torn", [b"", b"\0" * 70, b"12", b"12 abc\n", b"-1 " + b"a" * 64 + b"\n"])
def test_a_torn_one_counts_as_none_and_is_written_anew(tmp_path: Path, torn: bytes) -> None:
    (tmp_path / "head").write_bytes(torn)
    head = HeadFile(tmp_path / "head")
    assert head.read() is None
    head.note(3, A)
    assert head.read() == (3, A)


def test_several_programs_may_note_at_once(tmp_path: Path) -> None:
    children = []
    for first in range(4):
        child = os.fork()
        if child == 0:
            head = HeadFile(tmp_path / "head")
            for seq in range(first, 2000, 4):
                head.note(seq, f"{seq:064x}")
            os._exit(0)
        children.append(child)
    assert all(os.waitpid(child, 0)[1] == 0 for child in children)
    assert HeadFile(tmp_path / "head").read() == (1999, f"{1999:064x}")


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///data/usciere.db", "data/usciere.db.cooffice.head"),
        ("postgresql+psycopg://usciere@/usciere", "cooffice.journal-head"),
    ],
)
def test_it_lies_beside_the_database_file_or_else_beside_the_configuration(
    tmp_path: Path, url: str, path: str
) -> None:
    building = Path(__file__).parents[1] / "usciere.toml"
    (tmp_path / "usciere.toml").write_bytes(building.read_bytes())
    settings = load(tmp_path / "usciere.toml", {"USCIERE_DATABASE__URL": url})
    assert head_path(settings) == tmp_path / path
