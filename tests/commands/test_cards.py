"""Keys for cards at the desk: made once, told for one card, never shown otherwise."""

from pathlib import Path

import pytest

from devices.cards.keys import read
from devices.uid import Uid
from tests.commands.conftest import UID, Usciere

NUMBER = Uid(bytes.fromhex(UID))


@pytest.fixture
def keyed(house: Usciere) -> Usciere:
    """Return a house with keys for cards, one door of which demands a proof."""
    assert house("cards", "new-key").exit_code == 0
    path = Path("usciere.toml")
    text = path.read_text() + '\n[cards]\nkey_file = "cards.key"\n'
    path.write_text(text.replace('id = "ingresso"', 'id = "ingresso"\nstrength = "cryptographic"'))
    return house


def test_new_keys_are_made_once_for_this_user_alone(house: Usciere) -> None:
    made = house("cards", "new-key", "mine.key")
    assert made.stdout.startswith('mine.key made; name it in [cards] key_file = "mine.key"')
    file = Path("mine.key")
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.read_text()
    again = house("cards", "new-key", "mine.key")
    assert (again.exit_code, again.stderr) == (
        1,
        "mine.key is there already; it stays as it is\n",
    )
    assert file.read_text() == before


def test_new_keys_are_not_printed(house: Usciere) -> None:
    made = house("cards", "new-key")
    keys = read(Path("cards.key").read_text())
    assert keys.sun is not None
    assert keys.sun.file.hex().upper() not in made.output


def test_what_cannot_be_made_is_said_in_a_line(house: Usciere) -> None:
    failed = house("cards", "new-key", "nowhere/cards.key")
    assert failed.exit_code == 1
    assert failed.stderr.count("\n") == 1
    assert "No such file or directory" in failed.stderr


def test_a_cards_own_keys_are_told_and_no_master(keyed: Usciere) -> None:
    keys = read(Path("cards.key").read_text())
    assert keys.sun
    assert keys.ntag424
    assert keys.desfire
    said = keyed("cards", "keys", UID)
    assert [line.split() for line in said.stdout.splitlines()] == [
        ["sun", "K_SDMMetaRead", keys.sun.meta.hex().upper()],
        ["sun", "K_SDMFileRead", keys.sun.file_of(NUMBER).hex().upper()],
        ["ntag424", "key", "3", keys.ntag424.key_of(NUMBER).hex().upper()],
        ["desfire", "F5CA01", "key", "1", keys.desfire.key_of(NUMBER).hex().upper()],
    ]
    for master in (keys.sun.file, keys.ntag424.master, keys.desfire.master):
        assert master.hex().upper() not in said.output


def test_without_a_file_there_are_no_keys_to_tell(house: Usciere) -> None:
    failed = house("cards", "keys", UID)
    assert failed.stderr == (
        "[cards] key_file names no file; make one with `usciere cards new-key`\n"
    )


def test_keys_that_others_may_read_are_told_to_nobody(keyed: Usciere) -> None:
    Path("cards.key").chmod(0o640)
    failed = keyed("cards", "keys", UID)
    assert (failed.exit_code, failed.stdout) == (1, "")
    assert "chmod 600" in failed.stderr


def test_an_explanation_says_what_the_door_wants(keyed: Usciere) -> None:
    at = ("--at", "2026-03-02T12:00:00+01:00")
    alone = keyed("explain", "ingresso", UID, *at)
    assert alone.stdout.split()[:2] == ["refused", "badge-forged"]
    assert "NTAG 424 DNA" in alone.stdout
    assert keyed("explain", "ingresso", UID, "--proven", *at).stdout.split()[1] == "plan"
