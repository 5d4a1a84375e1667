"""The database locked, full or gone under a doorman on duty: doors go on, and nothing is lost."""

import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from daemon.store.headfile import spool_path
from tests.faults.house import OPEN_DOORS, Card, House, Terms, furnished
from tests.faults.oracle import assert_sound, compare, journal
from tests.faults.sizes import size
from tests.faults.street import SOON, Street
from tests.postgresql import _SETTINGS, Server, _programs
from tests.services import missing

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow]
FIRST_WITHIN, LATER_WITHIN = 2.0, 1.0
LOCKED = size("USCIERE_LOCKED_SECONDS", 3)
STRANGER = "04FFFFFFFFFFFF"
NO_ROOM = 64 * 1024
"""Bytes into a file beyond which nothing can be written: enough for the spool's beginning only."""
_LOCK = """\
    import sqlite3, sys, time
    other = sqlite3.connect(sys.argv[1], isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    print("locked", flush=True)
    time.sleep(float(sys.argv[2]))
    other.execute("ROLLBACK")
"""


@contextmanager
def lock_held(house: House, seconds: float) -> Iterator[None]:
    """Let another process hold the write lock for so long; ends when it lets go."""
    command = [sys.executable, "-c", textwrap.dedent(_LOCK)]
    other = subprocess.Popen(
        [*command, str(house.store.url.database), str(seconds)], stdout=subprocess.PIPE
    )
    assert other.stdout is not None
    assert other.stdout.readline() == b"locked\n"
    yield
    other.wait()
    other.stdout.close()


@contextmanager
def disk_full(house: House) -> Iterator[None]:
    """Let the doorman's every write far into a file fail, as on a full disk."""
    before = resource.prlimit(house.daemon.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(house.daemon.pid, resource.RLIMIT_FSIZE, (NO_ROOM, before[1]))
    yield
    if house.daemon.is_alive():
        resource.prlimit(house.daemon.pid, resource.RLIMIT_FSIZE, before)


class Readers:
    """Readers that tap one after the other and time the answers."""

    def __init__(self, house: House, street: Street) -> None:
        self.house, self.street = house, street
        self.sent: dict[str, str] = {}
        self.granted: list[str] = []

    def tap(self, card: Card | str, door: str) -> float:
        """Tap once; return how long the answer took."""
        began = time.monotonic()
        name = self.street.tap(card, door)
        self.sent[name] = door
        if self.street.answer(name)["granted"]:
            self.granted.append(name)
        return time.monotonic() - began

    def tap_all(self, cards: Sequence[Card]) -> list[float]:
        """Tap with all the badges at doors in turn."""
        doors = len(OPEN_DOORS)
        return [self.tap(card, OPEN_DOORS[at % doors]) for at, card in enumerate(cards)]

    def all_landed(self) -> None:
        """Wait until every tap is in the journal and hold what became of it to our promises."""
        limit = time.monotonic() + SOON
        while self.sent.keys() - {row.id for row in journal(self.house, "tap")}:
            assert time.monotonic() < limit, "not everything has landed"
            time.sleep(0.05)
        unlocks = [each for each in self.street.commands() if "tap" in each.said()]
        found = compare(self.house, self.sent, self._answers(), unlocks)
        assert not any(vars(found).values()), found
        assert_sound(self.house)
        assert "Traceback" not in self.house.daemon.said()
        rows = [row.id for row in journal(self.house, "tap") if row.id in self.sent]
        assert rows == list(self.sent)

    def _answers(self) -> dict[str, list[bytes]]:
        given = defaultdict(list)
        for each in self.street.feedback():
            given[str(each.said()["tap"])].append(each.payload)
        return given


@contextmanager
def on_duty(terms: Terms | None = None) -> Iterator[tuple[House, Readers]]:
    """Give a house whose doorman has answered once."""
    with furnished(terms) as house, Street(house) as street:
        house.daemon.start()
        street.ask(STRANGER, "lab")
        yield house, Readers(house, street)


def test_doors_go_on_while_another_program_holds_the_database() -> None:
    with on_duty() as (house, readers):
        readers.tap_all(house.cards[:5])
        with lock_held(house, LOCKED):
            began = time.monotonic()
            first = readers.tap(house.cards[5], "front")
            later = readers.tap_all(house.cards[6:30])
            assert time.monotonic() - began < LOCKED, "the lock was over too soon to tell"
            unwritten = len(journal(house, "tap"))
        assert unwritten == 6  # the stranger and the first five
        after = readers.tap_all(house.cards[30:40])
        readers.all_landed()
        assert first < FIRST_WITHIN
        assert max(later + after) < LATER_WITHIN
        assert len(readers.granted) == 40
        assert readers.tap(STRANGER, "front") < LATER_WITHIN


def test_all_at_once_while_the_database_is_held_nobody_is_forgotten() -> None:
    with on_duty() as (house, readers), lock_held(house, 2.0):
        for card in house.cards:
            readers.sent[readers.street.tap(card, "north")] = "north"
        for name in readers.sent:
            assert readers.street.answer(name, FIRST_WITHIN)["granted"]
        time.sleep(2.0)
        times = Counter(row.id for row in journal(house, "tap"))
        assert {times[name] for name in readers.sent} == {1}
        assert_sound(house)


def test_doors_go_on_on_a_full_disk_and_all_lands_once_there_is_room() -> None:
    with on_duty() as (house, readers):
        readers.tap_all(house.cards[:20])
        assert Path(f"{house.store.url.database}-wal").stat().st_size > NO_ROOM
        with disk_full(house):
            took = readers.tap_all(house.cards[20:45])
            assert readers.tap(STRANGER, "front") < LATER_WITHIN
            assert len(journal(house, "tap")) == 21
        readers.all_landed()
        assert took[0] < FIRST_WITHIN
        assert max(took[1:]) < LATER_WITHIN
        assert len(readers.granted) == 45


def test_killed_while_nothing_can_be_written_the_successor_lands_it_all() -> None:
    with on_duty() as (house, readers):
        readers.tap_all(house.cards[:20])
        with disk_full(house):
            readers.tap_all(house.cards[20:30])
            house.daemon.kill()
        assert spool_path(house.settings).read_bytes().count(b"\n") >= 10
        house.daemon.start()
        readers.street.ask(STRANGER, "lab")
        readers.tap_all(house.cards[30:32])
        rows = [row.id for row in journal(house, "tap") if row.id in readers.sent]
        assert rows == list(readers.sent)
        readers.all_landed()


def test_exits_and_reports_of_doors_go_on_as_well() -> None:
    with on_duty() as (house, readers):
        street = readers.street
        with lock_held(house, 1.5):
            readers.tap(house.cards[0], "front")
            for number in range(150):  # more than the broker hands over without acknowledgement
                street.say("lab", "state", {"contact": ("open", "closed")[number % 2]})
            street.say("lab", "exit", {"id": "press"})
            street.until(lambda each: each.word == "command" and each.door == "lab", 1.0)
            assert readers.tap(house.cards[1], "front") < LATER_WITHIN
        readers.all_landed()
        states = [row for row in journal(house, "door") if row.reason == "state"]
        assert len(states) == 150
        assert [row.id for row in journal(house, "exit")] == ["press"]


class Restartable(Server):
    """A PostgreSQL that can be stopped and go on with what it had."""

    def resume(self) -> None:
        options = [word for pair in _SETTINGS.items() for word in ("-c", "=".join(pair))]
        data = self.folder / "data"
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", data, "-k", self.folder, *options],
                user=self._user,
                stdout=log,
                stderr=log,
            )
        self._wait()


