from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from daemon.access.facts import (
    Badge,
    BadgeStatus,
    Building,
    Hold,
    Member,
    MemberStatus,
    Message,
    Plan,
)
from daemon.house import House
from daemon.presence import By, Move, Movement, Visit
from daemon.store import answers, doors, journal, visits
from daemon.store.book import book_of
from daemon.store.engine import Store
from daemon.store.foresight import foresee
from daemon.store.schema import prepare
from daemon.store.sight import Question, Sight, look
from daemon.store.tables import Base, SiteRow
from devices.clock import micros
from tests.daemon.store.building import (
    HOUR,
    MINUTE,
    NOON,
    SECOND,
    SITE,
    badge,
    member,
    plan,
    something,
)
from tests.daemon.store.listening import Listening

ANNA = b"anna's number, hashed"
OUTSIDE = Question("entrance", "outside", ANNA, "m1", NOON)


def add(store: Store, *rows: Base) -> None:
    with store.writing() as session:
        for row in rows:
            session.add(row)
            session.flush()  # owners first


def seen(store: Store, house: House, question: Question = OUTSIDE) -> Sight:
    """Return what is seen; on PostgreSQL the same if it was foreseen."""
    with book_of(store, SITE) as book:
        sight = look(book, house, question)
        if not store.is_sqlite:
            foresee(book, [question])
            assert look(book, house, question) == sight
    return sight


@pytest.fixture
def home(store: Store) -> Store:
    """Return the store once Anna with her plan and badge has joined."""
    add(store, plan("full"), member("anna"), badge(ANNA, "anna"))
    return store


def test_of_a_stranger_nothing_is_known(store: Store, house: House) -> None:
    sight = seen(store, house)
    assert (sight.facts.badge, sight.facts.member, sight.facts.refusals) == (None, None, ())
    assert (sight.facts.building, sight.facts.message) == (Building(), Message())
    assert sight.facts.place == house.doors["entrance"].places["outside"]
    assert sight.facts.calendar is house.calendar
    assert set(sight[1:]) == {None, 0}


def test_of_an_everyday_member_the_usual_is_known(home: Store, house: House) -> None:
    sight = seen(home, house)
    assert sight.facts.badge == Badge("badge-anna", "1234")
    assert sight.facts.member == Member("anna", plan_id="full", plan=Plan("full", holidays=True))
    assert (sight.name, sight.language) == ("Anna", None)


def test_everything_that_is_kept_arrives(store: Store, house: House) -> None:
    add(
        store,
        plan("week", holidays=False, hours="[]", rooms='["lab"]'),
        member(
            "anna",
            plan="week",
            role="admin",
            status="suspended",
            language="en",
            valid_from=micros(NOON - HOUR),
            valid_until=micros(NOON + HOUR),
        ),
        badge(ANNA, "anna", status="lost", valid_until=micros(NOON + MINUTE)),
    )
    with book_of(store, SITE) as book:
        doors.order_hold(book, "entrance", Hold.LOCKED, NOON + HOUR)
        answers.note_grant(book, "badge-anna", ("entrance", "outside"), NOON - SECOND)
    sight = seen(store, house)
    facts = sight.facts
    assert facts.badge == Badge("badge-anna", "1234", BadgeStatus.LOST, NOON + MINUTE)
    assert facts.member == Member(
        "anna",
        staff=True,
        status=MemberStatus.SUSPENDED,
        valid_from=NOON - HOUR,
        valid_until=NOON + HOUR,
        plan_id="week",
        plan=Plan("week", (), rooms=frozenset({"lab"})),
    )
    assert facts.building == Building(hold=Hold.LOCKED, hold_until=NOON + HOUR)
    assert facts.message == Message(repeat_of=NOON - SECOND)
    assert (sight.name, sight.language) == ("Anna", "en")


def test_orders_for_the_building_are_known_at_every_door(home: Store, house: House) -> None:
    with home.writing() as session:
        session.execute(update(SiteRow).values(lockdown=True, fire=True))
    assert seen(home, house).facts.building == Building(fire=True, lockdown=True)


def test_a_member_whose_plan_is_gone_is_known_by_its_name(store: Store, house: House) -> None:
    add(store, member("anna", plan="dream"), badge(ANNA, "anna"))
    person = seen(store, house).facts.member
    assert person is not None
    assert (person.plan_id, person.plan) == ("dream", None)


def test_the_open_visit_and_the_last_known_moment_are_seen(home: Store, house: House) -> None:
    with book_of(home, SITE) as book:
        seq = journal.append(book, something())
        entered = Movement(NOON - HOUR, seq, "anna", Move.ENTRY, "open-space")
        visits.move(book, house, entered, visits.known_of(book, "anna"), NOON)
    sight = seen(home, house)
    assert sight.visit == Visit("v1", "anna", "open-space", NOON - HOUR, By.TAP)
    assert sight.moved == NOON - HOUR
    with book_of(home, SITE) as book:
        seq = journal.append(book, something(1))
        left = Movement(NOON - MINUTE, seq, "anna", Move.EXIT, "open-space")
        visits.move(book, house, left, visits.known_of(book, "anna"), NOON)
    sight = seen(home, house)
    assert (sight.visit, sight.moved) == (None, NOON - MINUTE)


