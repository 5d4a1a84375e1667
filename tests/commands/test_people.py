"""The everyday changes without a browser: members, badges, plans, tokens."""

import json
from pathlib import Path

import pytest

from tests.commands.conftest import UID, Usciere

ANNA = "anna@example.org"


def only_badge(house: Usciere) -> dict[str, str]:
    found: list[dict[str, str]] = json.loads(house("badge", "list", "--json").stdout)
    return found[0]


def reason(house: Usciere) -> str:
    return house("explain", "ingresso", UID, "--at", "2026-03-02T12:00:00+01:00").stdout.split()[1]


def test_a_new_member_is_told_by_the_id_alone(house: Usciere) -> None:
    done = house("member", "add", "Ugo Neri", "--role", "staff")
    shown = json.loads(house("member", "show", done.stdout.strip(), "--json").stdout)
    assert (shown["name"], shown["role"], shown["badges"]) == ("Ugo Neri", "staff", [])


def test_all_that_is_wrong_with_a_member_is_said_at_once(house: Usciere) -> None:
    done = house("member", "add", "", "--email", "x", "--visibility", "all", "--language", "de")
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        "name: found an empty text, expected a name of at most 200 characters",
        "email: found `x`, expected an address such as anna@example.org",
        "language: found `de`, expected `it` or `en`",
        "visibility: found `all`, expected `hidden`, `count` or `members`",
    ]


def test_a_change_changes_what_is_said_and_an_empty_text_clears(house: Usciere) -> None:
    assert house("member", "change", ANNA, "--plan", "", "--language", "en").exit_code == 0
    shown = json.loads(house("member", "show", ANNA, "--json").stdout)
    assert (shown["plan"], shown["language"], shown["name"]) == (None, "en", "Anna Rossi")


def test_a_name_cannot_be_cleared(house: Usciere) -> None:
    done = house("member", "change", ANNA, "--name", "")
    assert done.exit_code == 1
    assert "`name` can be changed but not cleared" in done.stderr


@pytest.mark.parametrize("words", [("member", "change", ANNA), ("plan", "change", "pieno")])
def test_a_change_of_nothing_is_refused(house: Usciere, words: tuple[str, ...]) -> None:
    assert house(*words).stderr.startswith("nothing to change was said")


def test_a_blocked_member_is_refused_until_welcomed_back(house: Usciere) -> None:
    assert reason(house) == "plan"
    house("member", "block", ANNA)
    assert reason(house) == "member-suspended"
    house("member", "unblock", ANNA)
    assert reason(house) == "plan"


@pytest.mark.parametrize(
    ("word", "expected"),
    [("block", "badge-blocked"), ("lost", "badge-lost"), ("remove", "unknown-badge")],
)
def test_a_badge_opens_no_more_at_once(house: Usciere, word: str, expected: str) -> None:
    assert house("badge", word, only_badge(house)["id"]).exit_code == 0
    assert reason(house) == expected


def test_a_badge_is_unblocked(house: Usciere) -> None:
    badge = only_badge(house)["id"]
    house("badge", "lost", badge)
    house("badge", "unblock", badge)
    assert reason(house) == "plan"


def test_a_badge_that_has_ended_is_expired(house: Usciere) -> None:
    house("badge", "change", only_badge(house)["id"], "--valid-until", "2026-03-01")
    assert reason(house) == "badge-expired"


def test_no_command_shows_a_badge_number(house: Usciere) -> None:
    said = "".join(
        house(*words).output
        for words in (
            ("badge", "list"),
            ("badge", "list", "--json"),
            ("badge", "show", only_badge(house)["id"]),
            ("member", "show", ANNA),
            ("journal", "export"),
            ("explain", "ingresso", UID),
            ("badge", "add", ANNA, UID),
        )
    )
    assert "…5880" in said
    assert UID not in said
    assert UID.lower() not in said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("xyz", "a badge number is hexadecimal"),
        ("08112233", "the number begins with 08"),
        (UID, "this badge is enrolled already"),
    ],
)
def test_a_number_that_can_be_no_new_badge_is_refused(
    house: Usciere, number: str, said: str
) -> None:
    done = house("badge", "add", ANNA, number)
    assert done.exit_code == 1
    assert done.stderr.startswith(said)


