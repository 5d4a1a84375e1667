"""Reports out of a real database, held against the journal and against the clock."""

import gc
import json
import shutil
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from commands.bench_growth_house import Size, fill, write_settings
from daemon.config import load
from daemon.hours import local_day
from daemon.presence import Move, Movement, fold
from daemon.store.engine import Store
from daemon.store.reports import Books, attendance_report, occupancy_report, room_report
from daemon.store.tables import BookingRow, JournalRow, VisitRow
from devices.clock import micros, moment

NOW = datetime(2026, 11, 23, 11, tzinfo=UTC)
NEW_MONTH = datetime(2026, 11, 1, 3, tzinfo=UTC)  # when the day ends, at 4:00
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
HOUR = timedelta(hours=1)
SITE = "bench"


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a house with a past, to copy."""
    folder = tmp_path_factory.mktemp("past")
    made = write_settings(folder, SITE, Size(20, 50, 4_000, bookings=10), (1, 2))
    fill(made, Size(20, 50, 4_000), NOW, lambda _: None)
    return folder


@pytest.fixture
def books(past: Path, tmp_path: Path) -> Iterator[Books]:
    shutil.copytree(past, tmp_path, dirs_exist_ok=True)
    settings = load(tmp_path / "usciere.toml", {})
    store = Store(settings.database.url)
    with store.reading() as session:
        yield Books(session, settings, settings.calendar(), NOW)
    store.close()


def told_by_the_journal(books: Books, month: date) -> dict[str, tuple[int, float, int]]:
    """Return member -> days, hours, entries, from entry after entry and nothing else."""
    moves: dict[tuple[str, date], list[Movement]] = defaultdict(list)
    for entry in books.session.scalars(select(JournalRow).order_by(JournalRow.seq)):
        detail = json.loads(entry.detail or "{}")
        if entry.member and "move" in detail:
            at = moment(entry.at)
            move = Movement(at, entry.seq, entry.member, Move(detail["move"]), detail["room"])
            moves[entry.member, local_day(at, books.calendar)].append(move)
    days: dict[str, set[date]] = defaultdict(set)
    length: dict[str, timedelta] = defaultdict(timedelta)
    entries: dict[str, int] = defaultdict(int)
    for (member, day), them in moves.items():
        if (day.year, day.month) != (month.year, month.month):
            continue
        for visit in fold(them, over=True):
            days[member].add(day)
            entries[member] += 1
            length[member] += (visit.ended or visit.began) - visit.began
    return {m: (len(days[m]), round(length[m] / HOUR, 2), entries[m]) for m in days}


@pytest.mark.parametrize("month", [OCTOBER, NOVEMBER])
def test_attendance_is_what_the_journal_tells(books: Books, month: date) -> None:
    found = attendance_report(books, month)
    assert len(found) == 20
    assert {line.member: (line.days, line.hours, line.entries) for line in found} == (
        told_by_the_journal(books, month)
    )
    assert [line.name for line in found] == sorted(str(line.name) for line in found)


def test_the_curve_of_a_month_adds_up_to_its_attendance(books: Books) -> None:
    found = attendance_report(books, OCTOBER)
    curve = occupancy_report(books, OCTOBER, NOVEMBER - timedelta(days=1)).days
    assert sum(day.people for day in curve) == sum(line.days for line in found)
    assert sum(day.hours for day in curve) == pytest.approx(
        sum(line.hours for line in found), abs=1
    )


def booked(books: Books, name: str, start: datetime, **said: object) -> None:
    row = {
        "site": SITE,
        "id": name,
        "room": "room-0",
        "member": "m000001",
        "starts": micros(start),
        "ends": micros(start + 2 * HOUR),
        "status": "booked",
        "source": "usciere",
        "sequence": 0,
        "created": 0,
        "changed": 0,
    }
    with Store(books.settings.database.url).writing() as session:
        session.execute(insert(BookingRow), [row | said])


def test_a_room_is_booked_used_and_missed(books: Books) -> None:
    monday = datetime(2026, 11, 9, 8, tzinfo=UTC)  # 9:00 in Verona
    came = micros(monday + HOUR / 2)
    booked(books, "came", monday, status="checked-in", checked_in=came)
    booked(books, "missed", monday + 2 * HOUR, status="released")
    booked(books, "late", monday + 10 * HOUR)  # 19:00 to 21:00
    booked(books, "gone", monday + 4 * HOUR, status="cancelled")
    booked(
        books, "before", datetime(2026, 10, 31, 22, tzinfo=UTC), ends=micros(NEW_MONTH + 3 * HOUR)
    )
    room = room_report(books, NOVEMBER)[0]
    assert (room.bookings, room.no_shows, room.no_show_rate) == (4, 1, 0.25)
    assert room.open_hours == 21 * 12
    assert (room.booked_hours, room.used_hours) == (2 + 2 + 3, 1.5)
    assert room.booked_share == round((2 + 1) / room.open_hours, 4)
    [line] = [each for each in attendance_report(books, NOVEMBER) if each.member == "m000001"]
    assert (line.booked_hours, line.no_shows) == (room.booked_hours, 1)


def test_who_has_gone_unseen_counts_a_day_and_no_hour(books: Books) -> None:
    began = micros(datetime(2026, 7, 6, 8, tzinfo=UTC))
    rows = [
        ("a", "auto", None, "m000001"),
        ("b", None, None, "m000002"),
        ("c", "tap", began, "gone"),
        ("d", "tap", began, "visitor:x:0"),
    ]
    with Store(books.settings.database.url).writing() as session:
        session.execute(
            insert(VisitRow),
            [
                {"site": SITE, "id": name, "member": member, "room": "hall", "began": began,
                 "began_by": "tap", "ended": ended, "ended_by": by}
                for name, by, ended, member in rows
            ],
        )  # fmt: skip
    found = attendance_report(books, date(2026, 7, 1))
    assert [(each.member, each.name, each.days, each.unknown_ends) for each in found] == [
        ("m000001", "Member 1", 1, 1),
        ("m000002", "Member 2", 1, 0),
        ("gone", None, 1, 0),
    ]


def test_five_years_of_fifty_members_are_told_in_a_second(books: Books) -> None:
    first = datetime(2021, 1, 4, 8, tzinfo=UTC)
    rows = [
        {"site": SITE, "id": f"x{day}-{who}", "member": f"m{who:06}", "room": "hall",
         "began": micros(first + timedelta(days=day, minutes=who)), "began_by": "tap",
         "ended": micros(first + timedelta(days=day, hours=7, minutes=2 * who)), "ended_by": "tap"}
        for day in range(5 * 365) for who in range(50) if day % 7 < 5
    ]  # fmt: skip
    with Store(books.settings.database.url).writing() as session:
        session.execute(insert(VisitRow), rows)
    gc.collect()
    gc.freeze()  # what other tests left behind in this process is no part of it
    began = time.thread_time()
    found = occupancy_report(books, date(2021, 1, 4), date(2026, 1, 4))
    monday_at_noon = next(cell for cell in found.cells if (cell.weekday, cell.hour) == (0, 12))
    attendance_report(books, date(2023, 5, 1))
    room_report(books, date(2023, 5, 1))
    took = time.thread_time() - began
    gc.unfreeze()
    assert (monday_at_noon.average, monday_at_noon.peak) == (50.0, 50)
    assert sum(day.people for day in found.days) == len(rows)
    assert took < 2.5, took  # of its own time, on a busy machine; on an idle one it is below 0.7
