"""Passes and slots as a tap sees them, on both databases; what is remembered stays right."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.access.decide import decide
from daemon.access.facts import Facts, PassKind
from daemon.access.verdict import Granted, Reason
from daemon.explanation import Supposed, explanation
from daemon.house import House
from daemon.identity import Identity
from daemon.presence import Move, Movement
from daemon.store import held, visits
from daemon.store.book import Book, book_of
from daemon.store.desk import Desk
from daemon.store.engine import Store
from daemon.store.sight import Question, Sight, look
from tests.daemon.store.building import NOON, SITE, badge, member, plan
from tests.daemon.store.letting import (
    MINUTE,
    add,
    booking,
    cancel,
    guest_of,
    let,
    letting_house,
    pass_of,
)
from tests.daemon.store.listening import Listening

ANNA, GINA = b"anna's number, hashed", b"gina's card, hashed"
CARD = Identity(ANNA, "", alias=False, texts=list)
AT_SALA = Question("sala", "main", ANNA, "m1", NOON)
AT_ENTRANCE = Question("entrance", "outside", ANNA, "m1", NOON)
LATE = timedelta(minutes=5)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return letting_house(tmp_path)


@pytest.fixture
def home(store: Store) -> Store:
    """Return the store once Anna has joined, whose plan opens the open space."""
    add(store, plan("full"), member("anna"), member("bea"), badge(ANNA, "anna"))
    return store


@pytest.fixture
def desk(home: Store) -> Iterator[Desk]:
    """Return the doorman's own connection, which remembers."""
    made = Desk(home.engine, SITE)
    yield made
    made.close()


def facts(store: Store, house: House, question: Question = AT_SALA) -> Facts:
    with book_of(store, SITE) as book:
        return look(book, house, question).facts


def asked(desk: Desk, house: House, question: Question = AT_SALA) -> tuple[Sight, int]:
    """Return what the desk sees, and how many statements that took."""
    with desk.open() as book:
        book.cursor = cursor = Listening(book.cursor)
        return look(book, house, question), len(cursor.heard)


def test_the_room_is_seen_around_the_moment(home: Store, house: House) -> None:
    for name, minutes in (("older", -200), ("old", -120), ("mine", -30), ("next", 30), ("b", 95)):
        let(home, booking(name, NOON + minutes * MINUTE))
    let(home, booking("far", NOON + 300 * MINUTE))
    let(home, booking("gone", NOON + 160 * MINUTE, status="cancelled"))
    let(home, booking("elsewhere", NOON, room="den"))
    names = {
        NOON: ["old", "mine", "next", "b"],
        NOON - 31 * MINUTE: ["old", "mine", "next"],
        NOON + 30 * MINUTE: ["mine", "next", "b", "far"],
        NOON + 90 * MINUTE: ["next", "b", "far"],
    }
    for at, expected in names.items():
        assert [s.booking for s in facts(home, house, AT_SALA._replace(at=at)).slots] == expected
    assert facts(home, house, AT_ENTRANCE).slots == ()


def test_a_holder_has_passes_until_late(home: Store, house: House) -> None:
    row = booking("k", NOON - 60 * MINUTE)
    let(home, row, pass_of(row, kind="guest", place=1, member="bea", host="anna"))
    seen = facts(home, house, AT_SALA._replace(at=NOON + 5 * MINUTE - timedelta(microseconds=1)))
    assert [(p.kind, p.ref, p.room) for p in seen.passes] == [(PassKind.BOOKING, "k", "sala")]
    assert facts(home, house, AT_SALA._replace(at=NOON + 5 * MINUTE)).passes == ()


