"""The table of hours: right in both nights of the clocks, over midnight, and at odd minutes."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from api.pages.grid import Cell, Lane, Row, rows_of
from api.pages.walls import FIRST, SECOND, Amiss, clock_of, day_of, moment_at, turn_of
from daemon.store.booking_views import Booking

ROME = ZoneInfo("Europe/Rome")
NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
BACK, FORTH = date(2026, 10, 25), date(2026, 3, 29)
MONDAY = date(2026, 11, 23)


def booking(start: str, end: str) -> Booking:
    """Return a booking between two moments of UTC."""
    moments = [datetime.fromisoformat(f"{each}:00+00:00") for each in (start, end)]
    return Booking("b", "sala", moments[0], moments[1], "booked", "usciere")


def rows(*lanes: Lane, now: datetime = NOON) -> list[Row]:
    found = list(rows_of(lanes, ROME, now))
    for column in range(len(lanes)):  # every lane has each row exactly once
        cells = [cell for row in found for cell in row.cells if cell.lane is lanes[column]]
        assert sum(cell.rows for cell in cells) == len(found)
    return found


def taken(found: list[Row]) -> list[tuple[str, bool, int]]:
    """Return where bookings begin, and how many rows they have."""
    return [
        (row.clock, row.again, cell.rows)
        for row in found
        for cell in row.cells
        if cell.kind == "booked"
    ]


def cells_at(found: list[Row], clock: str, *, again: bool = False) -> list[Cell]:
    return next(list(row.cells) for row in found if (row.clock, row.again) == (clock, again))


def test_an_ordinary_day_has_a_row_for_each_hour_and_for_each_odd_minute() -> None:
    back_to_back = (
        booking("2026-11-23T14:10", "2026-11-23T14:55"),
        booking("2026-11-23T14:55", "2026-11-23T15:55"),
    )
    found = rows(Lane("sala", MONDAY, back_to_back))
    clocks = [row.clock for row in found]
    assert (clocks[0], clocks[-1]) == ("08:00", "19:00")
    assert clocks[7:12] == ["15:00", "15:10", "15:55", "16:00", "16:55"]
    assert taken(found) == [("15:10", False, 1), ("15:55", False, 2)]
    assert [row.clock for row in found if row.is_now] == ["12:00"]


def test_a_booking_over_midnight_is_on_both_days_and_the_table_goes_so_far() -> None:
    night = booking("2026-11-23T21:00", "2026-11-24T01:00")
    tuesday = date(2026, 11, 24)
    assert taken(rows(Lane("sala", MONDAY, [night]))) == [("22:00", False, 2)]
    found = rows(Lane("sala", tuesday, [night]))
    assert taken(found) == [("00:00", False, 2)]
    assert found[0].clock == "00:00"
    both = rows(Lane("sala", MONDAY, [night]), Lane("sala", tuesday, [night]))
    assert taken(both) == [("00:00", False, 2), ("22:00", False, 2)]
    assert len(both) == 24


def test_in_autumn_the_hour_that_comes_twice_has_two_rows() -> None:
    first, second = (
        booking("2026-10-25T00:00", "2026-10-25T01:00"),
        booking("2026-10-25T01:00", "2026-10-25T02:00"),
    )
    found = rows(Lane("sala", BACK, [first, second]))
    assert taken(found) == [("02:00", False, 1), ("02:00", True, 1)]
    long = booking("2026-10-24T22:00", "2026-10-25T06:00")  # midnight to seven: eight hours
    assert taken(rows(Lane("sala", BACK, [long]))) == [("00:00", False, 8)]
    assert next(row.clock for row in rows(Lane("sala", BACK, []))) == "08:00"


def test_in_a_week_the_hour_that_comes_twice_is_no_time_on_the_other_days() -> None:
    night = booking("2026-10-24T00:30", "2026-10-24T01:30")  # half past two on Saturday
    across = booking("2026-10-23T23:00", "2026-10-24T02:00")
    lanes = Lane("sala", date(2026, 10, 24), [night]), Lane("sala", BACK, [])
    found = rows(*lanes)
    assert [cell.kind for cell in cells_at(found, "02:00", again=True)] == ["free"]
    assert taken(found) == [("02:30", False, 3)]  # 2.30, the hour that is none, 3.00
    plain = rows(Lane("sala", date(2026, 10, 24), [across]), Lane("sala", BACK, []))
    assert [cell.kind for cell in cells_at(plain, "02:00", again=True)] == ["free"]
    early = rows(Lane("sala", date(2026, 10, 24), []), Lane("sala", BACK, [across]))
    assert next(cell.kind for cell in cells_at(early, "02:00", again=True)) == "none"


def test_in_spring_the_hour_that_is_left_out_is_no_time() -> None:
    night = booking("2026-03-29T00:00", "2026-03-29T02:00")  # one to four on the wall: two hours
    saturday = date(2026, 3, 28)
    found = rows(Lane("sala", saturday, []), Lane("sala", FORTH, [night]))
    assert taken(found) == [("01:00", False, 3)]
    late = booking("2026-03-29T01:00", "2026-03-29T02:00")  # three to four
    early = booking("2026-03-27T23:00", "2026-03-28T00:00")
    found = rows(Lane("sala", saturday, [early]), Lane("sala", FORTH, [late]))
    assert [cell.kind for cell in cells_at(found, "02:00")] == ["free", "none"]
    assert taken(found) == [("00:00", False, 1), ("03:00", False, 1)]


@pytest.mark.parametrize(
    ("day", "clock", "turn", "utc"),
    [
        (MONDAY, "09:30", "", "2026-11-23T08:30"),
        (BACK, "02:30", FIRST, "2026-10-25T00:30"),
        (BACK, "02:30", SECOND, "2026-10-25T01:30"),
        (BACK, "03:00", SECOND, "2026-10-25T02:00"),
        (FORTH, "03:00", "", "2026-03-29T01:00"),
        (date(2028, 2, 29), "00:00", "", "2028-02-28T23:00"),
    ],
)
def test_an_hour_on_the_wall_is_a_moment(day: date, clock: str, turn: str, utc: str) -> None:
    found = moment_at(day, clock_of(clock), ROME, turn)
    assert f"{found:%Y-%m-%dT%H:%M}" == utc
    assert turn_of(found, ROME) == (turn if clock == "02:30" else "")


@pytest.mark.parametrize(
    ("day", "word"), [(BACK, "twice"), (FORTH, "left_out")], ids=["autumn", "spring"]
)
def test_an_hour_that_is_not_clear_is_refused(day: date, word: str) -> None:
    with pytest.raises(Amiss) as refused:
        moment_at(day, clock_of("02:30"), ROME)
    assert refused.value.word == word


@pytest.mark.parametrize(
    "text", ["", "2026-02-29", "20261123", "2026-W48-1", "0001-01-01", "9999-12-31", "٢٠٢٦-11-23"]
)
def test_what_is_no_day_is_none(text: str) -> None:
    with pytest.raises(Amiss):
        day_of(text)


@pytest.mark.parametrize("text", ["", "24:00", "9:30", "09:60", "09:30:00", "0930", "٠٩:30"])
def test_what_is_no_hour_is_none(text: str) -> None:
    with pytest.raises(Amiss):
        clock_of(text)
