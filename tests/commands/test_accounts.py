"""Accounts at the keyboard: a one-time code for whoever is to sign in, once and alone."""

import json
import re

from tests.commands.conftest import Usciere

ANNA = "anna@example.org"
CODE = re.compile(r"([2-9A-HJ-NP-Z]{4}-){3}[2-9A-HJ-NP-Z]{4}\n")


def test_an_account_begins_with_a_code_and_no_password(house: Usciere) -> None:
    done = house("account", "create", "Anna", "--member", ANNA)
    assert CODE.fullmatch(done.stdout)
    [shown] = json.loads(house("account", "list", "--json").stdout)
    assert (shown["name"], shown["role"], shown["ready"]) == ("anna", "member", False)
    assert "Anna Rossi" in house("account", "list").stdout


def test_a_reset_gives_another_code(house: Usciere) -> None:
    first = house("account", "create", "anna", "--member", ANNA).stdout
    second = house("account", "reset", "anna").stdout
    assert CODE.fullmatch(second)
    assert first != second


def test_an_ended_account_is_listed_and_its_name_is_free(house: Usciere) -> None:
    house("account", "create", "anna", "--member", ANNA)
    assert house("account", "end", "anna").exit_code == 0
    [shown] = json.loads(house("account", "list", "--json").stdout)
    assert shown["ended"]
    assert house("account", "create", "anna", "--member", ANNA).exit_code == 0


def test_what_cannot_be_is_one_line(house: Usciere) -> None:
    done = house("account", "create", "anna", "--member", "nobody")
    assert (done.exit_code, done.stderr) == (1, "there is no member 'nobody'\n")
    assert house("account", "end", "anna").stderr == "there is no account 'anna'\n"
    assert house("account", "create", "à", "--member", ANNA).stderr.startswith("write 2 to 40")
