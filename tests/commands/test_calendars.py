"""`usciere calendar`: written down, filled from a file, and what is wrong told."""

import json
from pathlib import Path

import pytest

from tests.commands.conftest import Usciere

CALENDAR = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//
BEGIN:VEVENT
UID:one
DTSTAMP:20261101T000000Z
DTSTART:29981230T090000Z
DTEND:29981230T100000Z
ORGANIZER:mailto:anna@example.org
END:VEVENT
{more}END:VCALENDAR
"""
BACKWARDS = """\
BEGIN:VEVENT
UID:two
DTSTAMP:20261101T000000Z
DTSTART:29981230T120000Z
DTEND:29981230T110000Z
END:VEVENT
"""


@pytest.fixture
def agenda(house: Usciere) -> Usciere:
    assert house("calendar", "add", "corsi", "--room", "sala-riunioni").exit_code == 0
    return house


def written(folder: Path, more: str = "") -> str:
    soon = CALENDAR.format(more=more).replace("29981230", "20270104")
    file = folder / "corsi.ics"
    file.write_text(soon.replace("\n", "\r\n"))
    return str(file)


def test_a_file_books_the_room_and_bad_events_are_named(agenda: Usciere, tmp_path: Path) -> None:
    done = agenda("calendar", "upload", "corsi", written(tmp_path, BACKWARDS))
    assert (done.exit_code, done.stdout) == (0, "1 bookings from now on\n")
    assert done.stderr.startswith("two: ")
    [shown] = json.loads(agenda("calendar", "list", "--json").stdout)
    assert (shown["id"], shown["kind"], shown["honoured"]) == ("corsi", "upload", True)
    table = agenda("calendar", "list").stdout
    assert "1 events, see --json" in table
    [booked] = json.loads(agenda("booking", "list", "--json").stdout)
    assert (booked["room"], booked["source"]) == ("sala-riunioni", "calendar")
    assert agenda("calendar", "remove", "corsi").exit_code == 0
    assert json.loads(agenda("calendar", "list", "--json").stdout) == []


def test_what_is_no_calendar_changes_nothing(agenda: Usciere, tmp_path: Path) -> None:
    agenda("calendar", "upload", "corsi", written(tmp_path))
    page = tmp_path / "login.html"
    page.write_text("<html>please sign in</html>")
    for name in (str(page), str(tmp_path / "nowhere.ics"), str(tmp_path)):
        done = agenda("calendar", "upload", "corsi", name)
        assert done.exit_code == 1
        assert done.stderr.startswith(name)
        assert len(done.stderr.splitlines()) == 1
    assert len(json.loads(agenda("booking", "list", "--json").stdout)) == 1


def test_a_feed_that_cannot_be_fetched_is_a_failure_in_words(agenda: Usciere) -> None:
    url = "https://127.0.0.1/secret-word/basic.ics"
    assert agenda("calendar", "add", "rete", "--room", "sala-riunioni", "--url", url).exit_code == 0
    done = agenda("calendar", "sync", "rete")
    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1)
    assert "secret-word" not in done.stderr + agenda("calendar", "list").stdout
    without = agenda("calendar", "sync", "corsi")
    assert (without.exit_code, without.stderr.count("upload")) == (1, 1)


def test_a_calendar_can_move_to_another_room(agenda: Usciere, tmp_path: Path) -> None:
    agenda("calendar", "upload", "corsi", written(tmp_path))
    assert agenda("calendar", "change", "corsi", "--room", "sala-conferenze").exit_code == 0
    agenda("calendar", "upload", "corsi", written(tmp_path))
    rooms = {each["room"] for each in json.loads(agenda("booking", "list", "--json").stdout)}
    assert rooms == {"sala-conferenze"}
    assert agenda("calendar", "change", "corsi", "--room", "cantina").exit_code == 1
    assert agenda("calendar", "add", "corsi", "--room", "sala-riunioni").exit_code == 1
