"""A thousand doors, one doorman in memory, dice: every unlock is for its own grant at its own door.

Taps, exit presses, acts of staff and of Home Assistant come in any order and in batches, come again
by reader and by broker, with ids that other doors use as well; the database is held by somebody
else, and the doorman is killed between any two things he says.
"""

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from daemon.config import load
from daemon.house import House, house_of
from daemon.store import acts
from daemon.store.acts import Wish
from daemon.store.engine import Store
from daemon.store.people import Act, Actor
from daemon.store.tables import JournalRow
from devices.clock import moment
from devices.contract import (
    Action,
    Command,
    ExitPress,
    Feedback,
    Receipt,
    Remote,
    Tap,
)
from devices.uid import Uid, keyed_hash
from tests.daemon.porch import KEY, ListedWires, Porch, locked
from tests.daemon.store.building import SITE, badge, member, plan
from tests.faults.sizes import size
from tests.faults.street import dice_of

DOORS = [f"d{number:03}" for number in range(1000)]
UIDS = [Uid(bytes([4, *number.to_bytes(6)])) for number in range(44)]
"""Forty of members; four that nobody knows."""
MEMBERS = 40
ROUNDS = size("USCIERE_ROUNDS", 250)
IDS = 200
"""Names that readers give their messages; every door has its own of each."""


class Killed(BaseException):
    """The doorman is no more."""


