"""A card's counter only ever rises, whoever else looks at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest
from sqlalchemy import select

from daemon.store.book import book_of
from daemon.store.counters import _raise, known, rise
from daemon.store.desk import Desk
from daemon.store.engine import Store
from daemon.store.tables import CounterRow
from tests.daemon.store.building import SITE

CARD, OTHER = b"\x01" * 32, b"\x02" * 32
ROUNDS = 25


def test_only_a_higher_counter_counts(store: Store) -> None:
    with book_of(store, SITE) as book:
        assert known(book, CARD) is None
        seen = [rise(book, CARD, counter) for counter in (0, 0, 5, 4, 5, 6)]
        assert seen == [True, False, True, False, False, True]
        assert known(book, CARD) == 6


def test_every_card_has_its_own(store: Store) -> None:
    with book_of(store, SITE) as book:
        assert rise(book, CARD, 9)
        assert rise(book, OTHER, 1)


def test_it_is_there_after_a_restart(store: Store) -> None:
    with book_of(store, SITE) as book:
        rise(book, CARD, 0xFFFFFF)
    with book_of(store, SITE) as book:
        assert not rise(book, CARD, 0xFFFFFF)


def test_a_book_that_was_not_closed_counted_nothing(store: Store) -> None:
    with suppress(ZeroDivisionError), book_of(store, SITE) as book:
        rise(book, CARD, 3)
        raise ZeroDivisionError
    with book_of(store, SITE) as book:
        assert rise(book, CARD, 3)


def test_of_two_doormen_with_the_same_counter_one_is_told_yes(store: Store) -> None:
    together = Barrier(2)

    def taps() -> list[bool]:
        desk = Desk(store.engine, SITE)
        desk.be_patient(30)
        won = []
        for counter in range(ROUNDS):
            together.wait(60)
            with desk.open() as book:
                won.append(rise(book, CARD, counter))
        desk.close()
        return won

    with ThreadPoolExecutor(2) as doormen:
        one, other = (each.result() for each in [doormen.submit(taps) for _ in range(2)])
    assert [a + b for a, b in zip(one, other, strict=True)] == [1] * ROUNDS


@pytest.mark.parametrize(
    "store", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
def test_the_statement_alone_lets_one_win(store: Store) -> None:
    """Without the site's row to wait for; SQLite has one writer at a time anyway."""
    together = Barrier(2)
    statement = _raise(store.engine.dialect)

    def taps(counter: int) -> int:
        with store.engine.begin() as connection:
            together.wait(60)
            values = {"site": SITE, "hash": CARD, "counter": counter}
            return len(connection.execute(statement, values).all())

    for counter in range(ROUNDS):
        with ThreadPoolExecutor(2) as doormen:
            won = [each.result() for each in [doormen.submit(taps, counter) for _ in range(2)]]
        assert sum(won) == 1
    with store.reading() as session:
        assert session.scalar(select(CounterRow.counter)) == ROUNDS - 1
