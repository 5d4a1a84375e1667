"""Repeated refusals: the fifth within a minute, one alarm a burst."""

from datetime import timedelta

from daemon.alarms.refusals import Burst, refused
from tests.daemon.store.building import NOON

MINUTE = timedelta(seconds=60)


def alarms(*seconds: float) -> list[float]:
    """Return at which of these refusals staff were alarmed."""
    burst, told = Burst(), []
    for each in seconds:
        burst, many = refused(burst, NOON + timedelta(seconds=each), 5, MINUTE)
        if many:
            told.append(each)
    return told


def test_the_fifth_within_a_minute_is_too_many() -> None:
    assert alarms(0, 10, 20, 30) == []
    assert alarms(0, 10, 20, 30, 59.9) == [59.9]
    assert alarms(0, 10, 20, 30, 60) == []


def test_a_burst_that_goes_on_is_one_alarm() -> None:
    assert alarms(*range(0, 600, 10)) == [40]


def test_the_next_burst_is_another() -> None:
    assert alarms(0, 1, 2, 3, 4, 5, 90, 91, 92, 93, 94) == [4, 94]


def test_what_is_kept_does_not_grow() -> None:
    burst = Burst()
    for each in range(1000):
        burst, _ = refused(burst, NOON + timedelta(milliseconds=each), 5, MINUTE)
    assert len(burst.moments) == 5


def test_a_clock_that_was_put_back_makes_no_old_refusal_a_new_one() -> None:
    assert alarms(*range(3600, 3604), 0) == []
    assert alarms(*range(3600, 3605), *range(5)) == [3604, 4]