class Fate:
    """How many more things the doorman says before he is killed; None: he lives."""

    left: int | None = None

    def strikes(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                self.left = None
                raise Killed


class Cable(ListedWires):
    """Wires on which nothing leaves before all of it does; the doorman may die before."""

    def __init__(self, fate: Fate, *, kept: bool) -> None:
        super().__init__()
        self.fate, self.kept = fate, kept
        self._waiting: list[Callable[[], object]] = []

    def _says(self, leaves: Callable[[], object]) -> None:
        self.fate.strikes()
        self._waiting.append(leaves)

    def release(self, command: Command) -> bool:
        self._says(lambda: self.released.append(command))
        return True

    def answer(self, feedback: Feedback) -> None:
        self._says(lambda: self.answered.append(feedback))

    def acknowledge(self, receipt: Receipt) -> None:
        self._says(lambda: self.acknowledged.append(receipt.packet))

    def flush(self) -> None:
        self.fate.strikes()
        for leaves in self._waiting:
            leaves()
        self._waiting.clear()

    def settled(self) -> bool:
        return not self._waiting


@dataclass
class Town:
    """A thousand doors and what happens at them."""

    store: Store
    house: House
    folder: Path
    dice: random.Random
    said: list[Tap | ExitPress | Remote] = field(default_factory=list)
    told: list[Command] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    fate: Fate = field(default_factory=Fate)
    orders: dict[str, str] = field(default_factory=dict)
    may_come_twice: set[str] = field(default_factory=set)
    _packets: int = 0

    def __post_init__(self) -> None:
        self.doorman = self._appointed(kept=True)

    def _appointed(self, *, kept: bool) -> Porch:
        return Porch(self.store, self.house, self.folder, Cable(self.fate, kept=kept))

    def happens(self) -> None:
        """Let something happen."""
        self.doorman.passes(self.dice.choice((0.01, 0.1, 0.5, 2.0)))
        deed = self.dice.choices(
            (self._batch, self._order, self._outage, self._killed, self._stopped),
            (77, 8, 6, 6, 3),
        )[0]
        deed()

    def rest(self) -> None:
        """Let everything come to its end."""
        self.doorman.rests()
        self._heard()

    def _batch(self) -> None:
        self._takes([self._signal() for _ in range(self.dice.choice((1, 1, 1, 2, 3, 8)))])

    def _takes(self, signals: list[Tap | ExitPress | Remote]) -> None:
        self.counts["signals"] += len(signals)
        try:
            self.doorman.takes(*signals)
        except Killed:
            self._succeeded(signals)
        self._heard()

    def _heard(self) -> None:
        wires = self.doorman.wires
        self.told += wires.released
        wires.released.clear()

    def _order(self) -> None:
        door = self.dice.choice(DOORS)
        act = Act(self.store, SITE, Actor("Ugo", "token-1"), self.doorman.now)
        self.orders[acts.order_unlock(act, Wish(door, ""), 5)] = door
        self.counts["orders"] += 1
        self.doorman.passes(1.0)
        self._takes([])

    def _outage(self) -> None:
        self.counts["outages"] += 1
        with locked(self.store):
            for _ in range(self.dice.randint(1, 4)):
                self._batch_without_a_kill()
        self.rest()

    def _batch_without_a_kill(self) -> None:
        self._batch()
        self.doorman.passes(0.3)

    def _killed(self) -> None:
        """Kill him within the next batch."""
        self.fate.left = self.dice.randint(0, 6)
        self._batch()
        if self.fate.left is not None:  # he did not come to say so much
            self.fate.left = None
            self._succeeded([])

    def _stopped(self) -> None:
        self._succeeded([])

    def _succeeded(self, unserved: list[Tap | ExitPress | Remote]) -> None:
        """Let another follow, to whom the broker hands over what was not acknowledged."""
        self.counts["kills"] += 1
        self._heard()
        done, now = set(self.doorman.wires.acknowledged), self.doorman.now
        self.doorman.leaves()
        kept = self.dice.random() < 0.7
        if not kept:
            self.may_come_twice |= {each.id for each in self.told if now < each.expires}
        self.doorman = self._appointed(kept=kept)
        self.doorman.now = now + timedelta(seconds=self.dice.choice((0.0, 1.0, 4.0)))
        again = [each for each in unserved if each.receipt and each.receipt.packet not in done]
        if kept:
            self._takes([self._handed_again(each) for each in again])

    def _signal(self) -> Tap | ExitPress | Remote:
        if self.said and self.dice.random() < 0.25:
            return self._again(self.dice.choice(self.said[-12:]))
        made = self.dice.choices((self._tap, self._press, self._remote), (75, 15, 10))[0]()
        self.said.append(made)
        return made

    def _again(self, one: Tap | ExitPress | Remote) -> Tap | ExitPress | Remote:
        """Send an earlier message once more: by its reader, or with somebody else's badge."""
        self.counts["again"] += 1
        sent = one._replace(received=self.doorman.now, receipt=self._receipt())
        if isinstance(sent, Tap) and self.dice.random() < 0.1:
            return sent._replace(uid=self.dice.choice(UIDS))
        return sent

    def _handed_again(self, one: Tap | ExitPress | Remote) -> Tap | ExitPress | Remote:
        assert one.receipt is not None
        again = one.receipt._replace(again=True)
        return one._replace(received=self.doorman.now, receipt=again)

    def _receipt(self) -> Receipt:
        self._packets += 1
        return Receipt(1, self._packets, again=False)

    def _tap(self) -> Tap:
        door, now = self.dice.choice(DOORS), self.doorman.now
        receipt = self._receipt()
        name = self.dice.choice((None, f"m{self.dice.randrange(IDS)}", f"t{receipt.packet}"))
        reader = self.dice.choice(list(self.house.doors[door].places))
        at = self.dice.choice((None, now, now - timedelta(minutes=1)))
        print_ = f"print-{receipt.packet}"
        uid = self.dice.choice(UIDS)
        return Tap(door, reader, uid, name, at, now, print_, receipt=receipt)

    def _press(self) -> ExitPress:
        door, receipt = self.dice.choice(DOORS), self._receipt()
        name = self.dice.choice((None, f"m{self.dice.randrange(IDS)}", f"p{receipt.packet}"))
        return ExitPress(door, name, self.doorman.now, f"print-{receipt.packet}", receipt=receipt)

    def _remote(self) -> Remote:
        door, receipt = self.dice.choice(DOORS), self._receipt()
        return Remote(door, self.doorman.now, f"print-{receipt.packet}", receipt=receipt)


_SETTINGS = """\
[site]
id = "cooffice"
name = "CoOffice"
timezone = "Europe/Rome"
[homeassistant]
unlock = true
[[rooms]]
id = "open-space"
"""
_DOOR = """\
[[doors]]
id = "{door}"
room = "open-space"
unlock_seconds = {seconds}
"""
_TWO_READERS = 'readers = [{ id = "outside" }, { id = "inside", role = "exit" }]\n'


@pytest.fixture
def town(tmp_path: Path, sqlite_ready: Path, seed: int) -> Iterator[Town]:
    """Return a thousand doors, every third with a reader on either side."""
    doors = [
        _DOOR.format(door=door, seconds=1 + number % 30) + (_TWO_READERS if number % 3 else "")
        for number, door in enumerate(DOORS)
    ]
    config = tmp_path / "usciere.toml"
    config.write_text(_SETTINGS + "".join(doors))
    shutil.copy(sqlite_ready, tmp_path / "usciere.db")
    store = Store(f"sqlite:///{tmp_path}/usciere.db")
    with store.writing() as session:
        session.add(plan("full", rooms='["open-space"]'))
        session.add_all(member(f"m{number}") for number in range(MEMBERS))
        session.flush()
        session.add_all(
            badge(keyed_hash(uid, KEY), f"m{number}") for number, uid in enumerate(UIDS[:MEMBERS])
        )
    made = Town(store, house_of(load(config, {})), tmp_path, dice_of(seed))
    yield made
    made.doorman.leaves()
    store.close()


class Grants:
    """What let a door open: entries of the journal, and orders of staff."""

    def __init__(self, town: Town) -> None:
        with town.store.reading() as session:
            rows = session.scalars(select(JournalRow).where(JournalRow.granted.is_(True))).all()
        self._orders = town.orders
        self.rows = {f"{SITE}-{row.seq}": row for row in rows if row.reason != "repeat"}
        self._spooled: dict[tuple[str, str | None, datetime], list[str]] = {}
        for name, row in self.rows.items():
            if "spooled" in (row.detail or ""):
                key = (row.kind, row.door, moment(row.received_at))
                self._spooled.setdefault(key, []).append(name)

    def behind(self, command: Command) -> str:
        """Return the name of the grant that a command is for.

        A command from when the database was held does not say which entry it is for. It is one
        that was received then, at its door, and that no command before was for.
        """
        if command.id in self.rows or command.id in self._orders:
            return command.id
        kind = "exit" if command.tap is None else "tap"
        names = self._spooled[kind, command.door, command.issued]
        name = next(each for each in names if command.tap in {None, self.rows[each].id})
        names.remove(name)
        return name

    def doubled(self) -> list[tuple[str, str | None, str]]:
        """Return kind, door and id of messages that were granted more than once."""
        named = [row for row in self.rows.values() if row.kind in {"tap", "exit"}]
        times = Counter((row.kind, row.door, row.id) for row in named)
        return [key for key, count in times.items() if count > 1 and not key[2].startswith("auto-")]


def test_every_unlock_among_a_thousand_doors_is_for_its_own_grant_at_its_own_door(
    town: Town, tell: Callable[[str], None]
) -> None:
    for _ in range(ROUNDS):
        town.happens()
    town.rest()
    grants, told = Grants(town), town.told
    tell(f"{len(told)} unlocks for {len(grants.rows)} grants; {dict(town.counts)}")
    found = {command.id: grants.behind(command) for command in dict.fromkeys(told)}
    for command in told:
        assert command.action is Action.UNLOCK
        if command.id in town.orders:
            assert command.door == town.orders[command.id]
            continue
        row = grants.rows[found[command.id]]
        assert (command.door, command.issued) == (row.door, moment(row.received_at))
        assert command.tap == (row.id if row.kind == "tap" else None)
        assert command.seconds == town.house.doors[command.door].seconds
    assert grants.doubled() == []
    assert len(set(found.values())) == len(found), "two commands for one grant"
    times = Counter(command.id for command in told)
    assert {name for name, count in times.items() if count > 1} <= town.may_come_twice
    assert len(told) > ROUNDS
