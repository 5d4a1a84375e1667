"""Devices that decide by themselves, and devices that say that something is wrong with them."""

import json
from typing import cast

from sqlalchemy import select

from daemon.store.tables import JournalRow
from devices.contract import Receipt, Trouble
from tests.daemon.porch import ANNA, STRANGER, Porch, locked, press, tap
from tests.daemon.store.building import NOON
from tests.daemon.test_adrift import said, unlocked


def details(porch: Porch, kind: str) -> list[dict[str, object]]:
    with porch.store.reading() as session:
        found = session.scalars(select(JournalRow.detail).where(JournalRow.kind == kind))
        return [cast("dict[str, object]", json.loads(text or "{}")) for text in found]


def test_whom_the_device_has_let_in_is_in_and_nothing_opens_twice(porch: Porch) -> None:
    porch.takes(tap(ANNA)._replace(opened=True))
    assert said(porch) == [(True, "plan")]
    assert unlocked(porch) == []
    assert porch.visits() == [("anna", "open-space", None)]
    assert details(porch, "tap")[0]["opened"] is True


def test_whom_the_device_lets_in_and_we_refuse_is_an_alarm(porch: Porch) -> None:
    porch.takes(tap(STRANGER)._replace(opened=True))
    assert said(porch) == [(False, "unknown-badge")]
    assert [row[3] for row in porch.journal()] == ["unknown-badge", "let-in-by-device"]
    [alarm] = details(porch, "alarm")
    assert alarm["device"] == "outside"
    assert "unknown-badge" in str(alarm["problem"])


def test_neither_opens_twice_while_nothing_can_be_written(porch: Porch) -> None:
    with locked(porch.store):
        porch.takes(tap(ANNA)._replace(opened=True), press()._replace(opened=True))
    assert unlocked(porch) == []
    porch.rests()
    assert [row[0] for row in porch.journal()] == ["tap", "exit"]
    assert details(porch, "tap")[0]["opened"] is True


def test_a_button_that_opens_by_itself_is_written_down(porch: Porch) -> None:
    porch.takes(press()._replace(opened=True))
    assert unlocked(porch) == []
    assert porch.journal() == [("exit", "p1", True, "exit")]
    porch.takes(press("p2", packet=2))
    assert unlocked(porch) == [None]


def _trouble() -> Trouble:
    return Trouble("lab", "contact", "tampered", NOON, None, Receipt(1, 9, again=False))


def test_what_a_device_says_is_wrong_is_an_alarm_at_its_door(porch: Porch) -> None:
    porch.takes(_trouble())
    assert [row[3] for row in porch.journal()] == ["tampered"]
    assert details(porch, "alarm") == [{"device": "contact"}]
    assert porch.wires.acknowledged == [9]


def test_that_lands_later_while_nothing_can_be_written(porch: Porch) -> None:
    with locked(porch.store):
        porch.takes(_trouble())
        assert porch.wires.acknowledged == [9]
    porch.rests()
    assert [row[3] for row in porch.journal()] == ["tampered"]
