from datetime import timedelta

from daemon.levels import Doors
from daemon.shift import Shared
from daemon.store.desk import Desk
from devices.contract import Gone, Level, Nonsense, Nudge, Receipt, Signal
from tests.daemon.porch import Porch
from tests.daemon.store.building import NOON, SECOND


def shared(porch: Porch) -> tuple[Shared, Desk]:
    desk = Desk(porch.store.engine, porch.house.site)
    desk.on_duty = False
    return Shared(desk, Doors(porch.house), porch.wires, lambda: None), desk


def nonsense(about: str, code: str = "malformed") -> Nonsense:
    return Nonsense(code, "", None, None, NOON, "", about, Receipt(1, 9, again=False))


def test_a_doorman_who_has_gone_is_spoken_for_and_his_taps_may_be_owed(porch: Porch) -> None:
    shift, _ = shared(porch)
    assert not shift.may_have_died(NOON, NOON)
    assert shift.mine([Gone(NOON, Receipt(1, 7, again=False))]) == []
    assert porch.wires.acknowledged == [7]
    assert ("online", "true", True) in porch.wires.announced
    assert shift.may_have_died(NOON - SECOND, NOON + 5 * SECOND)
    assert not shift.may_have_died(NOON + SECOND, NOON + 2 * SECOND), "decided after he had gone"
    assert not shift.may_have_died(NOON - SECOND, NOON + timedelta(seconds=6)), "long ago"


def test_what_all_hear_is_served_on_duty_alone(porch: Porch) -> None:
    shift, desk = shared(porch)
    for_all: list[Signal] = [
        Nudge(NOON),
        Level("entrance", NOON, open=False),
        nonsense("door"),
    ]
    for_one: list[Signal] = [nonsense("tap"), nonsense("door", "retained")]
    assert shift.mine([*for_all, *for_one]) == for_one
    assert porch.wires.acknowledged == [9]
    desk.on_duty = True
    assert shift.mine([*for_all, *for_one]) == [*for_all, *for_one]
