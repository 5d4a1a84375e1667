from datetime import timedelta

import pytest
from sqlalchemy import func, select

from daemon.house import House
from daemon.store import answers
from daemon.store.book import Book, book_of, reading_book
from daemon.store.desk import Desk
from daemon.store.engine import Store
from daemon.store.memory import Answer
from daemon.store.sight import Question, look
from daemon.store.tables import AnswerRow, Base, EntryRow, GrantRow, RefusalRow
from tests.daemon.store.building import HOUR, MINUTE, NOON, SECOND, SITE

DAY = timedelta(hours=24)
PLACE = ("entrance", "outside")


def remember(book: Book, number: int = 1, **said: object) -> None:
    """Keep an answer to message `m1` at the entrance."""
    values: dict[str, object] = {
        "door": "entrance",
        "id": "m1",
        "hash": b"h",
        "seq": number,
        "received": NOON,
        "feedback": '{"granted":true}',
        "unlock": True,
    }
    answers.remember(book, **values | said)  # type: ignore[arg-type]  # its own keywords


def answered(
    store: Store, house: House, message: str = "m1", door: str = "entrance"
) -> Answer | None:
    reader = next(iter(house.doors[door].places))
    with book_of(store, SITE) as book:
        return look(book, house, Question(door, reader, b"h", message, NOON)).answer


def counted(store: Store, table: type[Base]) -> int | None:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_the_same_message_finds_the_answer_it_had(store: Store, house: House) -> None:
    with book_of(store, SITE) as book:
        remember(book)
    assert answered(store, house) == Answer(b"h", 1, NOON, '{"granted":true}', unlock=True)


def test_what_is_owed_is_found_by_who_reads_and_written_by_who_writes(
    store: Store, house: House
) -> None:
    desk = Desk(store.engine, SITE)
    with desk.open() as book:
        remember(book)
        book.put_off()
        book.head.moved = True
    desk.close()
    owed = Answer(b"h", 1, NOON, '{"granted":true}', unlock=True)
    with reading_book(store, SITE) as book:
        assert look(book, house, Question("entrance", "outside", b"h", "m1", NOON)).answer == owed
        assert answers.is_known(book, "entrance", "m1", NOON)
    assert counted(store, AnswerRow) == 0
    assert answered(store, house) == owed
    assert counted(store, AnswerRow) == 1


def test_an_id_is_unique_at_its_own_door_only(store: Store, house: House) -> None:
    with book_of(store, SITE) as book:
        remember(book)
        remember(book, 2, door="lab", feedback=None, unlock=False)
    assert answered(store, house, "m2") is None
    assert answered(store, house, "m1", "lab") == Answer(b"h", 2, NOON, None, unlock=False)


def test_an_answer_is_seen_in_the_book_it_was_given_in(store: Store, house: House) -> None:
    question = Question("entrance", "outside", b"h", "m1", NOON)
    with book_of(store, SITE) as book:
        assert look(book, house, question).answer is None
        remember(book)
        assert look(book, house, question).answer is not None
        assert answers.is_known(book, "entrance", "m1", NOON)


def test_nothing_is_answered_twice_unless_the_day_is_over(store: Store, house: House) -> None:
    with book_of(store, SITE) as book:
        remember(book)
    with pytest.raises(Exception) as broken:  # noqa: PT011 - each driver has its own
        _remember_again(store)
    assert "unique" in str(broken.value).lower()
    with book_of(store, SITE) as book:
        remember(book, 5, received=NOON + DAY, anew=True)
    assert answered(store, house) == Answer(b"h", 5, NOON + DAY, '{"granted":true}', unlock=True)


def _remember_again(store: Store) -> None:
    with book_of(store, SITE) as book:
        remember(book, 2)


@pytest.mark.parametrize(
    ("after", "known"), [(timedelta(0), True), (DAY - SECOND, True), (DAY, False)]
)
def test_a_message_is_known_for_a_day(store: Store, after: timedelta, known: bool) -> None:  # noqa: FBT001 - drawn
    with book_of(store, SITE) as book:
        assert not answers.is_known(book, "entrance", "m1", NOON)
        remember(book)
        assert answers.is_known(book, "entrance", "m1", NOON + after) is known
        assert not answers.is_known(book, "lab", "m1", NOON + after)


def test_an_entry_is_used_once_a_day(store: Store) -> None:
    for day in ("2026-11-03", "2026-11-03", "2026-11-04"):
        with book_of(store, SITE) as book:
            answers.note_entry(book, "anna", day)
    assert counted(store, EntryRow) == 2


def test_the_last_grant_counts_and_two_refusals_at_one_instant_are_one(store: Store) -> None:
    for at in (NOON, NOON + SECOND, NOON + SECOND):
        with book_of(store, SITE) as book:
            answers.note_grant(book, "b1", PLACE, at)
            answers.note_refusal(book, PLACE, at)
    assert (counted(store, GrantRow), counted(store, RefusalRow)) == (1, 2)


@pytest.mark.parametrize(
    ("later", "left"),
    [
        (MINUTE, (1, 1, 1)),
        (3 * MINUTE, (1, 1, 0)),
        (2 * HOUR, (1, 0, 0)),
        (DAY, (1, 0, 0)),
        (DAY + SECOND, (0, 0, 0)),
    ],
)
def test_what_no_tap_can_need_any_more_is_dropped(
    store: Store, later: timedelta, left: tuple[int, int, int]
) -> None:
    with book_of(store, SITE) as book:
        remember(book)
        answers.note_grant(book, "b1", PLACE, NOON)
        answers.note_refusal(book, PLACE, NOON)
    with book_of(store, SITE) as book:
        answers.forget_old(book, NOON + later)
    assert tuple(counted(store, table) for table in (AnswerRow, GrantRow, RefusalRow)) == left
