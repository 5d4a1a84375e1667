"""A series to which nobody came three times in a row is shown, and no other."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from daemon.store.engine import Store
from daemon.store.missed import MissedSeries, missed_series
from daemon.store.tables import BookingRow
from tests.daemon.store.bookable import booked
from tests.daemon.store.building import HOUR, SITE

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
STATES = {"r": "released", "c": "checked-in", "x": "cancelled", "b": "booked"}


def series(store: Store, states: str) -> str:
    """Book a series of six days, and let these be the states of its first."""
    made = booked(store, MONDAY, MONDAY + HOUR, rrule="FREQ=DAILY;COUNT=6")
    with store.writing() as session:
        for booking, state in zip(made, states, strict=False):
            session.execute(
                update(BookingRow).where(BookingRow.id == booking.id).values(status=STATES[state])
            )
    assert made[0].series is not None
    return made[0].series


def missed(store: Store, now: datetime) -> list[MissedSeries]:
    with store.reading() as session:
        return list(missed_series(session, SITE, now))


@pytest.mark.parametrize(
    ("states", "times"),
    [
        ("rrr", 3),
        ("rrrr", 4),
        ("crrr", 3),
        ("rrxr", 3),
        ("brrr", 3),
        ("rr", 0),
        ("rrc", 0),
        ("rrrc", 0),
        ("rrcr", 0),
        ("rrrb", 0),
        ("rxr", 0),
    ],
)
def test_three_in_a_row_up_to_now_are_missed(store: Store, states: str, times: int) -> None:
    name = series(store, states)
    found = missed(store, MONDAY + (len(states) - 1) * DAY + 2 * HOUR)
    assert [(each.series, each.times) for each in found] == ([(name, times)] if times else [])


def test_one_that_runs_is_not_missed_yet_and_not_attended(store: Store) -> None:
    series(store, "rrr")
    [found] = missed(store, MONDAY + 3 * DAY)
    assert (found.times, found.last, found.room) == (3, MONDAY + 2 * DAY, "lab")


def test_what_is_to_come_does_not_count(store: Store) -> None:
    series(store, "rrr")
    assert missed(store, MONDAY + DAY + HOUR) == []


def test_an_old_story_is_told_no_more(store: Store) -> None:
    series(store, "crrrxx")
    assert len(missed(store, MONDAY + 90 * DAY)) == 1
    assert missed(store, MONDAY + 96 * DAY) == []
