"""Somebody puts this machine's clock, through the doorman's real loop on a real database."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from daemon.store.tables import JournalRow
from tests.daemon.porch import Porch, locked, tap
from tests.daemon.store.building import HOUR

DAY = timedelta(days=1)


def told(porch: Porch) -> list[int]:
    """Return by how many seconds the clock was put, each time staff were alarmed."""
    j = JournalRow
    with porch.store.reading() as session:
        found = session.scalars(
            select(j.detail).where(j.kind == "alarm", j.reason == "clock-set").order_by(j.seq)
        )
        return [json.loads(str(detail))["seconds"] for detail in found]


@pytest.mark.parametrize("put", [HOUR, -HOUR, -20_000 * DAY], ids=str)
def test_a_clock_that_is_put_on_duty_is_one_alarm_at_once(porch: Porch, put: timedelta) -> None:
    porch.rests()
    porch.puts(put)
    porch.rests()
    porch.rests()
    assert told(porch) == [put.total_seconds()]


def test_there_and_back_is_told_twice(porch: Porch) -> None:
    porch.puts(HOUR)
    porch.rests()
    porch.puts(-HOUR)
    porch.rests()
    assert told(porch) == [3600, -3600]


def test_an_hour_that_merely_passes_is_nothing(porch: Porch) -> None:
    porch.passes(3600)
    porch.rests()
    assert told(porch) == []


def test_put_while_nothing_can_be_written_it_is_told_afterwards(porch: Porch) -> None:
    with locked(porch.store):
        porch.puts(-HOUR)
        porch.rests()
    porch.rests()
    assert told(porch) == [-3600]


def test_put_back_while_nobody_was_on_duty_it_is_told_at_the_start(
    porch: Porch, tmp_path: Path
) -> None:
    porch.passes(3600)
    porch.takes(tap(at=porch.now))
    porch.leaves()
    successor = Porch(porch.store, porch.house, tmp_path)  # at noon again
    successor.rests()
    assert told(successor) == [-3600]
    successor.leaves()


def test_the_day_ends_in_time_though_the_clock_was_days_ahead(porch: Porch) -> None:
    porch.puts(3 * DAY)
    porch.rests()
    porch.puts(-3 * DAY)
    porch.rests()
    porch.takes(tap(at=porch.now))
    porch.passes(DAY.total_seconds())
    porch.rests()
    assert [ended for _, _, ended in porch.visits()] == ["auto"]
