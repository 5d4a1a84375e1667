"""A visitor at the door: the host who must be in, and who is told the first time."""

from dataclasses import replace

import pytest

from daemon.access.facts import Pass, PassKind
from daemon.house import House
from daemon.presence import Move, Movement
from daemon.store.arrivals import arrive, host_is_in
from daemon.store.asker import STAFF, Asker
from daemon.store.book import book_of
from daemon.store.engine import Store
from daemon.store.entries import entries
from daemon.store.journal import Entry, Kind, append
from daemon.store.visitor_forms import NewVisitor
from daemon.store.visitor_views import visitor_of
from daemon.store.visitors import add_visitor
from daemon.store.visits import known_of, move
from tests.daemon.store.building import HOUR, MINUTE, NOON, SITE
from tests.daemon.store.reception import act, people, reception


@pytest.fixture
def visit(store: Store) -> Pass:
    people(store)
    return announced(store, while_host_in=True)


def announced(store: Store, *, while_host_in: bool) -> Pass:
    said = {"name": "Vera", "until": "2026-11-09", "while_host_in": while_host_in}
    form = NewVisitor.model_validate(said)
    made = add_visitor(act(store), Asker("anna"), form, reception())
    return Pass(PassKind.VISITOR, made.id, made.since, made.until, host="anna")


def moves(store: Store, house: House, who: str, what: Move, minutes: int) -> None:
    at = NOON + minutes * MINUTE
    with book_of(store, SITE) as book:
        movement = Movement(at, book.head.seq + 1, who, what, "open-space")
        move(book, house, movement, known_of(book, who), at)
        append(book, Entry(Kind.TAP, at, at, member=who, granted=True, reason="plan"))


def is_in(store: Store, house: House, visit: Pass, minutes: int = 60) -> bool | None:
    with book_of(store, SITE) as book:
        return host_is_in(book, house, visit, NOON + minutes * MINUTE)


def test_the_host_is_in_from_coming_until_going(store: Store, house: House, visit: Pass) -> None:
    assert is_in(store, house, visit) is False
    moves(store, house, "bruno", Move.ENTRY, 1)
    assert is_in(store, house, visit) is False
    moves(store, house, "anna", Move.ENTRY, 2)
    assert is_in(store, house, visit) is True
    moves(store, house, "anna", Move.EXIT, 3)
    assert is_in(store, house, visit) is False


def test_a_host_who_came_in_the_same_book_is_in(store: Store, house: House, visit: Pass) -> None:
    with book_of(store, SITE) as book:
        movement = Movement(NOON, book.head.seq + 1, "anna", Move.ENTRY, "open-space")
        move(book, house, movement, known_of(book, "anna"), NOON)
        assert host_is_in(book, house, visit, NOON)


def test_a_host_who_forgot_to_go_is_not_in_the_next_day(
    store: Store, house: House, visit: Pass
) -> None:
    moves(store, house, "anna", Move.ENTRY, 1)
    with book_of(store, SITE) as book:
        assert host_is_in(book, house, visit, NOON + 24 * HOUR) is False


def test_a_visit_that_depends_on_nobody_is_not_asked_about(store: Store, house: House) -> None:
    people(store)
    visit = announced(store, while_host_in=False)
    assert is_in(store, house, visit) is None
    assert is_in(store, house, replace(visit, ref="none-such")) is None


def test_the_host_is_told_once_and_the_first_time_stays(store: Store, visit: Pass) -> None:
    with book_of(store, SITE) as book:
        assert arrive(book, visit, "entrance", NOON, NOON + MINUTE)
        assert not arrive(book, visit, "entrance", NOON + MINUTE, NOON + MINUTE)
    with book_of(store, SITE) as book:
        assert not arrive(book, visit, "lab", NOON + HOUR, NOON + HOUR)
    with store.reading() as session:
        assert visitor_of(session, SITE, visit.ref, STAFF).arrived == NOON
        told = [e for e in entries(session, SITE, 0, 100) if e["reason"] == "visitor-arrived"]
    [entry] = told
    assert (entry["kind"], entry["member"], entry["door"]) == ("system", "anna", "entrance")
    assert (entry["at"], entry["received_at"]) == ("2026-11-03T12:00:00Z", "2026-11-03T12:01:00Z")
    assert entry["detail"] == {"visitor": visit.ref}
