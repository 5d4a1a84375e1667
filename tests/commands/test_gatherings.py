"""`usciere gathering`: planned, its list, and who was there."""

import csv
import io
import json
from pathlib import Path

from tests.commands.conftest import UID, Usciere

CARD = "04A224B1C35881"
WHEN = ("--start", "2998-12-30T18:00:00+01:00", "--end", "2998-12-30T20:00:00+01:00")


def course(house: Usciere, *more: str) -> str:
    done = house("gathering", "add", "Ceramica", "--room", "sala-riunioni", *WHEN, *more)
    assert done.exit_code == 0, done.stderr
    return done.stdout.strip()


def test_a_gathering_is_listed_with_its_places(house: Usciere) -> None:
    made = course(house, "--capacity", "8", "--kind", "course")
    [shown] = json.loads(house("gathering", "list", "--json").stdout)
    assert (shown["id"], shown["start"]) == (made, "2998-12-30T17:00:00Z")
    assert (shown["capacity"], shown["kind"], shown["attendees"]) == (8, "course", 0)
    line = house("gathering", "list").stdout.splitlines()[1]
    assert "2998-12-30 18:00" in line
    assert line.endswith("0 of 8")


def test_a_change_changes_what_is_said_and_an_empty_text_clears(house: Usciere) -> None:
    made = course(house, "--capacity", "8")
    assert house("gathering", "change", made, "--title", "Vaso", "--capacity", "").exit_code == 0
    [shown] = json.loads(house("gathering", "list", "--json").stdout)
    assert (shown["title"], shown["capacity"]) == ("Vaso", None)
    assert house("gathering", "remove", made).exit_code == 0
    assert json.loads(house("gathering", "list", "--all", "--json").stdout) == []


def test_all_that_is_wrong_is_said_at_once(house: Usciere) -> None:
    done = house(
        "gathering", "add", "X", "--room", "sala-riunioni", "--start", "now", "--end", "later"
    )
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["start", "end"]


def test_a_list_knows_members_and_cards_and_shows_no_number(house: Usciere) -> None:
    made = course(house)
    house("gathering", "attendees", "add", made, "Anna", "--badge", UID)
    vera = house("gathering", "attendees", "add", made, "Vera", "--badge", CARD).stdout.strip()
    shown = house("gathering", "attendees", "list", made).stdout
    assert "member " in shown
    assert "card …5881" in shown
    assert CARD not in shown
    assert UID not in shown
    assert house("gathering", "attendees", "remove", made, vera).exit_code == 0
    found = json.loads(house("gathering", "attendees", "list", made, "--json").stdout)
    assert [each["name"] for each in found] == ["Anna"]


def test_a_code_is_printed_once_behind_the_id(house: Usciere) -> None:
    made = course(house)
    vera, code = house("gathering", "attendees", "add", made, "Vera", "--code").stdout.split()
    assert (len(code), code.isdecimal()) == (8, True)
    [shown] = json.loads(house("gathering", "attendees", "list", made, "--json").stdout)
    assert (shown["id"], shown["code"], shown["known"]) == (vera, None, True)


def test_a_file_of_attendees_is_imported_or_nobody_of_it(house: Usciere, tmp_path: Path) -> None:
    made = course(house, "--capacity", "2")
    file = tmp_path / "list.csv"
    file.write_text(f"name,email,badge\nVera,,{CARD}\nAnna,anna@example.org,\nIvo,,\n")
    done = house("gathering", "attendees", "import", made, str(file))
    assert done.stderr.startswith("line 4: it has 2 places")
    assert json.loads(house("gathering", "attendees", "list", made, "--json").stdout) == []
    house("gathering", "change", made, "--capacity", "3")
    done = house("gathering", "attendees", "import", made, str(file))
    assert done.stdout == "imported 3 attendees\n"
    found = json.loads(house("gathering", "attendees", "list", made, "--json").stdout)
    assert [each["known"] for each in found] == [True, True, False]


def test_attendance_is_a_table_csv_or_json(house: Usciere) -> None:
    made = course(house)
    house("gathering", "attendees", "add", made, "=Vera", "--email", "vera@example.org")
    table = house("gathering", "attendance", made).stdout.splitlines()
    assert table[0].split() == ["NAME", "EMAIL", "ARRIVED", "LEFT", "MINUTES", "PERCENT", "PRESENT"]
    written = house("gathering", "attendance", made, "--format", "csv").stdout
    assert list(csv.reader(io.StringIO(written)))[1][0] == "'=Vera"
    [there] = json.loads(house("gathering", "attendance", made, "--format", "json").stdout)
    assert (there["name"], there["minutes"], there["percent"]) == ("=Vera", 0, 0)
    missing = house("gathering", "attendance", "none-such")
    assert missing.stderr == "there is no gathering 'none-such'\n"