def test_a_far_booking_knows_who_has_the_room_before_it(home: Store, house: House) -> None:
    for name, minutes in (("a", 100), ("b", 200), ("c", 300)):
        let(home, booking(name, NOON + minutes * MINUTE, member="bea"))
    let(home, booking("k", NOON + 363 * MINUTE))
    seen = facts(home, house)
    assert seen.before is not None
    assert seen.before.booking == "c"
    verdict = decide(seen, NOON)
    assert verdict.reason in {Reason.TOO_EARLY, Reason.NO_BOOKING}
    assert getattr(verdict, "opens_at", None) == NOON + 360 * MINUTE


def test_a_card_is_lent_from_its_first_pass_to_the_end_of_its_last(
    home: Store, house: House
) -> None:
    row = booking("k", NOON)
    let(home, row, guest_of(row, GINA))
    question = AT_SALA._replace(hash=GINA)
    reasons = {
        -11: Reason.TOO_EARLY,
        -10: Reason.GUEST,
        64: Reason.GUEST,
        65: Reason.BADGE_EXPIRED,
        5000: Reason.BADGE_EXPIRED,
    }
    for minutes, reason in reasons.items():
        at = NOON + minutes * MINUTE
        with book_of(home, SITE) as book:
            sight = look(book, house, question._replace(at=at))
        assert decide(sight.facts, at).reason is reason, minutes
        assert sight.facts.badge is not None
        assert (sight.facts.badge.lent, sight.facts.badge.tail) == (True, "7777")
        assert (sight.name, sight.person) == ("Gina", "guest:k:1")
    cancel(home, "k")
    gone = facts(home, house, question)
    assert decide(gone, NOON).reason is Reason.UNKNOWN_BADGE


def test_who_came_by_one_pass_leaves_as_the_same_person(home: Store, house: House) -> None:
    first, second = booking("k1", NOON), booking("k2", NOON + 120 * MINUTE)
    let(home, first, guest_of(first, GINA))
    let(home, second, guest_of(second, GINA))
    came = Movement(NOON, 1, "guest:k1:1", Move.ENTRY, "open-space")
    with book_of(home, SITE) as book:
        visits.move(book, house, came, (None, None), NOON)
    later = NOON + 130 * MINUTE
    with book_of(home, SITE) as book:
        sight = look(book, house, AT_ENTRANCE._replace(hash=GINA, at=later))
    assert sight.person == "guest:k1:1"
    assert sight.visit is not None


def test_a_tap_that_the_plan_grants_asks_for_no_pass(desk: Desk, house: House) -> None:
    assert asked(desk, house, AT_ENTRANCE)[1] == 1


def test_what_explain_sees_is_all_of_it(home: Store, house: House) -> None:
    let(home, booking("k", NOON))
    with book_of(home, SITE) as book:
        assert look(book, house, AT_ENTRANCE).facts.passes == ()
        assert look(book, house, AT_ENTRANCE, thorough=True).facts.passes != ()


# ---- memory (SQLite) ----------------------------------------------------------------------------

sqlite = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@sqlite
def test_passes_and_slots_are_remembered(home: Store, desk: Desk, house: House) -> None:
    let(home, booking("k", NOON))
    seen, first = asked(desk, house)
    again, second = asked(desk, house, AT_SALA._replace(id="m2", at=NOON + 59 * MINUTE))
    assert (first, second) == (6, 1)
    assert (again.facts.passes, again.facts.slots) == (seen.facts.passes, seen.facts.slots)


@sqlite
@pytest.mark.parametrize("minutes", [-200, -60, -1, 59, 60, 65, 119, 120, 400])
def test_what_is_remembered_is_what_would_be_read(
    home: Store, desk: Desk, house: House, minutes: int
) -> None:
    for name, start in (("a", -120), ("k", 0), ("b", 60), ("c", 130), ("d", 200)):
        let(home, booking(name, NOON + start * MINUTE, member="bea" if name == "b" else "anna"))
    asked(desk, house)
    later = AT_SALA._replace(at=NOON + minutes * MINUTE)
    assert asked(desk, house, later)[0].facts == facts(home, house, later)


