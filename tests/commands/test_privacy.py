"""`usciere person` and `retention`, as they are typed."""

import json

from tests.commands.conftest import Usciere


def anna(house: Usciere) -> str:
    [member] = json.loads(house("member", "list", "--json").stdout)
    found: str = member["id"]
    return found


def test_a_person_is_shown_and_erased(house: Usciere) -> None:
    who = anna(house)
    said = json.loads(house("person", "export", who).stdout)
    assert (said["member"]["name"], said["badge"][0]["label"]) == ("Anna Rossi", "blu")
    kept = house("person", "erase", who, typed="n\n")
    assert (kept.exit_code, "nothing was erased" in kept.stderr) == (1, True)
    assert anna(house) == who
    assert house("person", "erase", who, "--yes").exit_code == 0
    assert json.loads(house("member", "list", "--json").stdout) == []
    assert house("journal", "verify").exit_code == 0
    again = house("person", "erase", who, "--yes")
    assert (again.exit_code, len(again.stderr.splitlines())) == (1, 1)
    assert house("person", "export", who).exit_code == 1


def test_a_young_house_has_nothing_to_forget(house: Usciere) -> None:
    done = house("retention", "run")
    assert (done.exit_code, done.stdout) == (0, "nothing is older than the limits\n")
    assert json.loads(house("retention", "run", "--json").stdout) == {}
