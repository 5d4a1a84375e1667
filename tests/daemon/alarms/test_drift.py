"""Clock drift: three in a row that come apart from each other, one alarm a day."""

from datetime import datetime, timedelta

from daemon.alarms.drift import Drift, heard
from tests.daemon.store.building import NOON

LIMIT = timedelta(seconds=5)
TODAY, TOMORROW = NOON.replace(hour=3), NOON.replace(hour=3) + timedelta(days=1)


def alarms(*taps: tuple[float, float], day: datetime = TODAY, drift: Drift | None = None) -> int:
    """Return how often staff were alarmed; a tap is when it came and how much it was off."""
    return _run(taps, day, drift or Drift())[1]


def _run(taps: tuple[tuple[float, float], ...], day: datetime, drift: Drift) -> tuple[Drift, int]:
    count = 0
    for came, off in taps:
        at = NOON + timedelta(seconds=came)
        drift, wrong = heard(drift, at + timedelta(seconds=off), at, LIMIT, day)
        count += wrong
    return drift, count


def test_the_third_in_a_row_that_is_off_alarms_either_way() -> None:
    assert alarms((0, 6), (60, 6)) == 0
    assert alarms((0, 6), (60, 6), (120, 6)) == 1
    assert alarms((0, -6), (60, -6), (120, -6)) == 1


def test_the_limit_itself_is_right_enough() -> None:
    assert alarms(*((each * 60, 5) for each in range(10))) == 0


def test_one_that_is_right_ends_the_row() -> None:
    assert alarms((0, 9), (60, 9), (120, 0), (180, 9), (240, 9)) == 0


def test_taps_that_waited_in_a_reader_and_come_together_are_no_drift() -> None:
    assert alarms(*((each * 0.1, -300 + each * 30) for each in range(9))) == 0


def test_one_alarm_a_day() -> None:
    off = tuple((each * 60, 9.0) for each in range(30))
    drift, count = _run(off, TODAY, Drift())
    assert count == 1
    assert alarms(*((came + 86_400, each) for came, each in off), day=TOMORROW, drift=drift) == 1


def test_a_clock_of_ours_that_was_put_back_mutes_nobody() -> None:
    assert alarms((3600, 9), (0, 9), (60, 9)) == 1
