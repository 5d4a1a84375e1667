from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest

from daemon.access.facts import Hold
from daemon.orders import OrderBook
from daemon.store import doors
from daemon.store.book import book_of
from daemon.store.doors import ORDER_LIFE
from devices.contract import Action, Command
from tests.daemon.porch import Breaks, Porch, locked
from tests.daemon.store.building import HOUR, MINUTE, NOON, SECOND, SITE


def order(action: Action = Action.UNLOCK, name: str = "o1", door: str = "lab") -> Command:
    return Command(door, name, action, 5, NOON, NOON + ORDER_LIFE)


def ordered(porch: Porch, *orders: Command) -> None:
    """Write orders down as the API does."""
    with book_of(porch.store, SITE) as book:
        for each in orders:
            doors.add_order(book, each)


def held(porch: Porch, hold: Hold, until: datetime | None = None, door: str = "lab") -> None:
    with book_of(porch.store, SITE) as book:
        doors.order_hold(book, door, hold, until)


def sent(porch: Porch) -> list[tuple[str, str]]:
    """Return door and action of what was released."""
    return [(command.door, command.action.value) for command in porch.wires.released]


def reasons(porch: Porch) -> list[str | None]:
    return [entry[3] for entry in porch.journal()]


def successor(porch: Porch, folder: Path) -> Iterator[Porch]:
    porch.leaves()
    made = Porch(porch.store, porch.house, folder)
    yield made
    made.leaves()


def test_an_order_is_carried_out_once(porch: Porch) -> None:
    ordered(porch, order())
    porch.rests()
    assert sent(porch) == [("lab", "unlock")]
    assert porch.wires.released[0].id == "o1"


def test_orders_are_carried_out_in_the_order_they_were_given(porch: Porch) -> None:
    later = order(Action.LOCK, "o2")._replace(issued=NOON + SECOND)
    ordered(porch, later, order(Action.HOLD_OPEN))
    porch.rests()
    assert sent(porch) == [("lab", "hold-open"), ("lab", "lock")]


def test_an_order_that_comes_too_late_is_void(porch: Porch) -> None:
    porch.now += ORDER_LIFE
    ordered(porch, order())
    porch.rests()
    assert sent(porch) == []
    assert reasons(porch) == ["order-expired"]


def test_an_order_is_void_on_the_stroke(porch: Porch) -> None:
    ordered(porch, order())
    with porch.desk.open() as book:
        assert porch.chores._orders.carry_out(book, NOON + ORDER_LIFE) == []
    assert reasons(porch) == ["order-expired"]


def test_an_order_for_a_door_that_is_gone_is_void(porch: Porch) -> None:
    ordered(porch, order(door="attic"))
    porch.rests()
    assert sent(porch) == []
    assert reasons(porch) == ["order-expired"]


def test_while_the_wire_is_down_an_order_waits_but_not_past_its_time(porch: Porch) -> None:
    porch.wires.up = False
    ordered(porch, order())
    porch.rests()
    assert sent(porch) == []
    porch.wires.up = True
    porch.rests()
    assert sent(porch) == [("lab", "unlock")]


@pytest.mark.parametrize("action", list(Action))
def test_an_order_is_not_carried_out_while_it_cannot_be_written_down(
    porch: Porch, action: Action
) -> None:
    ordered(porch, order(action))
    with locked(porch.store):
        porch.rests()
        assert sent(porch) == []
    porch.rests()
    assert sent(porch) == [("lab", action.value)]


def test_a_hold_ends_on_its_stroke(porch: Porch) -> None:
    held(porch, Hold.OPEN, NOON + MINUTE)
    ordered(porch, order(Action.HOLD_OPEN))
    porch.rests()
    porch.now = NOON + MINUTE - SECOND / 4 - SECOND * 2
    porch.rests()
    assert sent(porch) == [("lab", "hold-open")]
    porch.rests()
    assert sent(porch) == [("lab", "hold-open"), ("lab", "lock")]
    assert reasons(porch) == ["hold-ended"]
    porch.rests()
    assert len(sent(porch)) == 2


def test_a_hold_that_ends_while_nothing_can_be_written_ends_afterwards(porch: Porch) -> None:
    held(porch, Hold.OPEN, NOON + MINUTE)
    ordered(porch, order(Action.HOLD_OPEN))
    porch.rests()
    porch.passes(60)
    book_closes_badly(porch)
    assert sent(porch) == [("lab", "hold-open")]
    with locked(porch.store):
        porch.rests()
    porch.rests()
    assert sent(porch) == [("lab", "hold-open"), ("lab", "lock")]


def test_a_hold_that_ends_while_the_wire_is_down_ends_once_its_lock_can_be_told(
    porch: Porch,
) -> None:
    held(porch, Hold.OPEN, NOON + MINUTE)
    ordered(porch, order(Action.HOLD_OPEN))
    porch.rests()
    porch.wires.up = False
    porch.passes(60)
    porch.rests()
    assert sent(porch) == [("lab", "hold-open")]
    assert reasons(porch) == []
    porch.wires.up = True
    porch.rests()
    assert sent(porch) == [("lab", "hold-open"), ("lab", "lock")]


def book_closes_badly(porch: Porch) -> None:
    """Let the doorman carry out what is due in a book that is thrown away in the end."""
    orders: OrderBook = porch.chores._orders
    with suppress(Breaks), porch.desk.open() as book:
        assert orders.carry_out(book, porch.now)
        raise Breaks
    porch.doors.undo()


def test_staff_who_lock_a_held_door_end_its_hold(porch: Porch) -> None:
    held(porch, Hold.OPEN, NOON + MINUTE)
    ordered(porch, order(Action.HOLD_OPEN))
    porch.rests()
    held(porch, Hold.NORMAL)
    lock = order(Action.LOCK, "o2")
    ordered(porch, lock._replace(issued=porch.now, expires=porch.now + ORDER_LIFE))
    porch.rests()
    porch.passes(120)
    porch.rests()
    assert sent(porch) == [("lab", "hold-open"), ("lab", "lock")]


def test_a_hold_goes_on_over_a_restart_and_still_ends(porch: Porch, tmp_path: Path) -> None:
    held(porch, Hold.OPEN, NOON + HOUR)
    held(porch, Hold.LOCKED, NOON + HOUR, door="entrance")
    for doorman in successor(porch, tmp_path):
        doorman.rests()
        assert sent(doorman) == []
        doorman.passes(3600)
        doorman.rests()
        assert sent(doorman) == [("lab", "lock")]


def test_an_unlock_that_could_not_leave_is_written_down_even_if_not_at_once(porch: Porch) -> None:
    porch.wires.late = ["cooffice-7"]
    with locked(porch.store):
        porch.rests()
    porch.rests()
    assert reasons(porch) == ["unlock-dropped"]
