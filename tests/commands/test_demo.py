"""The demo's house, people and past, before anything is started."""

import os
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from commands.demo import furnish
from commands.demo_house import PEOPLE, configuration, moved
from commands.demo_login import login_lines, staff_password, staff_token
from commands.demo_store import Fixture, badge_lines, fill, fixture_of, live_past
from commands.demo_today import ATTENDEE, GUEST, LENT, VISITOR, agenda_lines, book_today
from daemon.config import load
from daemon.store import members
from daemon.store.engine import Store
from daemon.store.headfile import head_path
from daemon.store.people import Act, Actor
from daemon.store.schema import prepare
from daemon.store.tables import BookingRow, JournalRow, SiteRow, VisitRow
from daemon.store.verify import Sound, verify

MONDAY = datetime(2026, 3, 2, 11, tzinfo=UTC)


@pytest.fixture
def demo(tmp_path: Path) -> Fixture:
    settings = furnish(tmp_path, None, None)
    store = Store(settings.database.url)
    prepare(store, settings.site.id)
    fixture = fixture_of(settings, store)
    fill(fixture, MONDAY)
    return fixture


def progress() -> None:
    """Nobody watches."""


def test_the_ports_go_into_the_file_and_may_be_moved(tmp_path: Path) -> None:
    assert furnish(tmp_path, 8123, 18831).api.port == 8123
    again = furnish(tmp_path, None, None)
    assert (again.api.port, again.mqtt.broker.port) == (8123, 18831)
    other = furnish(tmp_path, None, 18832)
    assert (other.api.port, other.mqtt.broker.port) == (8123, 18832)


def test_a_file_of_the_operators_keeps_all_but_the_ports(tmp_path: Path) -> None:
    furnish(tmp_path, None, None)
    path = tmp_path / "usciere.toml"
    path.write_text(path.read_text().replace("CoOffice", "Casa"))
    assert furnish(tmp_path, 8124, None).site.name == "Casa"


def test_moving_no_port_changes_nothing() -> None:
    text = configuration(8000, 1883)
    assert moved(text, None, None) == text
    assert moved(text, 8000, 1883) == text


def test_whoever_leaves_finds_a_reader_inside(tmp_path: Path) -> None:
    door = load(_written(tmp_path), os.environ).door("ingresso")
    assert door is not None
    assert [(reader.id, reader.role) for reader in door.readers] == [
        ("fuori", "entry"),
        ("dentro", "exit"),
    ]


def _written(folder: Path) -> Path:
    path = folder / "usciere.toml"
    path.write_text(configuration(8000, 1883))
    return path


def test_no_badge_is_twice_in_the_house() -> None:
    assert len({person.card.uid for person in PEOPLE}) == len(PEOPLE)


def test_each_badge_is_shown_with_what_it_opens_this_moment(demo: Fixture) -> None:
    lines = dict(line.split("  ", 1) for line in badge_lines(demo, MONDAY))
    assert lines["04A224B1C35880"] == "Anna Bianchi  ingresso"
    assert lines["0417C8A25E6180"] == "Marco Esposito  ingresso"
    assert lines["042D9104E6B380"] == "Elena Marino  none (outside-hours)"
    assert lines["04E93F5C21B680"] == "Chiara Conti  ingresso, sala-riunioni, sala-conferenze"
    assert lines["045408CB97E280"] == "Simone Fontana  none (member-suspended)"
    assert lines["04FA1D42867380"] == "Valentina Rizzo  none (badge-expired)"
    assert lines["049CB35F70D180"] == "Andrea Moretti  none (badge-lost)"


def test_filling_a_second_time_adds_nobody(demo: Fixture) -> None:
    before = _count(demo)
    fill(demo, MONDAY)
    assert _count(demo) == before


def test_the_token_stays_the_same_until_it_is_revoked(demo: Fixture, tmp_path: Path) -> None:
    first = staff_token(demo, tmp_path, MONDAY)
    assert staff_token(demo, tmp_path, MONDAY) == first
    assert (tmp_path / "staff.token").stat().st_mode & 0o077 == 0
    (tmp_path / "staff.token").write_text("usc_nonsense\n")
    assert staff_token(demo, tmp_path, MONDAY) != first


def test_each_folder_has_a_password_of_its_own_that_stays_while_it_is_good(
    demo: Fixture, tmp_path: Path
) -> None:
    first = staff_password(demo, tmp_path, MONDAY)
    assert first is not None
    assert staff_password(demo, tmp_path, MONDAY) == first
    assert (tmp_path / "staff.password").stat().st_mode & 0o077 == 0
    (tmp_path / "staff.password").unlink()
    second = staff_password(demo, tmp_path, MONDAY)
    assert second not in {None, first}
    assert staff_password(demo, tmp_path, MONDAY) == second