@sqlite
def test_a_change_by_another_connection_shows_at_once(
    home: Store, desk: Desk, house: House
) -> None:
    row = booking("k", NOON)
    let(home, row)
    assert decide(asked(desk, house)[0].facts, NOON) == Granted(Reason.BOOKING)
    cancel(home, "k")
    sight, _ = asked(desk, house)
    assert (sight.facts.passes, sight.facts.slots) == ((), ())


@sqlite
def test_more_passes_than_are_looked_at_are_read_again(
    home: Store, desk: Desk, house: House
) -> None:
    rows = [booking(f"k{n}", NOON + n * 60 * MINUTE) for n in range(held.MOST + 1)]
    for row in rows:
        let(home, row)
    assert len(asked(desk, house)[0].facts.passes) == held.MOST_OF_ROOM
    end = NOON + (held.MOST * 60 + 30) * MINUTE
    for question in (AT_SALA, AT_ENTRANCE):
        seen = _thorough(desk, house, question)
        assert len(seen.passes) == (held.MOST_OF_ROOM if question is AT_SALA else held.MOST)
        seen = _thorough(desk, house, question._replace(at=end))
        assert [p.ref for p in seen.passes] == [f"k{held.MOST}"]


def test_however_many_are_over_lately_the_one_that_runs_is_seen(home: Store) -> None:
    for number in range(8):
        let(home, booking(f"k{number}", NOON + (number - 6) * 15 * MINUTE, 15))
    with book_of(home, SITE) as book:
        seen = held.passes_of(book, "anna", "sala", NOON, 2 * LATE * 12)
    assert [each.ref for each in seen] == ["k5", "k6", "k7"]


def _thorough(desk: Desk, house: House, question: Question) -> Facts:
    with desk.open() as book:
        return look(book, house, question, thorough=True).facts


def test_many_bookings_elsewhere_hide_none_of_this_room(home: Store, house: House) -> None:
    let(home, booking("week", NOON, 7 * 24 * 60))
    for number in range(held.MOST + 1):
        let(home, booking(f"k{number}", NOON + number * 60 * MINUTE, room="den"))
    assert decide(facts(home, house), NOON) == Granted(Reason.BOOKING)


@sqlite
@pytest.mark.parametrize("question", [AT_SALA, AT_ENTRANCE._replace(hash=GINA)])
def test_nothing_is_read_from_end_to_end(home: Store, house: House, question: Question) -> None:
    row = booking("k", NOON)
    let(home, row, guest_of(row, GINA))
    with book_of(home, SITE) as book:
        plans = _plans(book, house, question)
    assert [step for step in plans if step.startswith(("SCAN", "USE TEMP"))] == []
    assert any("booking_live" in step or "pass_hash" in step for step in plans)


def _plans(book: Book, house: House, question: Question) -> list[str]:
    book.cursor = cursor = Listening(book.cursor)
    look(book, house, question)
    plans: list[str] = []
    for sql, parameters in list(cursor.heard):
        cursor.execute(f"explain query plan {sql}", parameters)
        plans += [str(step[3]) for step in cursor.fetchall()]
    return plans


def test_explain_knows_tomorrow(home: Store, house: House) -> None:
    tomorrow = NOON + timedelta(days=1, hours=3)
    let(home, booking("k", tomorrow))
    told = {
        minutes: explanation(
            home, house, Supposed("sala", "main", tomorrow + minutes * MINUTE, CARD), NOON
        )
        for minutes in (-11, 0, 65)
    }
    assert [each.reason for each in told.values()] == [
        Reason.TOO_EARLY, Reason.BOOKING, Reason.NO_BOOKING
    ]  # fmt: skip
    assert told[-11].message == "Ancora un po' di pazienza: apre alle 15:50"
    rules = {each.rule: each for each in told[0].rules}
    assert rules["right: booking"].passed
    assert rules["right: booking"].detail == "prenotazione del membro in corso"
