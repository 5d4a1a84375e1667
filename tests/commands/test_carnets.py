"""Carnets at the desk."""

import json

import pytest

from tests.commands.conftest import UID, Usciere

ANNA = "anna@example.org"


def rule(house: Usciere, at: str) -> str:
    """Return what the plan's rule says of Anna at the entrance."""
    lines = house("explain", "ingresso", UID, "--at", at).stdout.splitlines()
    return next(line for line in lines if "right: plan" in line)


@pytest.fixture
def counted(house: Usciere) -> Usciere:
    """Return the desk of a house where Anna's plan has no entries of its own."""
    assert house("plan", "change", "pieno", "--entries", "0").exit_code == 0
    return house


def test_a_carnet_is_told_by_its_id_alone_and_opens_at_once(counted: Usciere) -> None:
    done = counted("carnet", "add", ANNA, "--entries", "10", "--label", "dieci")
    shown = json.loads(counted("carnet", "show", done.stdout.strip(), "--json").stdout)
    assert (shown["entries"], shown["left"], shown["covers"]) == (10, 10, "day")
    assert "10 di carnet" in rule(counted, "2026-03-02T12:00:00+01:00")


def test_a_day_pass_is_good_on_its_day(counted: Usciere) -> None:
    counted("carnet", "add", ANNA, "--day", "2026-03-02")
    assert "1 di carnet" in rule(counted, "2026-03-02T12:00:00+01:00")
    assert "0 di carnet" in rule(counted, "2026-03-03T12:00:00+01:00")


def test_a_day_pass_needs_no_other_dates(counted: Usciere) -> None:
    done = counted("carnet", "add", ANNA, "--day", "2026-03-02", "--valid-until", "2026-03-05")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert "--valid-until" in done.stderr


def test_all_that_is_wrong_with_a_carnet_is_said_at_once(counted: Usciere) -> None:
    done = counted("carnet", "add", ANNA, "--entries", "0", "--valid-until", "mai")
    assert done.exit_code == 1
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["entries", "valid_until"]


def test_the_list_names_who_has_them(counted: Usciere) -> None:
    counted("carnet", "add", ANNA, "--entries", "5", "--half", "--valid-until", "2027-01-31")
    heading, line = counted("carnet", "list", "--member", ANNA).stdout.splitlines()
    assert heading.split()[1:4] == ["MEMBER", "NAME", "LABEL"]
    assert line.split()[2:] == ["Anna", "Rossi", "-", "half-day", "5", "5", "-", "2027-01-31"]


def test_what_is_left_is_told_in_a_line_and_by_carnet(counted: Usciere) -> None:
    counted("plan", "change", "pieno", "--entries", "8")
    month, *none = counted("carnet", "left", ANNA).stdout.splitlines()
    assert month.endswith(": 8 left of 8")
    assert none == []
    counted("carnet", "add", ANNA, "--entries", "3")
    assert len(counted("carnet", "left", ANNA).stdout.splitlines()) == 3
    told = json.loads(counted("carnet", "left", ANNA, "--json").stdout)
    assert (told["left"], [each["left"] for each in told["carnets"]]) == (8, [3])


def test_where_nothing_is_counted_it_says_so(house: Usciere) -> None:
    assert house("carnet", "left", ANNA).stdout == "the plan counts no entries\n"


def test_a_carnet_is_changed_shown_and_taken_back(counted: Usciere) -> None:
    carnet = counted("carnet", "add", ANNA, "--entries", "3").stdout.strip()
    assert counted("carnet", "change", carnet, "--entries", "4", "--label", "x").exit_code == 0
    assert counted("carnet", "change", carnet, "--valid-until", "2027-01-31").exit_code == 0
    assert counted("carnet", "change", carnet, "--label", "").exit_code == 0
    shown = counted("carnet", "show", carnet).stdout
    assert "entries      4" in shown
    assert "valid until  2027-01-31" in shown
    assert "label" not in shown
    assert counted("carnet", "remove", carnet).exit_code == 0
    gone = counted("carnet", "show", carnet)
    assert (gone.exit_code, gone.stderr) == (1, f"there is no carnet '{carnet}'\n")


def test_a_change_of_nothing_is_refused(counted: Usciere) -> None:
    carnet = counted("carnet", "add", ANNA).stdout.strip()
    assert counted("carnet", "change", carnet).stderr.startswith("nothing to change was said")
