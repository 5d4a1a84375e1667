"""The machine's clock: what counts as put, and by how much."""

from datetime import timedelta

import pytest

from daemon.alarms.clock import LIMIT, Glance, behind, put_by
from tests.daemon.store.building import HOUR, NOON, SECOND

NONE = timedelta()


@pytest.mark.parametrize("put", [HOUR, -HOUR, LIMIT + SECOND, -LIMIT - SECOND])
def test_a_clock_that_was_put_is_told_by_how_much(put: timedelta) -> None:
    assert put_by(Glance(NOON, 7.0), Glance(NOON + SECOND + put, 8.0)) == put


@pytest.mark.parametrize("put", [NONE, LIMIT, -LIMIT])
def test_a_clock_that_goes_or_is_nudged_was_not_put(put: timedelta) -> None:
    assert put_by(Glance(NOON, 7.0), Glance(NOON + HOUR + put, 3607.0)) == NONE


def test_a_clock_is_behind_what_is_still_to_come() -> None:
    assert behind(NOON, NOON + HOUR) == -HOUR
    assert behind(NOON, NOON + LIMIT) == NONE
    assert behind(NOON, NOON - HOUR) == NONE
