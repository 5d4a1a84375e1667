"""`usciere journal replay`: past taps under other plans, and what is wrong with the file."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daemon.badge_key import key_of
from daemon.config import load
from daemon.house import house_of
from daemon.store.desk import Desk
from daemon.store.engine import Store
from daemon.taps import Doorstep, take_tap
from devices.contract import Tap
from devices.uid import parse
from tests.commands.conftest import UID, Usciere

MONDAY = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)  # 9:30 in Verona
HOUR = timedelta(hours=1)
MORNINGS = '[[plans]]\nid = "pieno"\nhours = ["mon-fri 08:00-12:00"]\nholidays = false\n'


@pytest.fixture
def past(house: Usciere, tmp_path: Path) -> Usciere:
    """Return a house where Anna tapped on a Monday at half past nine, one, four and ten."""
    settings = load(tmp_path / "usciere.toml", {})
    store = Store(settings.database.url)
    step = Doorstep(house_of(settings), key_of(settings.site.badge_key_file))
    desk = Desk(store.engine, settings.site.id)
    for number, hours in enumerate((0, 3.5, 6.5, 12.5)):
        at = MONDAY + hours * HOUR
        reader = next(iter(step.house.doors["ingresso"].places))
        tap = Tap("ingresso", reader, parse(UID), f"t{number}", at, at, "")
        with desk.open() as book:
            take_tap(book, step, tap, guarded=False)
    desk.close()
    store.close()
    return house


def replay(past: Usciere, folder: Path, plans: str, *more: str) -> list[dict[str, object]]:
    file = folder / "plans.toml"
    file.write_text(plans)
    done = past("journal", "replay", "--plans", str(file), "--json", *more)
    assert done.exit_code == 0, done.stderr
    found: list[dict[str, object]] = json.loads(done.stdout)
    return found


def test_what_would_differ_is_told_tap_by_tap(past: Usciere, tmp_path: Path) -> None:
    found = replay(past, tmp_path, MORNINGS)
    assert [(each["at"], each["was"], each["after"]) for each in found] == [
        ("2026-11-23T12:00:00Z", "granted plan", "refused outside-hours"),
        ("2026-11-23T15:00:00Z", "granted plan", "refused outside-hours"),
    ]
    late = MORNINGS.replace("08:00-12:00", "08:00-23:00")
    assert [(each["was"], each["after"]) for each in replay(past, tmp_path, late)] == [
        ("refused outside-hours", "granted plan")
    ]
    table = past("journal", "replay", "--plans", str(tmp_path / "plans.toml")).stdout.splitlines()
    assert "Anna Rossi" in table[1]
    assert table[-1] == "4 taps decided again, 1 would differ: 1 would open, 0 would not"


def test_the_same_plans_make_no_difference(past: Usciere, tmp_path: Path) -> None:
    same = MORNINGS.replace("08:00-12:00", "08:00-20:00")
    assert replay(past, tmp_path, same) == []
    other = MORNINGS.replace('"pieno"', '"other"')
    assert replay(past, tmp_path, other) == []


def test_only_a_stretch_is_replayed(past: Usciere, tmp_path: Path) -> None:
    since = ("--from", "2026-11-23T15:00:00+01:00")
    assert len(replay(past, tmp_path, MORNINGS, *since)) == 1
    assert replay(past, tmp_path, MORNINGS, "--to", "2026-11-23T13:00:00+01:00") == []


def test_plans_may_be_what_http_gives(past: Usciere, tmp_path: Path) -> None:
    file = tmp_path / "plans.json"
    hours = [{"days": ["mon"], "from": "08:00", "to": "12:00"}]
    file.write_text(json.dumps({"items": [{"id": "pieno", "hours": hours}], "next": None}))
    found = json.loads(past("journal", "replay", "--plans", str(file), "--json").stdout)
    assert len(found) == 2


def test_nothing_is_changed(past: Usciere, tmp_path: Path) -> None:
    before = past("journal", "export").stdout
    replay(past, tmp_path, MORNINGS)
    assert past("journal", "export").stdout == before


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[[plans]]\n", "plan 1: id"),
        (MORNINGS + MORNINGS, "plan 2"),
        (MORNINGS.replace("mon-fri 08:00-12:00", "always open"), "plan 1: hours"),
        (MORNINGS + "colour = 3\n", "plan 1: colour"),
        ("plans = 3\n", "holds no plans"),
        ("", "holds no plan"),
        ("[[plans]\n", "can't be read"),
        ("\x00", "can't be read"),
    ],
)
def test_what_is_no_plan_is_told_by_file_and_place(
    house: Usciere, tmp_path: Path, text: str, word: str
) -> None:
    file = tmp_path / "plans.toml"
    file.write_text(text)
    done = house("journal", "replay", "--plans", str(file))
    assert (done.exit_code, word in done.stderr, str(file) in done.stderr) == (1, True, True)
