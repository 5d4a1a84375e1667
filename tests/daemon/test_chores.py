"""What time makes due, whoever taps."""

import errno
from dataclasses import replace

import pytest

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


def test_where_the_head_has_no_room_apart_all_else_goes_on_and_one_line_says_so(
    porch: Porch, caplog: pytest.LogCaptureFixture
) -> None:
    kept: list[int] = []
    full = [True]

    def note(seq: int, _: str) -> None:
        if full[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        kept.append(seq)

    porch.chores._tools = replace(porch.chores._tools, noted=note)
    porch.takes(tap(name="t1"))
    porch.rests()
    said = [record.getMessage() for record in caplog.records]
    assert [line for line in said if "cannot be kept apart" in line] == said[:1]
    full[0] = False
    porch.rests()
    assert kept[-1] == 1
