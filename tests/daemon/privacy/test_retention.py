"""What is old is nobody's: sums stay, the chain holds, and no byte of a name is left."""

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, insert, select, update

from commands.bench_growth_house import Size, fill, write_settings
from daemon.config import Settings, load
from daemon.privacy.pseudonyms import is_forgotten
from daemon.privacy.retention import forget_old, limits_of
from daemon.store.engine import Store
from daemon.store.headfile import head_path
from daemon.store.reports import (
    Books,
    Fullness,
    PersonMonth,
    attendance_report,
    occupancy_report,
    room_report,
)
from daemon.store.tables import (
    BookingRow,
    EntryRow,
    GuestRow,
    JournalRow,
    MovementRow,
    PassRow,
    VisitRow,
)
from daemon.store.verify import Sound, verify
from devices.clock import micros, moment

NOW = datetime(2026, 11, 23, 11, tzinfo=UTC)
LATER = NOW + timedelta(days=60)  # so that what is older than 24 October is to go
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
SITE = "bench"
DAYS = [date(2026, 10, 12), date(2026, 10, 24)]
"""On the second one the limit lies between the two visits."""


def nothing(_: str, __: int) -> None:
    """Look on without a word."""


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a house with a past, to copy."""
    folder = tmp_path_factory.mktemp("past")
    made = write_settings(folder, SITE, Size(20, 50, 4_000, bookings=10), (1, 2))
    fill(made, Size(20, 50, 4_000), NOW, lambda _: None)
    return folder


@pytest.fixture
def settings(past: Path, tmp_path: Path) -> Settings:
    shutil.copytree(past, tmp_path, dirs_exist_ok=True)
    return load(tmp_path / "usciere.toml", {})


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    made = Store(settings.database.url)

    @event.listens_for(made.engine, "connect")
    def _careless(connection: sqlite3.Connection, _: object) -> None:
        """Be as a SQLite that was not built to write over what it deletes; Debian's is."""
        connection.execute("PRAGMA secure_delete=OFF")

    with made.writing() as session:
        session.execute(insert(VisitRow), [visit(day, hour) for day in DAYS for hour in (7, 13)])
        session.execute(insert(BookingRow), [booking(number) for number in range(60)])
        session.execute(
            insert(GuestRow),
            [guest(number, "Vera Ospite") for number in range(60)],
        )
        days = [{"site": SITE, "member": "m000001", "day": f"2026-{m}-15"} for m in (10, 11)]
        session.execute(insert(EntryRow), days)
    yield made
    made.close()


def visit(day: date, hour: int) -> dict[str, object]:
    """Return one of two visits of a day, in the morning or after noon."""
    began = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    return {
        "site": SITE,
        "id": f"twice-{day}-{hour}",
        "member": "m000003",
        "room": "hall",
        "began": micros(began),
        "began_by": "tap",
        "ended": micros(began + timedelta(hours=2)),
        "ended_by": "tap",
    }


def booking(number: int) -> dict[str, object]:
    start = NOW - timedelta(days=number)
    return {
        "site": SITE,
        "id": f"k{number}",
        "room": "room-0",
        "member": f"m{number % 20:06}",
        "title": "Colloquio riservato",
        "starts": micros(start),
        "ends": micros(start + timedelta(hours=2)),
        "status": "released" if number % 3 == 0 else "booked",
        "source": "usciere",
        "sequence": 0,
        "created": 0,
        "changed": 0,
    }


def guest(number: int, name: str) -> dict[str, object]:
    return {"site": SITE, "booking": f"k{number}", "place": 1, "name": name}


def told(store: Store, settings: Settings) -> tuple[list[tuple[float, ...]], Fullness, object]:
    """Return the sums of two months, how full it was, and what became of the rooms."""
    with store.reading() as session:
        books = Books(session, settings, settings.calendar(), LATER)
        months = [attendance_report(books, month) for month in (OCTOBER, NOVEMBER)]
        full = occupancy_report(books, OCTOBER, NOVEMBER + timedelta(days=29))
        rooms = [room_report(books, month) for month in (OCTOBER, NOVEMBER)]
    return [sums(month) for month in months], full, rooms