def test_a_house_that_sent_the_sample_staff_away_is_told_the_token_alone(
    demo: Fixture, tmp_path: Path
) -> None:
    assert len(login_lines(demo, tmp_path, MONDAY)) == 2
    with demo.store.reading() as session:
        chiara = members.member_with_email(session, demo.site, "chiara.conti@example.org")
    members.remove_member(Act(demo.store, demo.site, Actor("porter"), MONDAY), chiara.id)
    [line] = login_lines(demo, tmp_path, MONDAY)
    assert line.startswith("staff login: usc_")


def test_the_past_is_real_entries_and_visits_and_made_once(demo: Fixture) -> None:
    taps = live_past(demo, MONDAY, 28, progress)
    assert taps is not None
    assert taps > 100
    sound = verify(demo.store, demo.site, head_path(demo.settings), lambda *_: None)
    assert isinstance(sound, Sound)
    with demo.store.reading() as session:
        site = session.get(SiteRow, demo.site)
        assert site is not None
        assert site.released == site.announced == site.seq == sound.entries
        visits = session.scalars(select(VisitRow)).all()
        kinds = session.scalars(select(JournalRow.reason).where(JournalRow.kind == "tap")).all()
    days = {datetime.fromtimestamp(visit.began / 1e6, UTC).date() for visit in visits}
    assert min(days) >= date(2026, 2, 2)
    assert max(days) < MONDAY.date()
    assert {visit.ended_by for visit in visits} >= {"tap", "auto"}
    assert kinds.count("plan") > 100
    assert live_past(demo, MONDAY, 28, progress) is None


def test_in_the_past_rooms_were_booked_used_and_missed(demo: Fixture) -> None:
    live_past(demo, MONDAY, 28, progress)
    with demo.store.reading() as session:
        booked = session.scalars(select(BookingRow)).all()
        refused = session.scalars(
            select(JournalRow.reason).where(
                JournalRow.door.in_([room.id for room in demo.settings.rooms]),
                JournalRow.granted.is_(False),
            )
        ).all()
    states = Counter(row.status for row in booked)
    assert states["checked-in"] > 2 * states["released"] > 0
    assert set(states) == {"checked-in", "released"}
    assert all(row.starts < row.checked_in < row.ends for row in booked if row.checked_in)
    assert refused == []


def test_the_same_days_have_the_same_past(tmp_path: Path) -> None:
    counts = []
    for name in ("one", "two"):
        settings = furnish(tmp_path / name, None, None)
        store = Store(settings.database.url)
        prepare(store, settings.site.id)
        fixture = fixture_of(settings, store)
        fill(fixture, MONDAY)
        live_past(fixture, MONDAY, 10, progress)
        with store.reading() as session:
            counts.append(session.scalars(select(VisitRow.began).order_by(VisitRow.began)).all())
    assert counts[0] == counts[1]


def _count(demo: Fixture) -> int | None:
    with demo.store.reading() as session:
        return session.scalar(select(func.count()).select_from(JournalRow))


def test_today_has_bookings_back_to_back_and_a_start_makes_no_more(demo: Fixture) -> None:
    now = MONDAY + timedelta(minutes=7)
    assert book_today(demo, now) == 3 + 8
    assert book_today(demo, now + timedelta(minutes=1)) == 0
    assert sorted(agenda_lines(demo, now))[:3] == [
        "12:05-12:50  sala-riunioni  Anna Bianchi",
        "12:05-14:05  sala-conferenze  Corso di fotografia",
        "12:50-13:50  sala-riunioni  Luca Ferrari",
    ]


def test_the_demo_knows_cards_that_no_member_has(demo: Fixture) -> None:
    book_today(demo, MONDAY)
    lines = dict(line.split("  ", 1) for line in badge_lines(demo, MONDAY, LENT))
    assert lines[GUEST] == "Giulia Serra, guest of Anna  ingresso, sala-riunioni"
    assert lines[VISITOR] == "Pietro Gallo, visitor of Sara  ingresso"
    assert lines[ATTENDEE] == "Marta Villa, at the course  ingresso, sala-conferenze"


def test_another_day_has_bookings_of_its_own(demo: Fixture) -> None:
    book_today(demo, MONDAY)
    assert book_today(demo, MONDAY + timedelta(days=1)) == 3 + 8
