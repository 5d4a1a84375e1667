"""The database taken away, replaced, overwritten, read-only: doors go on, nothing begins anew."""

import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from daemon.access.facts import BadgeStatus
from daemon.store.badges import change_badge
from daemon.store.forms import BadgeChange
from daemon.store.headfile import spool_path
from tests.faults.house import House, furnished
from tests.faults.oracle import journal
from tests.faults.street import dice_of
from tests.faults.test_locked import STRANGER, on_duty

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow]
DEGRADED_WITHIN = 5.0
COMPANIONS = ("", "-wal", "-shm")
_READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'


def database(house: House) -> Path:
    return Path(str(house.store.url.database))


def spooled(house: House) -> int:
    return spool_path(house.settings).read_bytes().count(b'"kind":"tap"')


def starts(house: House) -> bool:
    """Start the doorman; tell whether he stays, which he makes known within seconds."""
    house.daemon.start()
    limit = time.monotonic() + 30
    while house.daemon.is_alive() and time.monotonic() < limit:
        if house.daemon.said().count("connected to the broker") > 1:
            return True
        time.sleep(0.05)
    return house.daemon.is_alive()


def test_doors_go_on_while_the_file_is_elsewhere_and_all_lands_when_it_is_back() -> None:
    with on_duty() as (house, readers):
        readers.tap_all(house.cards[:10])
        file, away = database(house), database(house).with_name("away")
        file.rename(away)
        readers.tap_all(house.cards[:5])
        assert readers.tap(STRANGER, "front") < 1.0
        assert not file.exists(), "an empty one was made in its place"
        assert spooled(house) >= 5
        away.rename(file)
        readers.all_landed()
        assert readers.tap(house.cards[11], "front") < 1.0
        assert readers.granted[-1] == list(readers.sent)[-1]


def test_a_file_put_in_its_place_is_used_from_then_on(tmp_path: Path) -> None:
    with on_duty() as (house, readers):
        readers.tap_all(house.cards[:10])
        time.sleep(1.0)  # until nothing waits to be written
        file, copy = database(house), tmp_path / "copy"
        source, target = sqlite3.connect(file), sqlite3.connect(copy)
        source.backup(target)
        source.close()
        target.close()
        house.store.close()
        for ending in COMPANIONS:
            file.with_name(file.name + ending).unlink(missing_ok=True)
        readers.tap_all(house.cards[:5])
        shutil.move(copy, file)
        readers.all_landed()
        with sqlite3.connect(file) as opened:
            [count] = opened.execute("select count(*) from journal where kind = 'tap'").fetchone()
        opened.close()
        assert count == 16


def test_nothing_begins_anew_where_a_journal_was() -> None:
    with on_duty() as (house, readers):
        readers.tap_all(house.cards[:10])
        house.store.close()
        database(house).unlink()
        readers.tap_all(house.cards[:3])
        house.daemon.kill()
        assert spooled(house) == 3
        assert not starts(house)
        assert not database(house).exists()
        assert spooled(house) == 3
        last = house.daemon.said().splitlines()[-1]
    assert "is gone or empty, but" in last
    assert "usciere restore" in last


def test_a_file_overwritten_on_duty_is_seen_kept_and_not_believed(
    seed: int, tell: Callable[[str], None]
) -> None:
    dice = dice_of(seed)
    with on_duty() as (house, readers):
        readers.tap_all(house.cards[:10])
        blocked = house.cards[20]
        change_badge(
            house.act(),
            blocked.id,
            BadgeChange(status=BadgeStatus.BLOCKED),
            house.settings.site.zone,
        )
        readers.tap(blocked, "front")
        house.store.close()
        began = time.monotonic()
        for ending in COMPANIONS[:2]:
            file = database(house).with_name(database(house).name + ending)
            with file.open("r+b") as opened:
                opened.write(dice.randbytes(file.stat().st_size))
        while "the database cannot be used now" not in house.daemon.said():
            assert time.monotonic() - began < DEGRADED_WITHIN
            time.sleep(0.05)
        seen = time.monotonic() - began
        granted = len(readers.granted)
        readers.tap(blocked, "front")
        readers.tap(STRANGER, "front")
        readers.tap(house.cards[30], "front")  # not seen since the start
        assert len(readers.granted) == granted
        readers.tap_all(house.cards[:5])
        assert len(readers.granted) == granted + 5
        assert spooled(house) == 8
        assert "Traceback" not in house.daemon.said()
        house.daemon.kill()
        left = database(house).read_bytes()
        assert not starts(house)
        assert database(house).read_bytes() == left
    tell(f"seen after {seen:.1f} s")


def test_a_file_that_cannot_be_written_keeps_the_doorman_out_with_one_line() -> None:
    with furnished() as house:
        house.store.close()
        folder = house.settings.folder
        trial = ["unshare", "-rm", "sh", "-c", _READ_ONLY, str(folder)]
        if subprocess.run([*trial, "true"], check=False, capture_output=True).returncode:
            pytest.skip("no file system can be mounted here")
        before = database(house).read_bytes()
        done = subprocess.run(
            [*trial, *house.daemon.command], check=False, capture_output=True, text=True
        )
        assert done.returncode == 1
        assert database(house).read_bytes() == before
        assert not journal(house, "tap")
    last = done.stderr.splitlines()
    assert "Traceback" not in done.stderr
    assert "Read-only file system" in last[-1]
