from datetime import timedelta

from daemon.door import Grant
from daemon.presence import Move, Movement
from daemon.store import pendings
from daemon.store.book import book_of
from daemon.store.engine import Store
from tests.daemon.store.building import NOON, SECOND, SITE

UNLOCK = timedelta(seconds=5)
ANNA = Movement(NOON, 7, "anna", Move.ENTRY, "open-space")
BEA = Movement(NOON + SECOND, 8, "bea", Move.ROOM, "lab")


def test_a_grant_waits_over_a_restart_until_somebody_walked_through(store: Store) -> None:
    with book_of(store, SITE) as book:
        pendings.add(book, "entrance", ANNA, UNLOCK)
        pendings.add(book, "lab", BEA, UNLOCK)
    with book_of(store, SITE) as book:
        until = NOON + UNLOCK + pendings.TRAVEL
        assert sorted(pendings.waiting(book)) == [
            ("entrance", Grant(7, NOON, until)),
            ("lab", Grant(8, NOON + SECOND, until + SECOND)),
        ]
        assert pendings.take(book, 7) == ANNA
    with book_of(store, SITE) as book:
        assert [door for door, _ in pendings.waiting(book)] == ["lab"]


def test_it_is_taken_once(store: Store) -> None:
    with book_of(store, SITE) as book:
        pendings.add(book, "entrance", ANNA, UNLOCK)
        assert pendings.take(book, 7) == ANNA
        assert pendings.take(book, 7) is None
        assert pendings.take(book, 99) is None
        assert list(pendings.waiting(book)) == []
