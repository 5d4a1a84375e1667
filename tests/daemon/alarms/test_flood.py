"""A flood of unknown badges: who comes within a second is counted, and when it is over."""

from datetime import timedelta

from daemon.alarms.flood import MOST, TOGETHER, Flood, is_due, refused, told
from tests.daemon.store.building import NOON

SECOND = timedelta(seconds=1)


def after(count: int, apart: timedelta) -> Flood:
    """Return what is known after so many refusals."""
    flood = None
    for number in range(count):
        flood = refused(flood, NOON + number * apart)
    assert flood is not None
    return flood


def test_what_a_reader_can_read_is_never_counted() -> None:
    assert not after(1000, SECOND / MOST).counted
    assert not after(MOST, timedelta()).counted


def test_one_more_within_a_second_is_a_flood() -> None:
    flood = after(MOST + 3, SECOND / (MOST + 1))
    assert (flood.counted, flood.count) == (True, 3)


def test_a_sum_is_due_after_its_time_and_only_in_a_flood() -> None:
    flood = Flood(NOON, 7, counted=True)
    assert not is_due(flood, NOON + TOGETHER - SECOND)
    assert is_due(flood, NOON + TOGETHER)
    assert not is_due(Flood(NOON, 7), NOON + TOGETHER)


def test_a_clock_set_back_does_not_hold_a_sum_up() -> None:
    assert is_due(Flood(NOON, 7, counted=True), NOON - SECOND)


def test_a_flood_is_over_when_hardly_anything_comes() -> None:
    end = NOON + TOGETHER
    assert told(Flood(NOON, 6, counted=True), end) == Flood(end, counted=True)
    assert told(Flood(NOON, 5, counted=True), end) is None
