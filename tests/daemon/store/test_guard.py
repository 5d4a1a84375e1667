"""What doors that ask for more than a badge read and leave, on every database."""

from dataclasses import replace
from datetime import datetime

import pytest

from daemon.access.facts import Facts, Member, Message, Window
from daemon.house import House
from daemon.presence import By, Visit
from daemon.store import guard, member_pins
from daemon.store.book import book_of
from daemon.store.engine import Store
from daemon.store.guard import Kept
from daemon.store.people import Act, Actor
from daemon.store.tables import VisitRow
from devices.clock import micros
from tests.daemon.store.building import HOUR, MINUTE, NOON, SECOND, SITE, member, plan

ALWAYS = (Window(frozenset(range(7)), NOON.time().replace(hour=0), NOON.time().replace(hour=0)),)
CAME = Visit("v1", "anna", "open-space", NOON - HOUR, By.TAP)


@pytest.fixture
def home(store: Store) -> Store:
    """Return the store once Anna, and Bea of the staff, have joined."""
    with store.writing() as session:
        session.add(plan("full"))
        session.flush()
        session.add_all((member("anna"), member("bea", role="staff")))
    return store


@pytest.fixture
def tap(house: House) -> Facts:
    """Return Anna's tap at an entrance that asks for everything."""
    place = house.doors["entrance"].places["outside"]
    place = replace(place, pin=True, two_badges=True, open_hours=ALWAYS, asks_more=True)
    return Facts(place, house.calendar, member=Member("anna"))


def seen(
    home: Store, house: House, tap: Facts, at: datetime = NOON, visit: Visit | None = None
) -> tuple[Facts, Kept | None]:
    with book_of(home, SITE) as book:
        return guard.guarded(book, house, tap, at, ("anna", visit))


def act(home: Store) -> Act:
    return Act(home, SITE, Actor("porter"), NOON)


def test_where_nothing_is_kept_nothing_is_known(home: Store, house: House, tap: Facts) -> None:
    assert seen(home, house, tap) == (tap, None)


def test_a_pin_is_kept_changed_counted_and_forgotten(home: Store, house: House, tap: Facts) -> None:
    member_pins.set_pin(act(home), "anna", b"one")
    member_pins.set_pin(act(home), "anna", b"two")
    facts, kept = seen(home, house, tap)
    assert (facts.has_pin, kept) == (True, Kept(b"two", 0, None))
    for number in (1, 2):
        with book_of(home, SITE) as book:
            guard.note_pin(book, "anna", Kept(b"two", number - 1, None), NOON)
        assert seen(home, house, tap)[1] == Kept(b"two", number, NOON)
    with book_of(home, SITE) as book:
        guard.note_pin(book, "anna", Kept(b"two", 2, NOON), None)
    assert seen(home, house, tap)[1] == Kept(b"two", 0, None)
    member_pins.drop_pin(act(home), "anna")
    assert seen(home, house, tap)[1] is None


def test_a_first_badge_waits_its_seconds_for_somebody_else(
    home: Store, house: House, tap: Facts
) -> None:
    for person, at in (("anna", NOON - MINUTE), ("bea", NOON)):
        with book_of(home, SITE) as book:
            guard.note_first(book, "entrance", person, at)
    assert seen(home, house, tap)[0].first == "bea"
    assert seen(home, house, tap, NOON + 29 * SECOND)[0].first == "bea"
    assert seen(home, house, tap, NOON + 30 * SECOND)[0].first is None
    assert seen(home, house, tap, NOON - SECOND)[0].first is None
    with book_of(home, SITE) as book:
        guard.seconded(book, "entrance")
    assert seen(home, house, tap)[0].first is None


def test_old_first_badges_are_forgotten(home: Store, house: House, tap: Facts) -> None:
    with book_of(home, SITE) as book:
        guard.note_first(book, "entrance", "bea", NOON)
        guard.forget_old(book, NOON + HOUR)
    assert seen(home, house, tap)[0].first == "bea"
    with book_of(home, SITE) as book:
        guard.forget_old(book, NOON + HOUR + SECOND)
    assert seen(home, house, tap)[0].first is None


@pytest.mark.parametrize(
    ("who", "began", "came"),
    [
        ("bea", NOON, True),
        ("bea", NOON + SECOND, False),
        ("bea", NOON - 24 * HOUR, False),
        ("anna", NOON - HOUR, False),
    ],
)
def test_staff_have_come_who_were_seen_today(  # noqa: PLR0913, PLR0917 - the table's columns
    home: Store,
    house: House,
    tap: Facts,
    who: str,
    began: datetime,
    came: bool,  # noqa: FBT001 - as above
) -> None:
    with home.writing() as session:
        row = VisitRow(
            site=SITE, id="v1", member=who, room="lab", began=micros(began), began_by="tap"
        )
        session.add(row)
    assert seen(home, house, tap)[0].staff_came is came


def test_the_visit_of_today_is_what_one_is_inside_by(home: Store, house: House, tap: Facts) -> None:
    assert seen(home, house, tap, visit=CAME)[0].inside_since == NOON - HOUR
    yesterday = replace(CAME, began=NOON - 24 * HOUR)
    assert seen(home, house, tap, visit=yesterday)[0].inside_since is None
    late = replace(tap, message=Message(late=True))
    assert seen(home, house, late, visit=CAME)[0].inside_since is None
