"""Many taps looked at together: no further statement, and nothing is believed for too long."""

from collections.abc import Iterator

import pytest
from psycopg.errors import IntegrityError

from daemon.house import House
from daemon.store import answers
from daemon.store.book import Book, book_of, reading_book
from daemon.store.desk import Desk
from daemon.store.engine import Store
from daemon.store.foresight import asked_of, foresee
from daemon.store.sight import Question, look
from tests.daemon.store.building import NOON, SITE, badge, member, plan
from tests.daemon.store.listening import Listening

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.parametrize(
        "store", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
    ),
]
NAMES = ("anna", "bea", "carla")


def asked(name: str, message: str, door: str = "entrance", reader: str = "outside") -> Question:
    return Question(door, reader, name.encode(), message, NOON)


@pytest.fixture
def home(store: Store) -> Store:
    """Return the store once three have joined."""
    with store.writing() as session:
        session.add(plan("full"))
        session.add_all(member(name) for name in NAMES)
        session.flush()
        session.add_all(badge(name.encode(), name, id=name) for name in NAMES)
    return store


def answer(book: Book, message: str) -> None:
    answers.remember(
        book, door="entrance", id=message, hash=b"anna", seq=7,
        received=NOON, feedback="{}", unlock=True, packet=3,
    )  # fmt: skip


def test_what_was_foreseen_costs_nothing_more(home: Store, house: House) -> None:
    questions = [asked(name, f"m{number}") for number, name in enumerate(NAMES)]
    with book_of(home, SITE) as book:
        plain = [look(book, house, each) for each in questions]
        book.cursor = cursor = Listening(book.cursor)
        foresee(book, questions)
        assert len(cursor.heard) == 4
        assert [look(book, house, each) for each in questions] == plain
        assert len(cursor.heard) == 4


def test_an_answer_and_a_grant_are_foreseen(home: Store, house: House) -> None:
    question = asked("anna", "m1")
    with book_of(home, SITE) as book:
        answer(book, "m1")
        answers.note_grant(book, "anna", ("entrance", "outside"), NOON)
    with book_of(home, SITE) as book:
        foresee(book, [question, asked("bea", "m1", "lab", "main")])
        sight = look(book, house, question)
        other = look(book, house, asked("bea", "m1", "lab", "main"))
    assert sight.answer is not None
    assert (sight.answer.seq, sight.answer.packet) == (7, 3)
    assert sight.facts.message.repeat_of == NOON
    assert (other.answer, other.facts.message.repeat_of) == (None, None)


def test_the_same_message_twice_finds_its_answer_the_second_time(home: Store, house: House) -> None:
    questions = [asked("anna", "m1"), asked("bea", "m1")]
    with book_of(home, SITE) as book:
        foresee(book, questions)
        assert look(book, house, questions[0]).answer is None
        answer(book, "m1")
        found = look(book, house, questions[1]).answer
    assert found is not None
    assert found.hash == b"anna"


def test_a_stranger_is_looked_at_when_the_turn_comes(home: Store, house: House) -> None:
    questions = [asked("nobody", "m1"), asked("anna", "m1")]
    with book_of(home, SITE) as book:
        foresee(book, questions)
        assert look(book, house, questions[0]).facts.badge is None
        answer(book, "m1")
        assert look(book, house, questions[1]).answer is not None


@pytest.fixture
def desk(home: Store) -> Iterator[Desk]:
    """Return a doorman's desk in the house where three have joined."""
    made = Desk(home.engine, SITE)
    yield made
    made.close()


def heard(book: Book) -> Listening:
    """Return the cursor that the book asks from now on."""
    book.cursor = cursor = Listening(book.cursor)
    return cursor


def test_what_is_asked_ahead_comes_with_the_sites_row(desk: Desk, house: House) -> None:
    questions = [asked(name, f"m{number}") for number, name in enumerate(NAMES)]
    with desk.open() as book:
        plain = [look(book, house, each) for each in questions]
    with desk.open(ahead=asked_of(questions)) as book:
        cursor = heard(book)
        foresee(book, questions)
        assert [look(book, house, each) for each in questions] == plain
        assert not cursor.heard
        foresee(book, questions)
        assert len(cursor.heard) == 4, "it was good once"


def test_what_was_asked_ahead_of_others_is_no_answer(desk: Desk, house: House) -> None:
    with desk.open(ahead=asked_of([asked("bea", "m1")])) as book:
        foresee(book, [asked("anna", "m2")])
        assert look(book, house, asked("anna", "m2")).name == "Anna"


def test_what_was_owed_is_seen_though_it_was_asked_for_ahead(desk: Desk, house: House) -> None:
    question = asked("anna", "m1")
    with desk.open() as book:
        answer(book, "m1")
        book.put_off()
        book.head.moved = True
    with desk.open(ahead=asked_of([question])) as book:
        foresee(book, [question])
        found = look(book, house, question).answer
    assert found is not None
    assert found.seq == 7


def refuse_and_answer(book: Book, message: str) -> None:
    answers.note_refusal(book, ("entrance", "outside"), NOON)
    answer(book, message)


def test_a_book_that_fails_leaves_nothing_and_the_desk_usable(
    desk: Desk, home: Store, house: House
) -> None:
    with desk.open() as book:
        answer(book, "m1")
    with pytest.raises(IntegrityError), desk.open() as book:
        refuse_and_answer(book, "m1")
    with reading_book(home, SITE) as book:
        assert look(book, house, asked("nobody", "m2")).facts.refusals == ()
    with desk.open() as book:
        assert answers.is_known(book, "entrance", "m1", NOON)
