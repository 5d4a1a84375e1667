"""Who was at a gathering, told by taps with its passes and by who was in its room."""

from collections.abc import Sequence
from datetime import datetime

import pytest

from daemon.house import House
from daemon.presence import Move, Movement
from daemon.store.asker import STAFF
from daemon.store.attendances import attended
from daemon.store.attendees import add_attendee
from daemon.store.book import book_of
from daemon.store.engine import Store
from daemon.store.gathering_forms import NewAttendee, NewGathering
from daemon.store.gathering_views import Gathering
from daemon.store.gatherings import add_gathering
from daemon.store.journal import Entry, Kind, append
from daemon.store.presences import Righting, Wanted, list_visits, set_right
from daemon.store.visits import known_of, move
from tests.daemon.store.building import HOUR, MINUTE, NOON, SITE
from tests.daemon.store.reception import CARD, act, people, reception

VERA, ANNA = 0, 1


@pytest.fixture
def course(store: Store) -> Gathering:
    """Return a course from noon until two in the lab, with Vera's card and Anna on its list."""
    people(store)
    form = NewGathering(title="Ceramica", room="lab", start=NOON, end=NOON + 2 * HOUR)
    made = add_gathering(act(store), form, {"lab": False})
    for said in ({"name": "Vera", "badge": CARD}, {"name": "Anna", "email": "anna@example.org"}):
        attendee = NewAttendee.model_validate(said)
        add_attendee(act(store), STAFF, made.id, attendee, reception().lab)
    return made


def tapped(  # noqa: PLR0913 - what tells one tap from another
    store: Store,
    course: Gathering,
    minutes: int,
    *,
    reason: str = "gathering",
    move: str | None = None,
    ref: str | None = None,
    received: datetime | None = None,
) -> int:
    """Write the entry of a tap of Vera's card as the doorman does."""
    by = {"kind": "gathering", "ref": ref or course.id, "place": VERA}
    at = NOON + minutes * MINUTE
    detail = {"pass": by} | ({} if move is None else {"move": move})
    entry = Entry(
        Kind.TAP, at, received or at, door="entrance", granted=True, reason=reason, detail=detail
    )
    with book_of(store, SITE) as book:
        return append(book, entry)


def moved(store: Store, house: House, minutes: int, what: Move, room: str) -> None:
    """Write a movement of Anna's, by her plan."""
    _moved(store, house, (minutes, what, room), None)


def _moved(
    store: Store, house: House, said: tuple[int, Move, str], by: dict[str, object] | None
) -> None:
    minutes, what, room = said
    at = NOON + minutes * MINUTE
    with book_of(store, SITE) as book:
        movement = Movement(at, book.head.seq + 1, "anna", what, room)
        move(book, house, movement, known_of(book, "anna"), at)
        detail = None if by is None else {"pass": by}
        append(book, Entry(Kind.TAP, at, at, member="anna", granted=True, detail=detail))


def minutes(store: Store, house: House, course: Gathering, now: int = 600) -> Sequence[int]:
    with store.reading() as session:
        found = attended(session, SITE, course, house.days, NOON + now * MINUTE)
    return [each.there.minutes for each in found]


def test_a_card_counts_from_its_first_tap_until_its_tap_at_an_exit(
    store: Store, house: House, course: Gathering
) -> None:
    tapped(store, course, 10)
    tapped(store, course, 15)
    tapped(store, course, 70, reason="exit")
    assert minutes(store, house, course) == [60, 0]


def test_a_toggle_reader_says_in_and_out_by_turns(
    store: Store, house: House, course: Gathering
) -> None:
    for minute in (10, 40, 60):
        tapped(store, course, minute, move="toggle")
    assert minutes(store, house, course) == [30 + 60, 0]


def test_a_tap_for_another_gathering_does_not_count(
    store: Store, house: House, course: Gathering
) -> None:
    tapped(store, course, 10, ref="other")
    assert minutes(store, house, course) == [0, 0]


def test_a_grant_that_nobody_used_does_not_count(
    store: Store, house: House, course: Gathering
) -> None:
    seq = tapped(store, course, 10)
    at = NOON + 11 * MINUTE
    unused = Entry(Kind.PRESENCE, at, at, reason="not-used", detail={"tap": seq})
    with book_of(store, SITE) as book:
        append(book, unused)
    assert minutes(store, house, course) == [0, 0]


def test_a_tap_that_landed_hours_later_counts_at_its_own_time(
    store: Store, house: House, course: Gathering
) -> None:
    tapped(store, course, 10)
    tapped(store, course, 40, reason="exit", received=NOON + 9 * HOUR)
    assert minutes(store, house, course) == [30, 0]


def test_a_member_counts_while_in_the_room_by_whatever_right(
    store: Store, house: House, course: Gathering
) -> None:
    moved(store, house, -30, Move.ENTRY, "open-space")
    moved(store, house, -5, Move.ROOM, "lab")
    moved(store, house, 30, Move.ROOM, "open-space")
    moved(store, house, 60, Move.ROOM, "lab")
    moved(store, house, 90, Move.EXIT, "open-space")
    assert minutes(store, house, course) == [0, 30 + 30]


def test_a_member_let_in_at_the_entrance_for_the_gathering_attends_from_there(
    store: Store, house: House, course: Gathering
) -> None:
    by = {"kind": "gathering", "ref": course.id, "place": ANNA}
    _moved(store, house, (10, Move.ENTRY, "open-space"), by)
    _moved(store, house, (20, Move.ROOM, "lab"), by)
    moved(store, house, 50, Move.EXIT, "open-space")
    assert minutes(store, house, course) == [0, 40]


def test_a_member_at_the_desk_next_door_does_not_attend(
    store: Store, house: House, course: Gathering
) -> None:
    moved(store, house, -30, Move.ENTRY, "open-space")
    assert minutes(store, house, course) == [0, 0]


def test_what_staff_set_right_counts_instead_of_the_exit(
    store: Store, house: House, course: Gathering
) -> None:
    moved(store, house, 0, Move.ENTRY, "open-space")
    moved(store, house, 1, Move.ROOM, "lab")
    moved(store, house, 30, Move.EXIT, "open-space")
    assert minutes(store, house, course) == [0, 29]
    with store.reading() as session:
        [visit] = list_visits(session, SITE, Wanted(), 10)
    righting = Righting(ended=NOON + 61 * MINUTE)
    set_right(act(store, NOON + 3 * HOUR), house, visit.id, righting)
    assert minutes(store, house, course) == [0, 60]


def test_while_it_runs_the_list_tells_who_is_there_now(
    store: Store, house: House, course: Gathering
) -> None:
    tapped(store, course, 0)
    moved(store, house, 0, Move.ENTRY, "lab")
    moved(store, house, 10, Move.EXIT, "lab")
    with store.reading() as session:
        found = attended(session, SITE, course, house.days, NOON + HOUR)
    assert [each.there.present for each in found] == [True, False]
    assert [each.there.minutes for each in found] == [60, 10]


def test_entries_long_before_and_after_are_not_looked_at(
    store: Store, house: House, course: Gathering
) -> None:
    tapped(store, course, -100)
    tapped(store, course, 10)
    tapped(store, course, 30, reason="exit", received=NOON + 80 * HOUR)
    assert minutes(store, house, course) == [110, 0]
