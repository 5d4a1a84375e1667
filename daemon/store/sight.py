"""What is seen of a tap: everything the decision and its answer may know, read in one go.

Costs a handful of index look-ups whatever the tables hold, one for a badge that is remembered
(`memory.py`). More are made only where they can matter: who is in a room that refuses when full,
late refusals for an unknown badge and what it may be lent for; passes and slots at a bookable room,
and elsewhere passes for whom neither plan nor staff's right lets in.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import NamedTuple

from sqlalchemy import bindparam, select

from daemon.access.facts import Building, Facts, Hold, Message, PassKind
from daemon.access.rules.plan import judge
from daemon.access.verdict import Granted
from daemon.house import House
from daemon.presence import Visit
from daemon.store import aliases, arrivals, crowd, guard, held, purse
from daemon.store.book import Book
from daemon.store.guard import Kept
from daemon.store.held import Card
from daemon.store.memory import Answer, Memory, Person, Whereabouts
from daemon.store.prepared import Row
from daemon.store.seen import (
    ANSWERED,
    SEEN,
    SEEN_AND_REPEAT,
    answer_in,
    answered,
    granted_in,
    hold_in,
    owed_answer,
    owed_grant,
    person_in,
    whereabouts_in,
)
from daemon.store.tables import RefusalRow
from devices.clock import micros, moment

THROTTLE_MEMORY = timedelta(seconds=90)


class Sight(NamedTuple):
    """What is seen of one tap. `moved`: the last moment anything is known of the person.

    `person`: whom presence knows them as, the member's id or the key of a lent card's bearer.
    `card`: the card's hash, where the question had that of a text. `alike`: how many cards the text
    may be of, if several.
    `pin`: theirs, where the door asks for one.
    """

    facts: Facts
    answer: Answer | None
    name: str | None
    language: str | None
    visit: Visit | None
    moved: datetime | None
    person: str | None = None
    card: bytes | None = None
    alike: int = 0
    pin: Kept | None = None


_REFUSALS = (
    select(RefusalRow.at)
    .where(
        RefusalRow.site == bindparam("site"),
        RefusalRow.door == bindparam("door"),
        RefusalRow.reader == bindparam("reader"),
        RefusalRow.at > bindparam("since"),
        RefusalRow.at <= bindparam("at"),
    )
    .order_by(RefusalRow.at)
)


def _no_texts() -> Sequence[bytes]:
    return ()


class Question(NamedTuple):
    """What is looked up: a badge hash at a reader of a door, at a moment, under a message id.

    `alias`: the hash is that of a text which may be of several cards. `texts`: the hashes of all
    texts of a whole number, asked for if that is nobody's.
    """

    door: str
    reader: str
    hash: bytes
    id: str
    at: datetime
    late: bool = False
    alias: bool = False
    texts: Callable[[], Sequence[bytes]] = _no_texts


class _Known(NamedTuple):
    """The parts a sight is made of, read now or remembered."""

    answer: Answer | None
    person: Person | None
    hold: tuple[Hold, datetime | None]
    whereabouts: Whereabouts
    granted: datetime | None


def look(book: Book, house: House, question: Question, *, thorough: bool = False) -> Sight:
    """Return what is known at the moment of the question, as the open book has it.

    `thorough`: passes are read also where they cannot change the decision.
    """
    if question.alias:
        return _look_by_text(book, house, question, thorough=thorough)
    sight = _look(book, house, question, thorough=thorough)
    if sight.facts.badge is None:
        card = aliases.known_by_less(book, question.texts())
        if card is not None:
            known = _look(book, house, question._replace(hash=card), thorough=thorough)
            return known._replace(card=card)
    return sight


def _look_by_text(book: Book, house: House, question: Question, *, thorough: bool) -> Sight:
    meant = aliases.meant(book, question.hash)
    if meant.card is not None:
        question = question._replace(hash=meant.card)
    sight = _look(book, house, question, thorough=thorough)
    return sight._replace(card=meant.card, alike=meant.alike if meant.card is None else 0)


def _look(book: Book, house: House, question: Question, *, thorough: bool) -> Sight:
    known = _remembered(book, house, question) or _read(book, house, question)
    person = known.person
    member = None if person is None else person.member
    if member is not None and member.plan is not None and member.plan.entries_per_month is not None:
        member = purse.counted(book, house, member, question.at)
    card = None if person is not None else _card(book, house, question)
    who = member.id if member is not None else None if card is None else card.person
    facts = Facts(
        crowd.filled(
            book, house, house.doors[question.door].places[question.reader], who, question.at
        ),
        house.calendar,
        _message(house, question, known.granted if card is None else card.granted),
        _building(book, known.hold),
        person.badge if person is not None else None if card is None else card.badge,
        member,
        () if person is not None or card is not None else _refusals(book, question),
        () if card is None else card.passes,
    )
    facts = _with_bookings(book, facts, question.at, thorough=thorough)
    if any(each.kind is PassKind.VISITOR for each in facts.passes):
        facts = _with_hosts(book, house, facts, question.at)
    visit, moved = known.whereabouts if card is None else (card.visit, card.moved)
    pin = None
    if facts.place.asks_more:
        facts, pin = guard.guarded(book, house, facts, question.at, (who, visit))
    if person is not None:
        name, language = person.name, person.language
    else:
        name, language = None if card is None else card.name, None
    return Sight(facts, known.answer, name, language, visit, moved, who, pin=pin)


def _card(book: Book, house: House, question: Question) -> Card | None:
    place = house.doors[question.door].places[question.reader]
    found = held.card(book, question.hash, question.at, place.late)
    if found is None or not house.repeat:
        return found
    at = held.granted_last(book, found.badge.id, question.door, question.reader)
    return found._replace(granted=at)


def _with_bookings(book: Book, facts: Facts, at: datetime, *, thorough: bool) -> Facts:
    """Return the facts with passes and slots, where they can matter."""
    member, place = facts.member, facts.place
    if facts.badge is None or not (place.bookable or thorough or _needs_pass(facts, at)):
        return facts
    passes = facts.passes
    if member is not None:
        room = place.room if place.bookable else None
        passes = held.passes_of(book, member.id, room, at, place.late)
    slots = held.slots_around(book, place.room, at) if place.bookable else ()
    mine = next((p for p in passes if p.room == place.room and at < p.start), None)
    before = None
    if slots and mine is not None and slots[-1].start < mine.start:
        before = held.slot_before(book, place.room, mine.start)
    return replace(facts, passes=passes, slots=slots, before=before)


def _with_hosts(book: Book, house: House, facts: Facts, at: datetime) -> Facts:
    """Return the facts with a word for every visit that runs: is the host in, if that matters."""
    return replace(
        facts,
        passes=tuple(
            replace(each, host_is_in=arrivals.host_is_in(book, house, each, at))
            if each.kind is PassKind.VISITOR and each.start <= at < each.end
            else each
            for each in facts.passes
        ),
    )


def _needs_pass(facts: Facts, at: datetime) -> bool:
    member = facts.member
    return member is not None and not member.staff and not isinstance(judge(facts, at), Granted)


class _Not(Enum):
    """Nobody has looked."""

    FORESEEN = auto()


_NOT = _Not.FORESEEN


def _remembered(book: Book, house: House, question: Question) -> _Known | None:
    """Return what the book's memory has of this badge at this door, None if anything is missing."""
    memory = book.memory
    if memory is None:
        return None
    message = (question.door, question.id)
    foreseen = memory.foreseen.pop(message, _NOT)
    person = memory.people.get(question.hash)
    if person is None or person.member is None:
        return None
    place = (person.badge.id, question.door, question.reader)
    whereabouts = memory.whereabouts.get(person.member.id)
    hold = memory.holds.get(question.door)
    if whereabouts is None or hold is None or (house.repeat and place not in memory.grants):
        return None
    # What was put off about them is written first: a visit is to be there before it ends.
    book.about(message, question.hash, person.member.id)
    answer = foreseen
    if isinstance(answer, _Not):
        answer = answered(book.one(ANSWERED, door=question.door, id=question.id))
    return _Known(answer, person, hold, whereabouts, memory.grants.get(place))


