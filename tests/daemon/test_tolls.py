"""Taps pay their entries once, whatever is sent again, killed or written late."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.settling import Settling
from daemon.taps import Doorstep, take_tap
from devices.clock import micros
from tests.daemon.cleo import CLEO, buys, comes, count, details, joins, rome, used
from tests.daemon.porch import KEY, Breaks, Porch, locked, tap
from tests.daemon.store.building import HOUR, NOON, SECOND

DAY = timedelta(days=1)


@pytest.fixture
def cleo(porch: Porch) -> Porch:
    """Return a doorman who knows Cleo: a plan of one entry a month, and no carnet."""
    joins(porch, entries=1)
    return porch


def test_the_month_pays_first_then_the_carnet_and_then_nothing_opens(cleo: Porch) -> None:
    buys(cleo, entries=1)
    assert comes(cleo, NOON, NOON + DAY, NOON + 2 * DAY) == ["plan", "plan", "no-entries-left"]
    assert used(cleo) == (["2026-11-03"], [("2026-11-04", "day", "ten")])
    assert count(cleo) == 1
    first, second, third = details(cleo)
    assert '"entry":"month"' in (first or "")
    assert '"entry":"carnet","carnet":"ten"' in (second or "")
    assert "entry" not in (third or "")


def test_who_comes_again_on_the_same_own_day_pays_nothing(cleo: Porch) -> None:
    buys(cleo)
    comes(cleo, NOON)
    after_midnight = rome("2026-11-05T03:59:59")
    told = comes(cleo, rome("2026-11-04T04:00"), rome("2026-11-04T18:00"), after_midnight)
    assert told == ["plan"] * 3
    assert count(cleo) == 1
    comes(cleo, rome("2026-11-05T04:01"))
    assert count(cleo) == 2


def test_exits_and_repeats_use_nothing(cleo: Porch) -> None:
    buys(cleo)
    comes(cleo, NOON)
    assert comes(cleo, NOON + DAY, reader="inside") == ["plan"]
    assert count(cleo) == 0
    later = NOON + 2 * DAY
    assert comes(cleo, later, later + SECOND) == ["plan", "repeat"]
    assert count(cleo) == 1


def test_the_exit_opens_when_no_entry_is_left(cleo: Porch) -> None:
    comes(cleo, NOON)
    assert comes(cleo, NOON + DAY, reader="inside") == ["exit"]


def test_a_room_door_uses_an_entry_as_the_entrance_does(cleo: Porch) -> None:
    buys(cleo)
    comes(cleo, NOON)
    cleo.takes(tap(CLEO, "lab", NOON + DAY, door="lab"))
    assert count(cleo) == 1


def test_the_month_turns_with_the_day_end(cleo: Porch) -> None:
    comes(cleo, rome("2026-11-03T12:00"))
    night = rome("2026-12-01T03:59:59")
    assert comes(cleo, night, night + SECOND) == ["no-entries-left", "plan"]
    assert used(cleo)[0] == ["2026-11-03", "2026-12-01"]


@pytest.mark.parametrize(
    ("moments", "days"),
    [
        (("2026-03-28T23:00", "2026-03-29T03:00", "2026-03-29T03:59:59"), ["2026-03-28"]),
        (("2026-03-29T04:00", "2026-03-30T03:59:59"), ["2026-03-29"]),
        (("2026-10-24T23:00", "2026-10-25T02:30", "2026-10-25T03:59:59"), ["2026-10-24"]),
        (("2026-10-25T04:00", "2026-10-26T03:59:59"), ["2026-10-25"]),
        (("2028-02-29T12:00", "2028-03-01T03:59:59"), ["2028-02-29"]),
        (("2028-02-28T12:00", "2028-02-29T12:00", "2028-03-01T12:00"), ["28", "29", "01"]),
    ],
)
def test_days_are_the_sites_own_on_odd_nights_too(
    porch: Porch, moments: tuple[str, ...], days: list[str]
) -> None:
    joins(porch, entries=0)
    buys(porch)
    assert set(comes(porch, *map(rome, moments))) == {"plan"}
    found = [day for day, _, _ in used(porch)[1]]
    assert [day[-len(end) :] for day, end in zip(found, days, strict=True)] == days
    assert count(porch) == len(days)


def test_the_hour_that_comes_twice_is_one_day(porch: Porch) -> None:
    joins(porch, entries=0)
    buys(porch)
    comes(porch, rome("2026-10-25T02:30", fold=0), rome("2026-10-25T02:30", fold=1))
    assert count(porch) == 1


def test_the_carnet_that_expires_soonest_is_used_first(porch: Porch) -> None:
    joins(porch, entries=0)
    week, fortnight = micros(NOON + 7 * DAY), micros(NOON + 14 * DAY)
    buys(porch, "endless", 1)
    buys(porch, "fortnight", 1, valid_until=fortnight)
    buys(porch, "week-b", 1, valid_until=week, created=2)
    buys(porch, "week-a", 1, valid_until=week, created=3)
    told = comes(porch, *(NOON + n * DAY for n in range(5)))
    assert told == ["plan"] * 4 + ["no-entries-left"]
    assert [carnet for _, _, carnet in used(porch)[1]] == [
        "week-b",
        "week-a",
        "fortnight",
        "endless",
    ]


def test_a_carnet_expires_on_the_stroke(porch: Porch) -> None:
    joins(porch, entries=0)
    buys(porch, valid_from=micros(NOON), valid_until=micros(NOON + DAY))
    assert comes(porch, NOON - SECOND) == ["no-entries-left"]
    assert comes(porch, NOON + DAY) == ["no-entries-left"]
    assert comes(porch, NOON + DAY - SECOND) == ["plan"]


def test_who_paid_before_the_expiry_may_come_again_after_it(porch: Porch) -> None:
    joins(porch, entries=0)
    buys(porch, valid_until=micros(NOON))
    assert comes(porch, NOON - SECOND, NOON + HOUR) == ["plan", "plan"]
    assert count(porch) == 1


def test_half_a_day_costs_one_entry_and_the_other_half_another(porch: Porch) -> None:
    joins(porch, entries=0)
    buys(porch, entries=2, covers="half-day")
    morning, noon, turn = (rome(f"2026-11-03T{clock}") for clock in ("09:00", "13:29", "13:30"))
    assert comes(porch, morning, noon) == ["plan"] * 2
    assert count(porch) == 1
    assert comes(porch, turn, turn + 4 * HOUR, morning + HOUR) == ["plan"] * 3
    assert used(porch)[1] == [
        ("2026-11-03", "morning", "ten"),
        ("2026-11-03", "afternoon", "ten"),
    ]
    assert comes(porch, morning + DAY) == ["no-entries-left"]


def test_a_whole_day_bought_in_the_afternoon_covers_what_the_morning_did_not(
    porch: Porch,
) -> None:
    joins(porch, entries=0)
    buys(porch, "half", 1, covers="half-day", valid_until=micros(NOON + DAY))
    buys(porch, "whole", 1)
    morning = rome("2026-11-03T09:00")
    assert comes(porch, morning, morning + 6 * HOUR, morning + 12 * HOUR) == ["plan"] * 3
    assert [(part, carnet) for _, part, carnet in used(porch)[1]] == [
        ("morning", "half"),
        ("day", "whole"),
    ]


def test_the_same_message_again_pays_nothing(cleo: Porch) -> None:
    buys(cleo)
    comes(cleo, NOON)
    again = NOON + DAY
    for number in range(3):
        cleo.takes(tap(CLEO, "same", again, packet=number + 1, again=number > 0))
    assert count(cleo) == 1
    assert used(cleo)[1] == [("2026-11-04", "day", "ten")]


def test_one_batch_pays_as_so_many_books(porch: Porch) -> None:
    joins(porch, entries=0)
    buys(porch, entries=2)
    porch.now = NOON + 4 * DAY
    days = [NOON + n * DAY for n in (0, 0, 1, 2)]
    porch.takes(*(tap(CLEO, f"t{n}", at + n * HOUR, packet=n) for n, at in enumerate(days)))
    assert count(porch) == 2
    assert [row[3] for row in porch.journal() if row[0] == "tap"] == [
        *["plan"] * 3,
        "no-entries-left",
    ]


def test_the_use_is_in_the_taps_own_commit(cleo: Porch, tmp_path: Path) -> None:
    """Killed right after it, with nothing settled, the successor finds it and takes no second."""
    buys(cleo)
    comes(cleo, NOON)
    comes(cleo, NOON + HOUR, reader="inside")
    settling = Settling(cleo.house, cleo.desk, cleo.clock)
    last = tap(CLEO, "last", NOON + DAY)
    with cleo.desk.open() as book:
        take_tap(book, Doorstep(cleo.house, KEY), last, guarded=False)
        settling.put_off(book)
    cleo.leaves()
    assert count(cleo) == 1
    successor = Porch(cleo.store, cleo.house, tmp_path)
    successor.takes(last._replace(received=last.received + SECOND))
    assert count(successor) == 1
    assert used(successor)[1] == [("2026-11-04", "day", "ten")]
    successor.leaves()


def test_a_tap_that_breaks_before_its_commit_has_used_nothing(cleo: Porch) -> None:
    buys(cleo)
    comes(cleo, NOON)
    with suppress(Breaks), cleo.desk.open() as book:
        take_tap(book, Doorstep(cleo.house, KEY), tap(CLEO, "x", NOON + DAY), guarded=False)
        raise Breaks
    assert count(cleo) == 0
    assert used(cleo)[1] == []


def test_what_was_decided_without_the_database_pays_when_it_lands(cleo: Porch) -> None:
    buys(cleo, entries=1)
    comes(cleo, NOON)
    with locked(cleo.store):
        assert comes(cleo, NOON + DAY, NOON + DAY + HOUR) == ["plan", "plan"]
        assert count(cleo) == 0
    cleo.rests()
    assert count(cleo) == 1
    assert used(cleo)[1] == [("2026-11-04", "day", "ten")]


def test_what_was_opened_without_an_entry_left_is_counted_and_told(cleo: Porch) -> None:
    """Nobody knew: the last entry was used on the first day that had yet to land."""
    buys(cleo, entries=1)
    comes(cleo, NOON)
    with locked(cleo.store):
        assert comes(cleo, NOON + DAY, NOON + 2 * DAY) == ["plan", "plan"]
    cleo.rests()
    assert used(cleo) == (["2026-11-03", "2026-11-05"], [("2026-11-04", "day", "ten")])
    assert len(details(cleo, "alarm")) == 1


def test_a_late_fact_pays_for_its_own_day(cleo: Porch) -> None:
    buys(cleo)
    comes(cleo, NOON)
    late = tap(CLEO, "late", NOON + 2 * DAY)._replace(at=NOON + DAY)
    cleo.takes(late)
    assert used(cleo)[1] == [("2026-11-04", "day", "ten")]


def test_a_tap_from_the_future_pays_nothing_as_it_moves_nobody(cleo: Porch) -> None:
    cleo.takes(tap(CLEO, "ahead", NOON)._replace(at=NOON + DAY))
    assert used(cleo) == ([], [])


# ---- at zero the house may let in all the same --------------------------------------------------


@pytest.fixture
def generous(cleo: Porch, tmp_path: Path) -> Iterator[Porch]:
    """Return the doorman of a house that only warns."""
    cleo.leaves()
    made = Porch(cleo.store, replace(cleo.house, overdraws=True), tmp_path)
    yield made
    made.leaves()


def test_at_zero_a_generous_house_opens_counts_on_and_warns_once_a_day(generous: Porch) -> None:
    told = comes(generous, NOON, NOON + DAY, NOON + DAY + HOUR, NOON + 2 * DAY)
    assert told == ["plan"] * 4
    assert used(generous)[0] == ["2026-11-03", "2026-11-04", "2026-11-05"]
    alarms = [row for row in generous.journal() if row[0] == "alarm"]
    assert [row[3] for row in alarms] == ["no-entries-left"] * 2
    assert [(detail or "").split(",", 1)[1] for detail in details(generous, "alarm")] == [
        '"used":2,"of":1}',
        '"used":3,"of":1}',
    ]
    assert ['"entry":"over"' in (detail or "") for detail in details(generous)] == [
        False,
        True,
        False,
        True,
    ]


def test_a_generous_house_takes_the_carnet_first(generous: Porch) -> None:
    buys(generous, entries=1)
    assert comes(generous, NOON, NOON + DAY) == ["plan", "plan"]
    assert count(generous) == 1
    assert details(generous, "alarm") == []


def test_an_exit_from_a_generous_house_warns_nobody(generous: Porch) -> None:
    comes(generous, NOON)
    assert comes(generous, NOON + DAY, reader="inside") == ["plan"]
    assert details(generous, "alarm") == []
