"""Uses of a pass: one at a time, never below none, whoever else is at it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import insert

from daemon.access.facts import Pass, PassKind
from daemon.store.book import book_of
from daemon.store.desk import Desk
from daemon.store.engine import Store
from daemon.store.pass_uses import use
from daemon.store.tables import PassRow
from devices.clock import micros
from tests.daemon.store.building import NOON, SITE
from tests.daemon.store.reception import passes_in

HOUR = timedelta(hours=1)
TAPS = 12


def issue(store: Store, uses: int | None, place: int = 0) -> Pass:
    """Write a pass; return it as a tap sees it."""
    row = {
        "site": SITE,
        "kind": "visitor",
        "ref": "v1",
        "place": place,
        "starts": micros(NOON),
        "ends": micros(NOON + HOUR),
        "uses": uses,
    }
    with store.writing() as session:
        session.execute(insert(PassRow), [row])
    return Pass(PassKind.VISITOR, "v1", NOON, NOON + HOUR, uses=uses, place=place)


def test_a_use_is_gone_for_the_next_tap_of_the_same_book(store: Store) -> None:
    held, other = issue(store, 2), issue(store, 2, place=1)
    with book_of(store, SITE) as book:
        assert [use(book, held) for _ in range(3)] == [True, True, False]
        assert use(book, other)
    assert [each.uses for each in passes_in(store)] == [0, 1]


def test_a_pass_for_any_number_of_times_is_not_counted(store: Store) -> None:
    held = issue(store, None)
    with book_of(store, SITE) as book:
        assert all(use(book, held) for _ in range(3))
    assert [each.uses for each in passes_in(store)] == [None]


def test_a_book_that_was_not_closed_used_nothing(store: Store) -> None:
    held = issue(store, 1)
    with suppress(ZeroDivisionError), book_of(store, SITE) as book:
        use(book, held)
        raise ZeroDivisionError
    assert [each.uses for each in passes_in(store)] == [1]


@pytest.mark.parametrize("uses", [0, 1, 5])
def test_two_doormen_together_grant_as_often_as_there_are_uses(store: Store, uses: int) -> None:
    held = issue(store, uses)

    def taps() -> int:
        desk = Desk(store.engine, SITE)
        desk.be_patient(10)
        granted = 0
        for _ in range(TAPS):
            with desk.open() as book:
                granted += use(book, held)
        desk.close()
        return granted

    with ThreadPoolExecutor(2) as doormen:
        both = [doormen.submit(taps) for _ in range(2)]
        assert sum(each.result() for each in both) == uses
    assert [each.uses for each in passes_in(store)] == [0]
