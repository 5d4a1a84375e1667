"""The journal at the command line: is it as it was written, and all of it as a file."""

import csv
import io
import json
import sqlite3
from pathlib import Path

from daemon.store.entries import EntryShown
from tests.commands.conftest import Usciere


def entries(house: Usciere, *words: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in house("journal", "export", *words).stdout.splitlines()]


def test_a_sound_journal_is_said_with_its_length_and_head(house: Usciere) -> None:
    done = house("journal", "verify")
    assert done.exit_code == 0
    assert done.stdout.startswith(f"ok  3 entries, head {entries(house)[-1]['hash']}")
    said = json.loads(house("journal", "verify", "--json").stdout)
    assert (said["sound"], said["entries"]) == (True, 3)


def test_the_first_bad_entry_is_named(house: Usciere, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "usciere.db") as database:
        database.execute("update journal set reason = 'nothing' where seq = 2")
    done = house("journal", "verify")
    assert done.exit_code == 1
    assert done.stderr.startswith("broken at entry 2: altered: entry 2 is not what was written")
    said = json.loads(house("journal", "verify", "--json").stdout)
    assert (said["sound"], said["seq"], said["fault"]) == (False, 2, "altered")


def test_an_export_has_every_entry_once_in_order(house: Usciere) -> None:
    assert [each["seq"] for each in entries(house)] == [1, 2, 3]
    assert [each["seq"] for each in entries(house, "--after", "2")] == [3]
    assert list(entries(house)[0]) == list(EntryShown.__annotations__)


def test_an_export_as_csv_is_safe_for_spreadsheets(house: Usciere, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "usciere.db") as database:
        database.execute("update journal set reader = '=1+1' where seq = 2")
    rows = list(csv.DictReader(io.StringIO(house("journal", "export", "--format", "csv").stdout)))
    assert [row["seq"] for row in rows] == ["1", "2", "3"]
    assert rows[1]["reader"] == "'=1+1"
    assert rows[0]["late"] == "false"
    assert json.loads(rows[1]["detail"])["fields"]["name"] == "changed"
