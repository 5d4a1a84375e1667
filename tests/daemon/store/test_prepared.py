"""Many rows at once: each as if it had been written alone, on either database."""

from sqlalchemy import select

from daemon.store import owed, visits
from daemon.store.book import Book, book_of
from daemon.store.engine import Store
from daemon.store.prepared import Statement
from daemon.store.tables import AnswerRow, GrantRow, KnownRow
from devices.clock import micros, moment
from tests.daemon.store.building import MINUTE, NOON, SITE


def answer(number: int, **said: object) -> dict[str, object]:
    row: dict[str, object] = {
        "door": "entrance",
        "id": f"m{number}",
        "hash": bytes(range(256)),
        "seq": 2**53 + number,
        "received_at": micros(NOON),
        "feedback": '{"text":"Ciao \\"Zoë\\" \\\\ 🚪"}',
        "unlock": True,
        "packet": None,
    }
    return row | said


def late(book: Book, statement: Statement, *rows: dict[str, object]) -> None:
    for row in rows:
        book.later(1, statement, row)


def test_every_kind_of_value_comes_back_as_it_was(store: Store) -> None:
    with book_of(store, SITE) as book:
        late(book, owed.answer, answer(1), answer(2, feedback=None, unlock=False, packet=7))
    with store.reading() as session:
        first, second = session.scalars(select(AnswerRow).order_by(AnswerRow.id))
        assert (first.hash, first.seq, first.feedback) == (
            bytes(range(256)),
            2**53 + 1,
            '{"text":"Ciao \\"Zoë\\" \\\\ 🚪"}',
        )
        assert (first.unlock, first.packet) == (True, None)
        assert (second.feedback, second.unlock, second.packet) == (None, False, 7)


def test_of_rows_with_one_key_each_meets_the_one_before(store: Store) -> None:
    minutes = {"anna": (3, 1, 5, 4), "bea": (2,)}
    with book_of(store, SITE) as book:
        for member, each in minutes.items():
            for minute in each:
                visits.note_known(book, member, NOON + minute * MINUTE)
        late(book, owed.answer_anew, *(answer(1, seq=seq) for seq in (4, 9, 6)), answer(2, seq=5))
        place: dict[str, object] = {"badge": "b", "door": "d", "reader": "r"}
        late(book, owed.grant, *({**place, "at": minute} for minute in (8, 3)))
    with store.reading() as session:
        known = session.scalars(select(KnownRow))
        assert {row.member: moment(row.until) for row in known} == {
            member: NOON + max(each) * MINUTE for member, each in minutes.items()
        }
        answered = session.scalars(select(AnswerRow))
        assert {row.id: row.seq for row in answered} == {"m1": 6, "m2": 5}
        assert [row.at for row in session.scalars(select(GrantRow))] == [3]
