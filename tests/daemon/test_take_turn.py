"""What a doorman's turn tells systemd: nothing while turns fail or something lies unserved."""

from collections.abc import Sequence
from pathlib import Path

from daemon.run import take_turn
from daemon.supervisor import Supervisor
from devices.contract import Signal
from tests.daemon.porch import Breaks, ListedWires, Porch, locked, tap
from tests.daemon.test_adrift import nothing_written


class Listener(Supervisor):
    """Counts what it is told."""

    def __init__(self) -> None:
        super().__init__(None, None, lambda: 0.0)
        self.told: list[str] = []

    def ready(self) -> None:
        self.told.append("ready")

    def alive(self) -> None:
        self.told.append("alive")


class TornWires(ListedWires):
    """Wires at which every turn fails."""

    def wait(self, limit: float) -> Sequence[Signal]:  # noqa: ARG002 - the contract's signature
        raise Breaks


def test_a_turn_that_ends_well_is_a_sign_of_life(porch: Porch) -> None:
    listener = Listener()
    take_turn(porch.doorman, listener)
    assert listener.told == ["ready", "alive"]


def test_a_turn_that_fails_is_none(porch: Porch, tmp_path: Path) -> None:
    listener = Listener()
    other = Porch(porch.store, porch.house, _folder(tmp_path), TornWires())
    take_turn(other.doorman, listener)
    other.leaves()
    assert listener.told == []


def test_a_database_that_is_locked_is_no_reason_to_be_restarted(porch: Porch) -> None:
    listener = Listener()
    with locked(porch.store):
        porch.wires.coming.append((tap(),))
        for _ in range(40):
            take_turn(porch.doorman, listener)
            porch.passes(0.25)
    assert listener.told.count("alive") == 40


def test_a_tap_that_nothing_takes_for_five_seconds_is_one(porch: Porch, tmp_path: Path) -> None:
    listener = Listener()
    with locked(porch.store), nothing_written(tmp_path / "spool", porch):
        porch.wires.coming.append((tap(),))
        for _ in range(40):
            take_turn(porch.doorman, listener)
            porch.passes(0.25)
    assert listener.told.count("alive") == 20
    take_turn(porch.doorman, listener)
    assert listener.told.count("alive") == 21


def _folder(tmp_path: Path) -> Path:
    other = tmp_path / "other"
    other.mkdir()
    return other