@pytest.fixture
def restartable() -> Iterator[Restartable]:
    """Return a PostgreSQL of the test's own."""
    programs = _programs()
    if programs is None:
        missing("PostgreSQL's server", "postgresql")
    folder = Path(tempfile.mkdtemp(prefix="usciere-"))
    server = Restartable(programs, folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.mark.postgresql
def test_doors_go_on_for_badges_seen_before_while_postgresql_is_gone(
    restartable: Restartable,
) -> None:
    with on_duty(Terms(database=restartable.new_database(), repeat=0)) as (house, readers):
        readers.tap_all(house.cards[:10])
        for _ in range(2):
            restartable.stop()
            first = readers.tap(house.cards[0], "front")
            later = readers.tap_all(house.cards[1:10])
            assert readers.tap(STRANGER, "front") < LATER_WITHIN
            assert readers.tap(house.cards[20], "front") < LATER_WITHIN  # not seen since the start
            assert first < FIRST_WITHIN
            assert max(later) < LATER_WITHIN
            restartable.resume()
            readers.all_landed()
        assert len(readers.granted) == 30
        assert readers.tap(house.cards[20], "front") < LATER_WITHIN
        assert len(readers.granted) == 31


@pytest.mark.postgresql
def test_doors_go_on_while_a_row_of_postgresql_is_locked(restartable: Restartable) -> None:
    terms = Terms(database=restartable.new_database(), repeat=0)
    with on_duty(terms) as (house, readers):
        for _ in range(2):  # the second time on a connection made anew
            with house.store.engine.begin() as other:
                other.exec_driver_sql("select * from site for update")
                assert readers.tap(house.cards[0], "front") < FIRST_WITHIN
                assert max(readers.tap_all(house.cards[1:12])) < LATER_WITHIN
            readers.all_landed()
            restartable.stop()
            restartable.resume()
            readers.street.ask(STRANGER, "lab")
        assert len(readers.granted) == 24


def test_a_file_that_became_unreadable_is_kept_as_it_is() -> None:
    with on_duty() as (house, readers):
        readers.tap_all(house.cards[:5])
        house.store.close()
        house.daemon.stop()
        path = Path(str(house.store.url.database))
        path.write_bytes(b"no database" * 5000)
        house.daemon.start()
        limit = time.monotonic() + 10
        while house.daemon.is_alive() and time.monotonic() < limit:
            time.sleep(0.1)
        assert not house.daemon.is_alive()
        assert path.read_bytes() == b"no database" * 5000
        assert "Traceback" not in house.daemon.said()
        with pytest.raises(sqlite3.DatabaseError), sqlite3.connect(path) as database:
            database.execute("select 1 from site")
        database.close()
