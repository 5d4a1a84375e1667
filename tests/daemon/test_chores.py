"""What time makes due, whoever taps."""

from tests.daemon.porch import Porch, tap
from tests.daemon.store.building import MINUTE, NOON, SECOND


def test_what_is_due_each_minute_is_done_once_a_minute_also_while_people_tap(porch: Porch) -> None:
    for number in range(61 * 4):
        porch.takes(tap(name=f"t{number}", at=porch.now))
        porch.passes(0.25)
    assert porch.minutes == [NOON, NOON + MINUTE]
    porch.passes(600)
    porch.rests()
    assert len(porch.minutes) == 3
    assert porch.minutes[-1] - NOON < 12 * MINUTE + SECOND