@pytest.mark.parametrize(
    ("granted", "repeats"),
    [
        (timedelta(0), True),
        (-4.9 * SECOND, True),
        (-5 * SECOND, False),
        (SECOND, False),
    ],
)
def test_a_repeat_is_within_its_seconds_and_never_before(
    home: Store,
    house: House,
    granted: timedelta,
    repeats: bool,  # noqa: FBT001 - drawn
) -> None:
    with book_of(home, SITE) as book:
        answers.note_grant(book, "badge-anna", ("entrance", "outside"), NOON + granted)
    expected = Message(repeat_of=NOON + granted) if repeats else Message()
    assert seen(home, house).facts.message == expected
    other = OUTSIDE._replace(reader="inside")
    assert seen(home, house, other).facts.message == Message()
    off = replace(house, repeat=timedelta(0))
    assert seen(home, off).facts.message == Message()
    assert seen(home, house, OUTSIDE._replace(late=True)).facts.message == Message(late=True)


def test_entries_are_counted_by_the_sites_own_days_and_local_month(
    store: Store, house: House
) -> None:
    add(store, plan("ten", entries_per_month=10), member("anna", plan="ten"), badge(ANNA, "anna"))
    with book_of(store, SITE) as book:
        for day in ("2026-10-31", "2026-11-01", "2026-11-03", "2026-11-30", "2026-12-01"):
            answers.note_entry(book, "anna", day)
        answers.note_entry(book, "bea", "2026-11-02")
    moments = {
        NOON: (3, True),
        NOON - 24 * HOUR: (3, False),
        datetime.fromisoformat("2026-11-01T03:30:00+01:00"): (1, True),  # still October's last day
        datetime.fromisoformat("2026-12-01T03:59:59+01:00"): (3, True),
        datetime.fromisoformat("2026-12-01T04:00:00+01:00"): (1, True),
    }
    for at, counted in moments.items():
        person = seen(store, house, OUTSIDE._replace(at=at)).facts.member
        assert person is not None
        assert (person.days_used, person.used_today) == counted, at


def test_who_is_in_a_room_that_refuses_when_full_is_counted(home: Store, house: House) -> None:
    at_the_lab = Question("lab", "main", ANNA, "m1", NOON)
    told = [("bea", "lab", NOON - HOUR), ("carlo", "lab", NOON - 20 * HOUR), ("anna", "lab", NOON)]
    counted = []
    for who, room, at in told:
        with book_of(home, SITE) as book:
            seq = journal.append(book, something())
            entered = Movement(at, seq, who, Move.ROOM, room)
            visits.move(book, house, entered, visits.known_of(book, who), at)
        place = seen(home, house, at_the_lab).facts.place
        counted.append((place.present, place.already_there))
    # Carlo came yesterday: his visit is over, whether it is closed or not.
    assert counted == [(1, False), (1, False), (2, True)]
    assert place.enforced_capacity == 2
    assert seen(home, house).facts.place.present == 0


def test_refusals_are_seen_for_ninety_seconds_at_their_reader(store: Store, house: House) -> None:
    times = [NOON - 90 * SECOND, NOON - 89 * SECOND, NOON, NOON + SECOND]
    with book_of(store, SITE) as book:
        for at in reversed(times):
            answers.note_refusal(book, ("entrance", "outside"), at)
        answers.note_refusal(book, ("entrance", "inside"), NOON)
    assert seen(store, house).facts.refusals == (times[1], times[2])


def test_another_sites_badge_of_the_same_number_is_a_stranger_here(
    store: Store, house: House
) -> None:
    prepare(store, "annex")
    add(
        store,
        plan("full", site="annex"),
        member("anna", site="annex"),
        badge(ANNA, "anna", site="annex"),
    )
    assert seen(store, house).facts.badge is None


def test_a_change_by_another_program_shows_at_the_very_next_tap(home: Store, house: House) -> None:
    assert seen(home, house).facts.badge == Badge("badge-anna", "1234")
    other = Store(home.url.render_as_string())
    with other.writing() as session:
        session.merge(badge(ANNA, "anna", status="blocked"))
    other.close()
    blocked = seen(home, house).facts.badge
    assert blocked is not None
    assert blocked.status is BadgeStatus.BLOCKED


@pytest.mark.parametrize(
    ("question", "statements"),
    [
        (OUTSIDE, 1),
        (
            OUTSIDE._replace(hash=b"stranger"),
            3,
        ),  # and what it is lent for, and the refusals before it
        (Question("lab", "main", ANNA, "m1", NOON), 3),  # and who is there
    ],
)
def test_a_tap_costs_one_statement_and_the_rare_one_a_few(
    home: Store, house: House, question: Question, statements: int
) -> None:
    with book_of(home, SITE) as book:
        book.cursor = cursor = Listening(book.cursor)
        look(book, house, question)
    assert len(cursor.heard) == statements


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)  # PostgreSQL plans by what is there
@pytest.mark.parametrize("place", [("entrance", "outside"), ("lab", "main")])
def test_a_tap_in_a_large_house_reads_no_table_from_end_to_end(
    home: Store, house: House, place: tuple[str, str]
) -> None:
    with book_of(home, SITE) as book:
        book.cursor = cursor = Listening(book.cursor)
        for hashed in (ANNA, b"stranger"):
            look(book, house, Question(*place, hashed, "m1", NOON))
        plans = []
        for sql, parameters in list(cursor.heard):
            cursor.execute(f"explain query plan {sql}", parameters)
            plans += [str(row[3]) for row in cursor.fetchall()]
    assert [step for step in plans if step.startswith("SEARCH")]
    assert [step for step in plans if step.startswith("SCAN")] == []
