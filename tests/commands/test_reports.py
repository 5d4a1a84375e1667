"""`usciere report`: the same numbers on paper, for a spreadsheet, for a program."""

import csv
import io
import json

import pytest

from tests.commands.conftest import Usciere


def test_the_rooms_of_a_month_in_three_ways(house: Usciere) -> None:
    told = json.loads(house("report", "rooms", "--month", "2026-11", "--format", "json").stdout)
    assert [line["room"] for line in told] == ["sala-riunioni", "sala-conferenze"]
    sheet = house("report", "rooms", "--month", "2026-11", "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(sheet, newline="")))
    assert [float(row["open_hours"]) for row in rows] == [line["open_hours"] for line in told]
    table = house("report", "rooms", "--month", "2026-11").stdout.splitlines()
    assert table[0].split("  ")[0] == "ROOM"
    assert "Sala riunioni" in table[1]


def test_a_month_in_which_nobody_came_has_headings_only(house: Usciere) -> None:
    done = house("report", "attendance", "--month", "2026-11", "--format", "csv")
    assert (done.exit_code, done.stdout.count("\n")) == (0, 1)
    assert house("report", "occupancy", "--from", "2026-11-01", "--to", "2026-11-30").exit_code == 0


@pytest.mark.parametrize(
    "said",
    [
        ("attendance", "--month", "11/2026"),
        ("rooms", "--month", "2026-13"),
        ("rooms", "--month", "1026-12"),
        ("occupancy", "--from", "ieri", "--to", "2026-11-30"),
        ("occupancy", "--from", "2026-11-30", "--to", "2026-11-01"),
    ],
)
def test_what_is_no_month_is_told_in_a_line(house: Usciere, said: tuple[str, ...]) -> None:
    done = house("report", *said)
    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1)
    assert done.stderr.startswith(said[-4 if said[0] == "occupancy" else -2][:2])
