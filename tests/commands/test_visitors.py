"""`usciere visitor`: announced, listed, changed, ended, imported."""

import json
from pathlib import Path

import pytest

from tests.commands.conftest import UID, Usciere

ANNA = "anna@example.org"
CARD = "04A224B1C35881"


def listed(house: Usciere) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(house("visitor", "list", "--json").stdout)
    return found


def add(house: Usciere, *more: str) -> str:
    done = house("visitor", "add", "Vera", "--host", ANNA, "--until", "2999-12-31", *more)
    return done.stdout.strip() or done.stderr


def soon(house: Usciere, *more: str) -> str:
    period = ("--from", "2998-12-30", "--until", "2998-12-31")
    done = house("visitor", "add", "Vera", "--host", ANNA, *period, *more)
    assert done.exit_code == 0, done.stderr
    return done.stdout.strip()


def test_a_visitor_is_told_by_the_id_alone_and_the_number_is_never_shown(house: Usciere) -> None:
    made = soon(house, "--uid", CARD, "--uses", "3", "--while-host-in")
    shown = json.loads(house("visitor", "show", made, "--json").stdout)
    assert shown | {"host": ""} == {
        "id": made,
        "name": "Vera",
        "host": "",
        "email": None,
        "tail": "5881",
        "from": "2998-12-29T23:00:00Z",
        "until": "2998-12-31T23:00:00Z",
        "doors": ["ingresso"],
        "uses": 3,
        "uses_left": 3,
        "while_host_in": True,
        "arrived": None,
        "code": None,
    }
    table = house("visitor", "list").stdout
    assert "…5881" in table
    assert "3 of 3" in table
    assert CARD not in table + house("journal", "export").stdout


def test_a_visit_too_long_is_told_in_a_line(house: Usciere) -> None:
    assert add(house) == "366 days are the most for one visit\n"


def test_a_change_changes_what_is_said_and_an_empty_text_clears(house: Usciere) -> None:
    made = soon(house, "--uses", "3", "--doors", "ingresso,sala-riunioni")
    assert house("visitor", "change", made, "--uses", "", "--doors", "").exit_code == 0
    [shown] = listed(house)
    assert (shown["uses"], shown["doors"], shown["name"]) == (None, ["ingresso"], "Vera")
    assert "nothing to change" in house("visitor", "change", made).stderr
    assert "`until` can be" in house("visitor", "change", made, "--until", "").stderr


def test_a_visit_that_is_ended_is_on_no_list(house: Usciere) -> None:
    made = soon(house)
    assert house("visitor", "end", made).exit_code == 0
    assert listed(house) == []
    assert house("visitor", "end", made).stderr == f"there is no visitor '{made}'\n"


def test_a_list_can_be_of_one_host(house: Usciere) -> None:
    house("member", "add", "Ugo", "--email", "ugo@example.org")
    soon(house)
    assert json.loads(house("visitor", "list", "--host", "ugo@example.org", "--json").stdout) == []
    assert len(json.loads(house("visitor", "list", "--host", ANNA, "--json").stdout)) == 1


def test_a_file_of_visitors_is_imported(house: Usciere, tmp_path: Path) -> None:
    file = tmp_path / "visitors.csv"
    file.write_text(
        "name;host;uid;from;until;doors;uses;while_host_in\n"
        f"Vera;{ANNA};{CARD};2998-12-30;2998-12-31;ingresso sala-riunioni;2;yes\n"
        f"Ivo;{ANNA};;2998-12-30;2998-12-31;;;\n"
    )
    assert house("visitor", "import", str(file)).stdout == "imported 2 visitors\n"
    ivo, vera = sorted(listed(house), key=lambda each: str(each["name"]))
    assert (vera["doors"], vera["uses"]) == (["ingresso", "sala-riunioni"], 2)
    assert (vera["while_host_in"], ivo["while_host_in"], ivo["uses"]) == (True, False, None)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Vera,nobody@example.org,,2998-12-31,", "line 3, column host: no member has this address"),
        (f"Vera,{ANNA},,tomorrow,", "line 3, column until: found `tomorrow`"),
        (f"Vera,{ANNA},{UID},2998-12-31,", "line 3: this card is enrolled as a badge"),
        (f"Vera,{ANNA},,2998-12-31,many", "line 3, column uses: found `many`"),
        (f"Vera,{ANNA},xyz,2998-12-31,", "line 3, column uid: a badge number is hexadecimal"),
    ],
)
def test_one_bad_line_leaves_all_out_and_is_told(
    house: Usciere, tmp_path: Path, line: str, told: str
) -> None:
    file = tmp_path / "visitors.csv"
    since = ["from", "2998-12-30"]
    good = f"Ivo,{ANNA},,2998-12-31,"
    rows = [f"name,host,uid,until,uses,{since[0]}", f"{good},{since[1]}", f"{line},{since[1]}"]
    file.write_text("\n".join(rows))
    done = house("visitor", "import", str(file))
    assert done.exit_code == 1
    assert done.stderr.startswith(told)
    assert done.stderr.endswith("1 bad line: nothing was imported\n")
    assert UID not in done.stderr
    assert listed(house) == []
