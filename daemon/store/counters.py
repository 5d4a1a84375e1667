"""How far a card's own counter has come: every address that it signs is good once.

Kept by the keyed hash of the card's number, so that it neither dies with a badge that is taken off
nor tells a number.
"""

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import Executable

from daemon.store.book import Book
from daemon.store.prepared import insert_for
from daemon.store.tables import CounterRow


def _raise(dialect: Dialect) -> Executable:
    made = insert_for(dialect)(CounterRow).values(
        site=bindparam("site"), hash=bindparam("hash"), counter=bindparam("counter")
    )
    return made.on_conflict_do_update(
        index_elements=["site", "hash"],
        set_={"counter": made.excluded.counter},
        where=CounterRow.counter < made.excluded.counter,
    ).returning(CounterRow.counter)


_COUNTER = select(CounterRow.counter).where(
    CounterRow.site == bindparam("site"), CounterRow.hash == bindparam("hash")
)


def rise(book: Book, card: bytes, counter: int) -> bool:
    """Take note of a counter; False if it is not above every one before.

    One statement, so of two doormen who see the same counter one is told yes. Written at once.
    """
    return bool(book.all(_raise, hash=card, counter=counter))


def known(book: Book, card: bytes) -> int | None:
    """Return the last counter of a card, None if it never showed one."""
    row = book.one(_COUNTER, hash=card)
    return None if row is None else int(row[0])
