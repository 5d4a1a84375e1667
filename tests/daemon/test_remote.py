"""Home Assistant asks for a door: in its own name, with its own permission, and never late."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from daemon.access.facts import Hold
from daemon.house import House
from daemon.store import acts
from daemon.store.acts import Wish
from daemon.store.engine import Store
from daemon.store.people import Act, Actor
from daemon.store.tables import JournalRow
from devices.contract import Receipt, Remote
from tests.daemon.porch import Porch, level, locked, move_in
from tests.daemon.store.building import HOUR, NOON, SITE

UGO = Actor("Ugo", "token-1")


@pytest.fixture
def porch(tmp_path: Path, store: Store, house: House) -> Iterator[Porch]:
    """Return a doorman of a house where Home Assistant may open, on both databases."""
    move_in(store, SITE)
    made = Porch(store, replace(house, remote_unlock=True), tmp_path)
    yield made
    made.desk.close()


def asked(packet: int = 1, *, again: bool = False, waited: bool = False) -> Remote:
    receipt = Receipt(1, packet, again)
    return Remote("lab", NOON, f"print-{packet}", waited, receipt)


def opened(porch: Porch) -> list[str]:
    return [command.door for command in porch.wires.released]


def problems(porch: Porch) -> list[str | None]:
    with porch.store.reading() as session:
        found = session.scalars(select(JournalRow.detail).where(JournalRow.reason.like("remote-%")))
        return [json.loads(text or "{}").get("problem") for text in found]


def order(porch: Porch) -> Act:
    return Act(porch.store, SITE, UGO, porch.now)


def test_it_opens_in_its_own_name(porch: Porch) -> None:
    porch.takes(asked())
    assert opened(porch) == ["lab"]
    assert [row[0::3] for row in porch.journal()] == [("staff", "remote-unlock")]
    with porch.store.reading() as session:
        detail = json.loads(session.scalars(select(JournalRow.detail)).one() or "{}")
    assert detail == {"by": {"name": "Home Assistant"}}
    assert porch.wires.acknowledged == [1]


def test_what_the_broker_hands_over_again_opens_once(porch: Porch) -> None:
    porch.takes(asked())
    porch.takes(asked(again=True))
    assert opened(porch) == ["lab"]
    porch.takes(asked(packet=2))
    assert opened(porch) == ["lab", "lab"]


def test_without_permission_nothing_opens(tmp_path: Path, store: Store, house: House) -> None:
    move_in(store, SITE)
    porch = Porch(store, house, tmp_path)
    porch.takes(asked())
    assert opened(porch) == []
    assert "unlock = true" in str(problems(porch)[0])
    porch.desk.close()


def test_what_may_have_waited_opens_nothing(porch: Porch) -> None:
    porch.takes(asked(waited=True))
    assert opened(porch) == []
    assert "queue" in str(problems(porch)[0])


def test_a_lockdown_holds_against_it(porch: Porch) -> None:
    acts.order_lockdown(order(porch), Wish("", "drill"), active=True)
    porch.takes(asked())
    assert opened(porch) == []
    assert "locked down" in str(problems(porch)[0])


def test_a_door_held_locked_stays_locked_until_the_hold_is_over(porch: Porch) -> None:
    acts.order_hold(order(porch), Wish("lab", "painting"), Hold.LOCKED, NOON + HOUR)
    porch.takes(asked())
    assert "held locked" in str(problems(porch)[0])
    before = opened(porch)
    late = asked(packet=2)._replace(received=NOON + HOUR)
    porch.takes(late)
    assert opened(porch)[len(before) :] == ["lab"]


def test_nothing_opens_for_it_while_nothing_can_be_written(
    tmp_path: Path, sqlite_ready: Path, house: House
) -> None:
    shutil.copy(sqlite_ready, tmp_path / "usciere.db")
    store = Store(f"sqlite:///{tmp_path}/usciere.db")
    porch = Porch(store, replace(house, remote_unlock=True), tmp_path)
    with locked(store):
        porch.takes(asked())
    assert opened(porch) == []
    porch.desk.close()
    store.close()


def test_what_every_door_is_can_be_told(porch: Porch) -> None:
    said = json.loads(porch.doors.told())
    assert said["lab"] == {"contact": None, "bolt": None, "online": True}
    porch.takes(level(NOON + timedelta(seconds=1), is_open=True)._replace(locked=False))
    said = json.loads(porch.doors.told())
    assert said["lab"] == {"contact": "open", "bolt": "unlocked", "online": True}
