"""A backup under fire, and back again: each copy is the history up to one moment, and sound."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from daemon.backup import BackupError
from daemon.backup.archive import Note
from daemon.backup.copying import back_up
from daemon.backup.restoring import checked, restore
from daemon.store.engine import Store
from daemon.store.headfile import head_path
from daemon.store.verify import Sound, verify
from devices.clock import now
from tests.faults.house import SITE, House, Terms, furnished
from tests.faults.oracle import journal
from tests.faults.sizes import size
from tests.faults.street import Crowd, Street, dice_of
from tests.faults.test_kill import answered
from tests.postgresql import Server

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow]
COPIES = size("USCIERE_COPIES", 4)
"""One in 0.8 seconds, at least three."""


@dataclass(frozen=True)
class Saved:
    """A copy, what it says of itself, and how long the journal was before and after."""

    file: Path
    note: Note
    before: int
    after: int


def saved_under_fire(house: House, folder: Path, seed: int) -> list[Saved]:
    """Take copies while people tap; nobody is left without an answer."""
    copies = []
    with Street(house) as street:
        crowd = Crowd(house, street, dice_of(seed))
        house.daemon.start()
        answered(house, street)
        crowd.begin()
        for number in range(COPIES):
            time.sleep(0.8)
            before = len(journal(house))
            file = folder / f"copy-{number}"
            key = house.settings.site.badge_key_file
            note = back_up(house.store, key, file, now(), lambda _, __: None)
            copies.append(Saved(file, note, before, len(journal(house))))
        crowd.finish()
        answered(house, street)
    assert "Traceback" not in house.daemon.said()
    return copies


def test_every_copy_taken_under_fire_is_the_history_up_to_a_moment(
    seed: int, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    with furnished() as house:
        copies = saved_under_fire(house, tmp_path, seed)
        history = [(row.seq, row.hash) for row in journal(house)]
        for copy in copies:
            seq, head = copy.note.heads[SITE]
            assert copy.before <= seq <= copy.after
            assert (seq, head) in history
            with checked(copy.file, house.settings):
                pass
        with pytest.raises(BackupError, match="is in use"):
            restore(copies[0].file, house.settings, now(), lambda _, __: None)
        house.daemon.stop()
        house.store.close()
        restore(copies[1].file, house.settings, now(), lambda _, __: None)
        verdict = verify(house.store, SITE, head_path(house.settings), lambda _, __: None)
        assert isinstance(verdict, Sound), verdict
        kept = [(row.seq, row.hash) for row in journal(house)]
        seq = copies[1].note.heads[SITE][0]
        assert kept[:-1] == history[:seq]
        assert journal(house)[-1].reason == "restored"
        with Street(house) as street:
            house.daemon.start()
            answered(house, street)
    tell(f"{COPIES} copies of {[copy.note.heads[SITE][0] for copy in copies]} entries")


@pytest.mark.postgresql
def test_a_copy_of_postgresql_goes_back_into_it(
    seed: int, tmp_path: Path, postgresql: Server
) -> None:
    with furnished(Terms(database=postgresql.new_database())) as house:
        copies = saved_under_fire(house, tmp_path, seed)
        history = [(row.seq, row.hash) for row in journal(house)]
        with pytest.raises(BackupError, match="are connected"):
            restore(copies[0].file, house.settings, now(), lambda _, __: None)
        house.daemon.stop()
        house.store.close()
        restore(copies[2].file, house.settings, now(), lambda _, __: None)
        kept = [(row.seq, row.hash) for row in journal(house)]
        assert kept[:-1] == history[: copies[2].note.heads[SITE][0]]
        other = Store(house.settings.database.url)
        verdict = verify(other, SITE, head_path(house.settings), lambda _, __: None)
        other.close()
        assert isinstance(verdict, Sound), verdict
