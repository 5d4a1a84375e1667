"""A doorman on duty in memory: the real one on a real database, but wires that are lists.

Time stands still until it is told to pass.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from daemon.adrift import Adrift
from daemon.announcer import Announcer
from daemon.chores import Chores, Tools
from daemon.doorman import Doorman, Post
from daemon.house import House
from daemon.levels import Doors
from daemon.proofs import NOBODY, Expert
from daemon.store.desk import Desk
from daemon.store.engine import Store
from daemon.store.spool import Spool
from daemon.store.tables import JournalRow, VisitRow
from daemon.taps import Doorstep
from devices.contract import Command, ExitPress, Feedback, Level, Receipt, Signal, Tap
from devices.uid import Uid, keyed_hash
from tests.daemon.store.building import NOON, badge, member, plan

KEY = bytes(32)
ANNA, BEA, STRANGER = (Uid(bytes([number] * 7)) for number in (1, 2, 9))
OWNERS = {ANNA: "anna", BEA: "bea"}
SMALL = 4096


class Breaks(Exception):
    """Something in the house breaks because a test wants it to."""


class ListedWires:
    """Wires that keep what was sent. Hand in signals by `coming`, batch by batch."""

    def __init__(self) -> None:
        self.coming: list[Sequence[Signal]] = []
        self.released: list[Command] = []
        self.answered: list[Feedback] = []
        self.acknowledged: list[int] = []
        self.announced: list[tuple[str, str, bool]] = []
        self.late: list[str] = []
        self.up = self.kept = self.leaves = True
        self.breaks_at_release = False

    def wait(self, limit: float) -> Sequence[Signal]:  # noqa: ARG002 - the contract's signature
        return self.coming.pop(0) if self.coming else ()

    def release(self, command: Command) -> bool:
        if self.breaks_at_release:
            raise Breaks
        self.released.append(command)
        return self.up

    def answer(self, feedback: Feedback) -> None:
        self.answered.append(feedback)

    def announce(self, word: str, text: str, *, keep: bool) -> bool:
        self.announced.append((word, text, keep))
        return self.up

    def overdue(self) -> Sequence[str]:
        late, self.late = self.late, []
        return late

    def is_up(self) -> bool:
        return self.up

    def be_present(self) -> None:
        self.announced.append(("online", "true", True))

    def is_kept(self) -> bool:
        return self.kept

    def settled(self) -> bool:
        return self.up and self.leaves

    def acknowledge(self, receipt: Receipt) -> None:
        self.acknowledged.append(receipt.packet)

    def flush(self) -> None:
        """Everything has left already."""


class Porch:
    """One doorman and what he works with. Another one on the same store is his successor."""

    def __init__(
        self,
        store: Store,
        house: House,
        folder: Path,
        wires: ListedWires | None = None,
        expert: Expert = NOBODY,
    ) -> None:
        self.store, self.house = store, house
        self._now, self.seconds = NOON, 0.0
        self.wires = wires or ListedWires()
        self.desk = Desk(store.engine, house.site)
        self.desk.be_patient(0.02)
        self.spool = Spool(folder / "spool", SMALL)
        self.adrift = Adrift(Doorstep(house, KEY, expert=expert), store, self.spool)
        self.doors = Doors(house)
        announcer = Announcer(self.desk, self.wires, lambda: "{}", self.steady)
        self.minutes: list[datetime] = []
        tools = Tools(
            house,
            self.desk,
            self.wires,
            self.clock,
            self.steady,
            lambda _, __: None,
            each_minute=self.minutes.append,
        )
        self.chores = Chores(tools, self.doors, announcer)
        eyes, adrift = self.doors.lookout, self.adrift
        step = Doorstep(
            house, KEY, adrift.remember, expert, adrift.count, eyes.judged, eyes.flooded
        )
        self.signs_of_life = 0
        post = Post(step, self.desk, self.wires, self.clock, self.steady, self._lives)
        self.doorman = Doorman(post, self.doors, self.chores, self.adrift)
        self.doorman.begin()

    @property
    def now(self) -> datetime:
        return self._now

    @now.setter
    def now(self, moment: datetime) -> None:
        self.seconds += (moment - self._now).total_seconds()
        self._now = moment

    def clock(self) -> datetime:
        return self.now

    def puts(self, put: timedelta) -> None:
        """Put the clock on the wall; no time passes."""
        self._now += put

    def _lives(self) -> None:
        self.signs_of_life += 1

    def steady(self) -> float:
        return self.seconds

    def passes(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)

    def takes(self, *signals: Signal) -> None:
        """Let signals come in together, and serve them."""
        self.wires.coming.append(signals)
        self.doorman.turn()

    def rests(self) -> None:
        """Let two quiet seconds pass."""
        for _ in range(8):
            self.passes(0.25)
            self.doorman.turn()

    def leaves(self) -> None:
        """Go without a word, as one who was killed."""
        self.desk.close()
        self.spool.close()

    def answers(self) -> list[str]:
        """Return what the readers were told."""
        return [feedback.text for feedback in self.wires.answered]

    def journal(self) -> list[tuple[str, str, bool | None, str | None]]:
        """Return kind, id, granted and reason of all entries."""
        j = JournalRow
        with self.store.reading() as session:
            found = session.execute(select(j.kind, j.id, j.granted, j.reason).order_by(j.seq))
            return [(row[0], row[1], row[2], row[3]) for row in found]

    def visits(self) -> list[tuple[str, str, str | None]]:
        """Return member, room and how it ended of all visits."""
        v = VisitRow
        with self.store.reading() as session:
            found = session.execute(select(v.member, v.room, v.ended_by).order_by(v.began, v.id))
            return [(row[0], row[1], row[2]) for row in found]


def move_in(store: Store, site: str) -> None:
    """Give the site its people and their badges."""
    with store.writing() as session:
        session.add(plan("full", site=site, rooms='["open-space", "lab"]'))
        session.add_all(member(name, site=site) for name in OWNERS.values())
        session.flush()
        session.add_all(
            badge(keyed_hash(uid, KEY), name, site=site) for uid, name in OWNERS.items()
        )


def tap(  # noqa: PLR0913 - what tells one tap from another
    uid: Uid = ANNA,
    name: str | None = "t1",
    at: datetime = NOON,
    *,
    door: str = "entrance",
    reader: str = "",
    packet: int = 1,
    again: bool = False,
    late: bool = False,
) -> Tap:
    """Return a tap that came in at `at`."""
    receipt = Receipt(1, packet, again)
    where = reader or {"entrance": "outside", "lab": "main"}[door]
    said = at - timedelta(minutes=1) if late else at
    return Tap(door, where, uid, name, said, at, f"print-{packet}", receipt=receipt)


def press(name: str | None = "p1", at: datetime = NOON, *, packet: int = 1) -> ExitPress:
    """Return a press of the exit button at the entrance."""
    receipt = Receipt(1, packet, again=False)
    return ExitPress("entrance", name, at, f"print-{packet}", receipt=receipt)


def level(at: datetime = NOON, *, is_open: bool, packet: int = 1) -> Level:
    """Return what the lab's door reports."""
    return Level("lab", at, open=is_open, receipt=Receipt(1, packet, again=False))


@contextmanager
def locked(store: Store) -> Iterator[None]:
    """Hold the write lock of a SQLite database, as a backup or a stuck program might."""
    with closing(sqlite3.connect(str(store.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