def _read(book: Book, house: House, question: Question) -> _Known:
    book.about(question.hash, (question.door, question.id))
    row = _row(book, house, question)
    if row[10] is not None:
        if book.is_told(row[10]):  # another badge of the same member
            book.catch_up()
            row = _row(book, house, question)
        book.about(row[10])
    granted = granted_in(row) if house.repeat else None
    known = _Known(answer_in(row), person_in(row), hold_in(row), whereabouts_in(row), granted)
    if book.head.owed is not None:  # only a book that is read
        known = _with_owed(book.head.owed, question, known)
    if book.memory is not None:
        _remember(book.memory, question, known)
    return known


def _with_owed(text: str, question: Question, known: _Known) -> _Known:
    """Return what is known with what the last entry still owes."""
    granted = None
    if known.person is not None:
        granted = owed_grant(text, known.person.badge.id, question.door, question.reader)
    return known._replace(
        answer=owed_answer(text, question.door, question.id) or known.answer,
        granted=granted or known.granted,
    )


def _remember(memory: Memory, question: Question, known: _Known) -> None:
    memory.holds[question.door] = known.hold
    person = known.person
    if person is None or person.member is None:
        return
    memory.people[question.hash] = person
    memory.whereabouts[person.member.id] = known.whereabouts
    memory.grants[person.badge.id, question.door, question.reader] = known.granted


def _row(book: Book, house: House, question: Question) -> Row:
    row = book.one(
        SEEN_AND_REPEAT if house.repeat else SEEN,
        door=question.door,
        id=question.id,
        hash=question.hash,
        reader=question.reader,
    )
    assert row is not None  # noqa: S101 - the book found its site row already
    return row


_QUIET = Building()
_PLAIN = Message()


def _building(book: Book, hold: tuple[Hold, datetime | None]) -> Building:
    orders = book.orders
    if hold[0] is Hold.NORMAL and not orders.lockdown and not orders.fire:
        return _QUIET
    return Building(orders.fire, orders.lockdown, *hold)


def _message(house: House, question: Question, granted: datetime | None) -> Message:
    if question.late:
        return Message(late=True)
    if granted is not None and granted <= question.at < granted + house.repeat:
        return Message(repeat_of=granted)
    return _PLAIN


def _refusals(book: Book, question: Question) -> tuple[datetime, ...]:
    rows = book.all(
        _REFUSALS,
        door=question.door,
        reader=question.reader,
        since=micros(question.at - THROTTLE_MEMORY),
        at=micros(question.at),
    )
    return tuple(moment(row[0]) for row in rows)