def test_who_is_not_there_is_said(house: Usciere) -> None:
    assert house("member", "show", "x@example.org").stderr == "there is no member 'x@example.org'\n"
    assert house("badge", "lost", "x").stderr == "there is no badge 'x'\n"
    assert house("plan", "show", "x").stderr == "there is no plan 'x'\n"
    assert house("token", "revoke", "x").stderr == "there is no token 'x'\n"


def test_a_plan_is_shown_as_it_was_said(house: Usciere) -> None:
    house(
        *("plan", "add", "sere", "--name", "Sere", "--hours", "mon-fri 18:00-00:00"),
        *("--hours", "sat,sun 09:00-20:00", "--holidays", "--entries", "10"),
        *("--rooms", "open-space,sala-riunioni"),
    )
    assert house("plan", "show", "sere").stdout.splitlines() == [
        "id        sere",
        "name      Sere",
        "hours     mon-fri 18:00-00:00; sat,sun 09:00-20:00",
        "holidays  yes",
        "entries   10",
        "rooms     open-space,sala-riunioni",
    ]
    house("plan", "change", "sere", "--entries", "unlimited", "--rooms", "all", "--hours", "always")
    shown = json.loads(house("plan", "show", "sere", "--json").stdout)
    assert (shown["entries_per_month"], shown["rooms"], shown["hours"]) == (None, None, None)
    assert shown["holidays"] is True


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--hours", "mon 9-17"), "hours: found 'mon 9-17', expected days and times such as"),
        (("--rooms", "cellar"), "there is no room 'cellar' in the settings"),
        (("--entries", "-1"), "entries_per_month: found `-1`, expected a whole number"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(
    house: Usciere, words: tuple[str, str], said: str
) -> None:
    done = house("plan", "add", "x", *words)
    assert done.exit_code == 1
    assert done.stderr.startswith(said)


def test_a_plan_in_use_is_not_removed(house: Usciere) -> None:
    assert house("plan", "remove", "pieno").exit_code == 1
    house("member", "change", ANNA, "--plan", "")
    assert house("plan", "remove", "pieno").exit_code == 0


def test_a_token_stands_alone_on_stdout_and_is_never_shown_again(house: Usciere) -> None:
    done = house("token", "create", "--name", "board", "--role", "kiosk")
    assert done.stderr == ""
    assert len(done.stdout.split()) == 1
    listed = json.loads(house("token", "list", "--json").stdout)
    assert [(each["name"], each["role"], each["revoked"]) for each in listed] == [
        ("board", "kiosk", None)
    ]
    assert done.stdout.strip() not in house("token", "list").stdout
    house("token", "revoke", listed[0]["id"])
    assert json.loads(house("token", "list", "--json").stdout)[0]["revoked"] is not None


def test_a_database_is_not_made_by_looking(usciere: Usciere, tmp_path: Path) -> None:
    usciere("init", "--yes")
    done = usciere("member", "list")
    assert done.exit_code == 1
    assert done.stderr.startswith("there is no database ")
    assert done.stderr.endswith("make it with `usciere migrate`\n")
    assert not list(tmp_path.glob("*.db*"))


def test_a_pin_is_typed_twice_and_told_nowhere(house: Usciere) -> None:
    done = house("member", "pin", ANNA, typed="4711\n4711\n")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "4711" not in done.stdout + house("journal", "export").stdout
    assert house("member", "pin", ANNA, "--remove").exit_code == 0
    assert house("member", "pin", "nobody@example.org", "--remove").exit_code == 1


def test_what_is_no_pin_is_one_line(house: Usciere) -> None:
    done = house("member", "pin", ANNA, typed="hello\nhello\n")
    assert done.exit_code == 1
    assert done.stderr.strip() == "a PIN has 4 to 8 digits and nothing else"
