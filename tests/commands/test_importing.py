"""Members and badges from a CSV file: all of it, or with one bad line nothing."""

import json
from pathlib import Path

import pytest

from tests.commands.conftest import UID, Usciere

GOOD = (
    "badge;name;email;plan;label\n"
    "0411223344AA01;Ugo Neri;ugo@example.org;pieno;rossa\n"
    "0411223344AA02;Ugo Neri;ugo@example.org;pieno;verde\n"
    ";Ida Sala;;;\n"
)
BAD = (
    "name,email,role,plan,badge,valid_until\n"
    "Ugo,ugo@example.org,boss,,04B1,\n"
    "Ida,anna@example.org,,,0411223344AA01,\n"
    f"Eva,eva@example.org,,,{UID},2026-13-01\n"
    f"Pia,pia@example.org,,,{UID},\n"
    "Leo,leo@example.org,,gratis,,\n"
    "Zoe,zoe@example.org,,,0411223344AA03,\n"
    ",,staff,,,\n"
)


def names(house: Usciere) -> list[str]:
    return [each["name"] for each in json.loads(house("member", "list", "--json").stdout)]


def file(folder: Path, text: str) -> str:
    path = folder / "people.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_good_file_comes_in_whole(house: Usciere, tmp_path: Path) -> None:
    done = house("member", "import", file(tmp_path, GOOD))
    assert done.stdout == "imported 2 members and 2 badges\n"
    assert done.exit_code == 0
    assert names(house) == ["Anna Rossi", "Ida Sala", "Ugo Neri"]
    shown = json.loads(house("member", "show", "ugo@example.org", "--json").stdout)
    assert sorted(badge["tail"] for badge in shown["badges"]) == ["AA01", "AA02"]
    assert house("explain", "ingresso", "0411223344AA02").stdout.split()[1] != "unknown-badge"
    assert house("journal", "verify").exit_code == 0


def test_every_bad_line_is_named_and_nothing_is_imported(house: Usciere, tmp_path: Path) -> None:
    before = house("journal", "export").stdout
    done = house("member", "import", file(tmp_path, BAD))
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "line 2, column role: found `boss`, expected `member`, `staff` or `admin`",
        "line 2, column badge: a badge number has 4, 5, 7, 8 or 10 bytes, this has 2",
        "line 3, column email: another member has this email address; correct the line",
        (
            "line 4, column valid_until: found `2026-13-01`, expected a date such as 2026-01-31, "
            "or an instant such as 2026-01-31T09:00:00+01:00"
        ),
        "line 5, column badge: it stands in line 4 already",
        (
            "line 6, column plan: there is no plan 'gratis'; "
            "add it first, or name another; correct the line"
        ),
        "line 8, column name: missing; write a name of at most 200 characters",
        "6 bad lines: nothing was imported",
    ]
    assert names(house) == ["Anna Rossi"]
    assert house("journal", "export").stdout == before


def test_a_line_that_only_the_file_speaks_against_keeps_the_others_out_too(
    house: Usciere, tmp_path: Path
) -> None:
    done = house("member", "import", file(tmp_path, "name,role\nPia,\nUgo,boss\n"))
    assert done.exit_code == 1
    assert names(house) == ["Anna Rossi"]


def test_bad_lines_can_be_left_out(house: Usciere, tmp_path: Path) -> None:
    done = house("member", "import", file(tmp_path, BAD), "--skip-bad")
    assert done.exit_code == 0
    assert done.stdout == "imported 1 members and 1 badges\n"
    assert done.stderr.splitlines()[-1] == "6 bad lines: left out"
    assert names(house) == ["Anna Rossi", "Zoe"]


def test_a_badge_that_somebody_has_is_refused_without_telling_whose(
    house: Usciere, tmp_path: Path
) -> None:
    done = house("member", "import", file(tmp_path, f"name,badge\nPia,{UID}\n"))
    assert done.stderr.startswith("line 2, column badge: this badge is enrolled already;")
    assert "Anna" not in done.stderr
    assert UID not in done.stderr
    assert names(house) == ["Anna Rossi"]


def test_a_label_without_a_number_is_refused(house: Usciere, tmp_path: Path) -> None:
    done = house("member", "import", file(tmp_path, "name,label\nPia,blu\n"))
    assert done.stderr.startswith("line 2, column badge: there is a label or a date but no number")


def test_the_same_file_a_second_time_changes_nothing(house: Usciere, tmp_path: Path) -> None:
    people = file(tmp_path, GOOD.replace(";Ida Sala;;;\n", ""))
    assert house("member", "import", people).exit_code == 0
    assert house("member", "import", people).exit_code == 1
    assert names(house) == ["Anna Rossi", "Ugo Neri"]


def test_what_is_exported_comes_in_again(house: Usciere, tmp_path: Path) -> None:
    house("member", "add", "=cmd|'x'!A1", "--email", "x@example.org")
    exported = house("member", "export").stdout
    assert "'=cmd" in exported
    for each in ("anna@example.org", "x@example.org"):
        house("member", "remove", each)
    assert house("member", "import", file(tmp_path, exported)).exit_code == 0
    assert names(house) == ["=cmd|'x'!A1", "Anna Rossi"]


@pytest.mark.parametrize(("name", "said"), [(".", "is no ordinary file"), ("nix", "nix: No such")])
def test_what_is_no_file_is_said(house: Usciere, name: str, said: str) -> None:
    done = house("member", "import", name)
    assert done.exit_code == 1
    assert said in done.stderr
