"""When a message is sent again: ever more seldom, never never, and not for ever."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from daemon.webhooks.patience import SPAN, is_past_hope, pause

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TRIES = st.integers(1, 10_000)
CHANCES = st.floats(0, 1)
MOMENTS = st.timedeltas(-timedelta(days=30), timedelta(days=30)).map(lambda since: NOON + since)


@given(TRIES, CHANCES)
def test_a_pause_is_never_nothing_and_never_more_than_an_hour(tries: int, chance: float) -> None:
    assert timedelta(seconds=2.5) <= pause(tries, chance) <= HOUR


@given(TRIES, CHANCES, CHANCES)
def test_a_pause_is_no_shorter_than_any_before_it(tries: int, one: float, other: float) -> None:
    """Whatever chance says: the shortest of one is the longest of the one before."""
    assert pause(tries, one) <= pause(tries + 1, other) or pause(tries + 1, 1) == HOUR
    assert pause(tries + 1, 0) == min(2 * pause(tries, 0), HOUR / 2)


@given(TRIES)
def test_chance_decides_within_the_upper_half(tries: int) -> None:
    assert pause(tries, 0) * 2 == pause(tries, 1)
    assert pause(tries, 0) < pause(tries, 0.5) < pause(tries, 1)


def test_the_first_pauses_are_seconds_and_after_ten_tries_an_hour() -> None:
    assert [pause(tries, 1).total_seconds() for tries in (1, 2, 3, 4)] == [5, 10, 20, 40]
    assert (pause(10, 1), pause(11, 1)) == (timedelta(seconds=2560), HOUR)


@given(MOMENTS, MOMENTS, MOMENTS)
def test_nothing_is_given_up_that_was_not_refused_for_three_days(
    received: datetime, failing: datetime, at: datetime
) -> None:
    hopeless = is_past_hope(received, failing, at)
    assert hopeless == (at - received >= SPAN and at - failing >= SPAN)


def test_the_span_ends_on_the_stroke() -> None:
    assert not is_past_hope(NOON, NOON, NOON + SPAN - timedelta(microseconds=1))
    assert is_past_hope(NOON, NOON, NOON + SPAN)
