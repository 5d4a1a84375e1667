"""Heat map and curve against somebody who looks in every minute."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from daemon.hours import day_bounds, local_day
from daemon.recurrence import Span
from daemon.reports.attendance import Stay
from daemon.reports.fullness import day_by_day, heat_map
from devices.clock import micros, moment
from tests.daemon.access.cooffice import CALENDAR, ROME

FIRST, DAYS = date(2026, 10, 23), 5  # with the night that has an hour twice
SPAN = Span(day_bounds(FIRST, CALENDAR)[0], day_bounds(FIRST + timedelta(days=DAYS), CALENDAR)[0])
MINUTE = timedelta(minutes=1)
LENGTH = (SPAN.end - SPAN.start) // MINUTE


def stays(draw: list[tuple[int, int, int | None]]) -> list[Stay]:
    return [
        Stay(
            f"m{who}",
            micros(SPAN.start + began * MINUTE),
            None if length is None else micros(SPAN.start + (began + length) * MINUTE),
            is_over=True,
        )
        for who, began, length in draw
    ]


VISITS = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.integers(0, LENGTH - 1),
        st.one_of(st.none(), st.integers(0, 1500)),
    ),
    max_size=12,
).map(stays)


def seen(visits: list[Stay]) -> dict[tuple[int, int], list[int]]:
    """Look in every minute that is no holiday's; return the counts by weekday and hour."""
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for minute in range(LENGTH):
        at = SPAN.start + minute * MINUTE
        local = at.astimezone(ROME)
        if CALENDAR.holidays.name(local.date()) is None:
            now = micros(at)
            there = sum(
                each.ended is not None and each.began <= now < each.ended for each in visits
            )
            found[local.weekday(), local.hour].append(there)
    return found


@settings(max_examples=40)
@given(visits=VISITS)
@example(visits=stays([(0, 60, 120), (1, 60, 120)]))  # both leave on the stroke
@example(visits=stays([(0, 60, LENGTH - 60)]))  # there to the very end
def test_the_heat_map_is_what_somebody_sees_who_looks_in_every_minute(visits: list[Stay]) -> None:
    watched = seen(visits)
    for cell in heat_map(visits, SPAN, CALENDAR):
        counts = watched[cell.weekday, cell.hour]
        average = sum(counts) / len(counts) if counts else 0.0
        assert abs(cell.average - average) < 0.011, cell
        assert cell.peak >= max(counts, default=0), cell
        moments = sum(
            moment(each.began).astimezone(ROME).hour == cell.hour
            and moment(each.began).astimezone(ROME).weekday() == cell.weekday
            and each.ended in {None, each.began}
            for each in visits
        )
        assert cell.peak <= max(counts, default=0) + moments, cell


@settings(max_examples=60)
@given(visits=VISITS)
def test_the_curve_counts_people_once_a_day(visits: list[Stay]) -> None:
    pairs = [(each, local_day(moment(each.began), CALENDAR)) for each in visits]
    for day, count in day_by_day(pairs).items():
        there = [each for each, own in pairs if own == day]
        assert count.people == {each.person for each in there}
        lengths = (each.ended - each.began for each in there if each.ended is not None)
        assert count.time == sum(lengths)
        at_once = [
            sum(
                other.began <= each.began < (other.ended or other.began)
                or other.began == each.began
                for other in there
            )
            for each in there
        ]
        assert max(at_once) >= count.peak >= 1


def test_a_visit_counts_in_the_slots_it_fills_and_no_other() -> None:
    start = datetime(2026, 10, 26, 8, 15, tzinfo=UTC)  # 9:15 in Verona, a Monday
    end = micros(start + timedelta(hours=1, minutes=30))
    visit = Stay("anna", micros(start), end, is_over=True)
    full = {(c.weekday, c.hour): (c.average, c.peak) for c in heat_map([visit], SPAN, CALENDAR)}
    seldom = {key: value for key, value in full.items() if value[1]}
    assert seldom == {
        (0, 9): (0.75, 1),
        (0, 10): (0.75, 1),
    }


def test_a_holiday_is_neither_above_nor_below_the_line() -> None:
    christmas, monday = date(2026, 12, 25), datetime(2026, 12, 21, 9, tzinfo=UTC)
    assert CALENDAR.holidays.name(christmas) is not None
    span = Span(monday, monday + timedelta(days=14))
    for day, average in ((11, 1.0), (4, 0.0)):  # the Friday after, and Christmas itself
        began = micros(monday + timedelta(days=day))
        visit = Stay("anna", began, began + 3_600_000_000, is_over=True)
        full = {(c.weekday, c.hour): c.average for c in heat_map([visit], span, CALENDAR)}
        assert full[4, 10] == average