def sums(lines: object) -> tuple[float, ...]:
    assert isinstance(lines, list)
    people: list[PersonMonth] = lines
    return (
        sum(line.days for line in people),
        round(sum(line.hours for line in people), 0),
        sum(line.entries for line in people),
        sum(line.unknown_ends for line in people),
        round(sum(line.booked_hours for line in people), 1),
        sum(line.no_shows for line in people),
    )


def test_sums_stay_as_they_were_to_the_last_heat_map(store: Store, settings: Settings) -> None:
    before = told(store, settings)
    forgotten = forget_old(store, settings, LATER, nothing)
    assert forgotten["visits"] > 500
    assert told(store, settings) == before
    assert forget_old(store, settings, LATER, nothing) == {}
    for day in range(1, 20):  # and however it is cut into days
        forget_old(store, settings, LATER + timedelta(days=day), nothing)
    assert told(store, settings)[1:] == before[1:]
    assert told(store, settings)[0] == before[0]


def test_what_is_old_is_nobodys_and_what_is_young_is_whole(
    store: Store, settings: Settings
) -> None:
    forget_old(store, settings, LATER, nothing)
    limits = limits_of(settings, LATER)
    assert moment(limits.visits) - (LATER - timedelta(days=90)) < timedelta(days=1)
    with store.reading() as session:
        for visit in session.scalars(select(VisitRow)):
            assert is_forgotten(visit.member) == (visit.began < limits.visits)
        for each in session.scalars(select(BookingRow)):
            old = each.ends < limits.visits
            assert (each.title is None, is_forgotten(each.member or "")) == (old, old)
        for entry in session.scalars(select(JournalRow)):
            old = entry.received_at < limits.visits
            refused = entry.granted is False and entry.received_at < limits.refusals
            assert (entry.salt is None) == (old or refused)
            if old or refused:
                assert (entry.member, entry.badge, entry.detail) == (None, None, None)
        oldest = session.scalar(select(MovementRow.at).order_by(MovementRow.at).limit(1))
        assert oldest is not None
        assert oldest >= limits.visits
        assert session.scalars(select(EntryRow.day)).all() == ["2026-11-15"]
        assert session.scalars(select(GuestRow)).all() == []
        assert session.scalars(select(PassRow)).all() == []


def test_nobodys_days_can_be_put_together(store: Store, settings: Settings) -> None:
    forget_old(store, settings, LATER, nothing)
    with store.reading() as session:
        days: dict[str, set[date]] = {}
        for visit in session.scalars(select(VisitRow)):
            if is_forgotten(visit.member):
                days.setdefault(visit.member, set()).add(moment(visit.began).date())
    assert len(days) > 300
    assert all(len(them) == 1 for them in days.values())


def test_the_chain_still_verifies(store: Store, settings: Settings) -> None:
    forget_old(store, settings, LATER, nothing)
    verdict = verify(store, SITE, head_path(settings), lambda _, __: None)
    assert isinstance(verdict, Sound), verdict


def test_no_byte_is_left_of_what_was_forgotten(store: Store, settings: Settings) -> None:
    file = Path(str(store.url.database))
    with store.writing() as session:
        old = BookingRow.ends < micros(NOW - timedelta(days=40))
        session.execute(update(BookingRow).where(old).values(title="Zebedeo e il notaio"))
    assert "Zebedeo" in written(file)
    assert "Vera Ospite" in written(file)
    forget_old(store, settings, LATER, nothing)
    assert "Zebedeo" not in written(file)
    assert "Vera Ospite" not in written(file)


def written(file: Path) -> str:
    """Return all bytes of a database and of its log."""
    files = [file.with_name(file.name + ending) for ending in ("", "-wal")]
    return "".join(each.read_bytes().decode("latin-1") for each in files if each.exists())


def test_the_limits_are_the_settings(store: Store, settings: Settings) -> None:
    longer = settings.model_copy(
        update={"retention": settings.retention.model_copy(update={"visits_days": 400})}
    )
    forgotten = forget_old(store, longer, LATER, nothing)
    assert "visits" not in forgotten
    assert forgotten["guests"] == 60
    assert 0 < forgotten["journal"] < 200  # refusals
