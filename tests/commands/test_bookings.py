"""Rooms for a time, without a browser."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import Usciere

ROOM = "sala-riunioni"
NINE, TEN, ELEVEN = (f"2030-03-04T{hour:02}:00:00+01:00" for hour in (9, 10, 11))


def add(house: Usciere, *more: str, start: str = NINE, end: str = TEN) -> str:
    """Book the meeting room; return the id."""
    done = house("booking", "add", ROOM, start, end, *more)
    assert done.exit_code == 0, done.stderr
    return str(done.stdout.strip())


def shown(house: Usciere, booking: str) -> Any:  # a JSON document
    return json.loads(house("booking", "show", booking, "--json").stdout)


def test_a_new_booking_is_told_by_the_id_alone(house: Usciere) -> None:
    guests = ("--guest", "Zoe Verdi <zoe@example.org>", "--guest", "anna@example.org")
    booking = add(house, "--member", "anna@example.org", "--title", "Colloquio", *guests)
    found = shown(house, booking)
    assert (found["start"], found["end"]) == ("2030-03-04T08:00:00Z", "2030-03-04T09:00:00Z")
    assert (found["title"], found["status"]) == ("Colloquio", "booked")
    assert [(each["name"], each["known"]) for each in found["guests"]] == [
        ("Zoe Verdi", False),
        ("anna@example.org", True),
    ]
    assert house("booking", "show", booking).stdout.splitlines()[1:] == [
        "room    sala-riunioni",
        f"member  {found['member']}",
        "start   2030-03-04T09:00+01:00",
        "end     2030-03-04T10:00+01:00",
        "title   Colloquio",
        "status  booked",
        "source  usciere",
        "guest   Zoe Verdi <zoe@example.org>  let in by whoever is there",
        "guest   anna@example.org <anna@example.org>  known at the doors",
    ]


def test_a_series_is_told_by_all_its_ids(house: Usciere) -> None:
    ids = add(house, "--rrule", "FREQ=WEEKLY;COUNT=3").split()
    listed = json.loads(house("booking", "list", "--room", ROOM, "--json").stdout)
    assert [each["id"] for each in listed] == ids
    assert house("booking", "cancel", ids[1], "--series", "following").exit_code == 0
    listed = json.loads(house("booking", "list", "--json").stdout)
    assert [each["status"] for each in listed] == ["booked", "cancelled", "cancelled"]


def test_a_clash_is_one_line_and_books_nothing(house: Usciere) -> None:
    add(house)
    done = house("booking", "add", ROOM, NINE, ELEVEN)
    assert done.exit_code == 1
    assert done.stderr == "another booking has this room at that time\n"


def test_a_moved_booking_stays_as_long_as_it_was(house: Usciere) -> None:
    booking = add(house, "--title", "A")
    assert house("booking", "move", booking, "--start", TEN, "--title", "").exit_code == 0
    found = shown(house, booking)
    assert (found["start"], found["end"]) == ("2030-03-04T09:00:00Z", "2030-03-04T10:00:00Z")
    assert found["title"] is None
    longer = house("booking", "extend", booking, "2030-03-04T12:00:00+01:00", "--json")
    assert json.loads(longer.stdout)["end"] == "2030-03-04T11:00:00Z"
    assert house("booking", "move", booking).stderr.startswith("nothing to change was said")


def test_a_list_is_of_what_is_still_to_come_unless_more_is_asked(house: Usciere) -> None:
    add(house)
    add(house, start="2020-03-04T09:00:00+01:00", end="2020-03-04T10:00:00+01:00")
    lines = house("booking", "list").stdout.splitlines()
    assert len(lines) == 2
    assert lines[0].split() == ["ID", "ROOM", "START", "END", "STATUS", "MEMBER", "TITLE"]
    everything = house("booking", "list", "--from", "2020-01-01T00:00:00Z").stdout
    assert len(everything.splitlines()) == 3
    assert "over" in everything
    until = ("--from", "2020-01-01T00:00:00Z", "--to", "2021-01-01T00:00:00Z")
    assert len(house("booking", "list", *until).stdout.splitlines()) == 2


def test_a_booking_is_ended_or_cancelled(house: Usciere) -> None:
    booking = add(house)
    assert house("booking", "end", booking).stderr == "it has not begun yet; cancel it instead\n"
    running = add(house, start="2026-01-01T00:00:00Z", end="2026-01-01T01:00:00Z")
    assert house("booking", "end", running).stderr == "it is over already\n"
    assert house("booking", "cancel", booking).exit_code == 0
    assert shown(house, booking)["status"] == "cancelled"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", ROOM, "today", TEN), "start: found `today`, expected an instant such as"),
        (("add", ROOM, "2030-03-04T09:00:00", TEN), "start: found `2030-03-04T09:00:00`"),
        (("add", "cantina", NINE, TEN), "there is no room 'cantina'"),
        (("add", "open-space", NINE, TEN), "this room can't be booked"),
        (("add", ROOM, TEN, NINE), "it ends before it begins"),
        (("add", ROOM, NINE, TEN, "--rrule", "FREQ=HOURLY;COUNT=2"), "FREQ is DAILY"),
        (("add", ROOM, NINE, TEN, "--member", "x@example.org"), "there is no member"),
        (("add", ROOM, NINE, TEN, "--guest", "<"), "guest: found `<`"),
        (("list", "--from", "2026-01-01"), "expected a date and time with its offset"),
        (("show", "x"), "there is no booking 'x'"),
        (("extend", "x", TEN), "there is no booking 'x'"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(
    house: Usciere, words: tuple[str, ...], said: str
) -> None:
    done = house("booking", *words)
    assert done.exit_code == 1
    assert done.stderr.startswith(said)
    assert len(done.stderr.splitlines()) == 1


def test_a_file_of_bookings_is_imported(house: Usciere, tmp_path: Path) -> None:
    file = tmp_path / "bookings.csv"
    file.write_text(
        "room,start,end,member,title,rrule\n"
        f"{ROOM},{NINE},{TEN},anna@example.org,Colloquio,\n"
        f"{ROOM},{TEN},{ELEVEN},,,FREQ=DAILY;COUNT=2\n"
    )
    assert house("booking", "import", str(file)).stdout == "imported 2 bookings\n"
    listed = json.loads(house("booking", "list", "--room", ROOM, "--json").stdout)
    assert [each["title"] for each in listed] == ["Colloquio", None, None]


def test_a_file_with_a_clash_books_nothing_and_names_the_line(
    house: Usciere, tmp_path: Path
) -> None:
    file = tmp_path / "bookings.csv"
    file.write_text(
        f"room,start,end,member\n{ROOM},{NINE},{TEN},\n{ROOM},{NINE},{ELEVEN},\n"
        f"{ROOM},{TEN},tomorrow,\n{ROOM},{TEN},{ELEVEN},nobody@example.org\n"
    )
    done = house("booking", "import", str(file))
    assert done.exit_code == 1
    assert "line 3: another booking has this room" in done.stderr
    assert "line 4, column end" in done.stderr
    assert "line 5, column member: no member" in done.stderr
    assert json.loads(house("booking", "list", "--json").stdout) == []
