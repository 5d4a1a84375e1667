"""A tap becomes a deed: seen, decided, written down. Nothing is sent from here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import NamedTuple

from daemon import enrolling, guarding, pins, proofs, tolls
from daemon.access.decide import decide
from daemon.access.facts import Building, Facts, Message, Role, Shown
from daemon.access.purse import Toll, due
from daemon.access.verdict import BADGE_STEP, Granted, Reason, Refused, Verdict
from daemon.access.words import IS_ENROLLED, Text
from daemon.arrivals import note_arrival, note_visitor, pass_said
from daemon.feedback import Said, feedback
from daemon.house import House
from daemon.identity import Identity, identity_of
from daemon.presence import Move, Movement, Presence
from daemon.proofs import NOBODY, NOTHING, Exhibit, Expert
from daemon.store import answers, counters, journal, pendings, visits
from daemon.store.book import Book
from daemon.store.journal import Entry, Kind
from daemon.store.memory import Answer
from daemon.store.sight import Question, Sight, look
from daemon.troubles import take_trouble
from devices.contract import Action, Command, Feedback, Receipt, Signal, Tap, Trouble

COMMAND_LIFE = timedelta(seconds=5)
"""How long an unlock may be on its way; a lock obeys nothing later."""
_MOVES = {role: Move(role.value) for role in Role}


class Deed(NamedTuple):
    """What is to be done once the book is closed. `seq` is the entry that says so.

    `waits`: presence hangs on the door being used. `again`: an answer given before. `handed_again`:
    to the very message that the broker had handed over then and never got acknowledged.
    """

    receipt: Receipt | None
    seq: int = 0
    command: Command | None = None
    feedback: Feedback | None = None
    waits: bool = False
    again: bool = False
    handed_again: bool = False


@dataclass(frozen=True, slots=True)
class Doorstep:
    """What does not change from tap to tap: the house, the key of the badge hashes, the expert.

    `seen` is told of every badge that was looked up, `counted` of every card's counter, and of the
    message that it came in; `judged` of every tap and what it was answered. `flooded` tells of an
    unknown badge at a resting reader whether it is only to be counted.
    """

    house: House
    key: bytes
    seen: Callable[[bytes, Sight], None] = lambda _badge, _sight: None
    expert: Expert = NOBODY
    counted: Callable[[bytes, int, str], None] = lambda _card, _counter, _message: None
    judged: Callable[[Book, Tap, Verdict], None] = lambda _book, _tap, _verdict: None
    flooded: Callable[[Book, Tap], bool] = lambda _book, _tap: False


class Keep(Enum):
    """What becomes of the answer: kept, put in an old one's place, or not kept."""

    NEW = auto()
    INSTEAD = auto()
    NOT = auto()


class Case(NamedTuple):
    """One tap with what was seen of it; `at` is the moment that counts.

    `guarded`: the door's contact will tell whether a grant was used. `given`: the answer, if it
    was given before this could be written. `instead`: what the reader says instead of the reason.
    """

    tap: Tap
    guarded: bool
    id: str
    hash: bytes
    tail: str
    at: datetime
    late: bool
    sight: Sight
    given: str | None = None
    exhibit: Exhibit = NOTHING
    instead: Text | None = None


def take_tap(book: Book, step: Doorstep, tap: Tap, *, guarded: bool) -> Deed:
    """Decide a tap and write it down. `guarded`: the door's contact will tell whether it was used.

    The same message gets the same answer, and leaves nothing behind.
    """
    case = _case(book, step, tap, guarded=guarded)
    known = case.sight.answer
    if known is not None and tap.received - known.received_at < answers.REMEMBERED:
        if tap.id is None and not (tap.receipt and tap.receipt.again):
            case = case._replace(id=f"{case.id}.{book.head.seq + 1}")
        elif known.hash == case.hash:
            return _again(case, known, step.house)
        else:
            return written(book, step, case, Refused(Reason.REPLAY), Keep.NOT)
    if tap.proof is not None:
        case = _examined(book, step, case)
    if tap.pin is not None:
        case = case._replace(sight=pins.entered(case.sight, tap.pin, step.key, case.at))
    verdict = decide(case.sight.facts, case.at)
    if verdict.reason in enrolling.STRANGERS:
        forged = case.exhibit.shown is Shown.FORGERY
        case = case._replace(
            instead=enrolling.enrol(book, step.key, tap, alike=case.sight.alike, forged=forged)
        )
        if verdict.reason is Reason.THROTTLED and case.instead is None and step.flooded(book, tap):
            return _counted(case, verdict, step.house)
    keep = Keep.NEW if known is None else Keep.INSTEAD
    return written(book, step, case, verdict, keep)


def questions_of(step: Doorstep, signals: Sequence[Signal]) -> list[Question]:
    """Return what most of these taps will be judged by; what is missing is asked later."""
    return [
        question_of(step.house, tap, identity_of(tap, step.key))
        for tap in signals
        if isinstance(tap, Tap) and tap.alias is None and tap.proof is None
    ]


def question_of(house: House, tap: Tap, card: Identity) -> Question:
    """Return what is looked up for a tap of this card, at the moment that counts for it."""
    at = tap.at or tap.received
    late = tap.waited if tap.at is None else abs(tap.received - tap.at) > house.oldest_tap
    message = tap.id or f"auto-{tap.fingerprint}"
    return Question(tap.door, tap.reader, card.hash, message, at, late, card.alias, card.texts)


def _counted(case: Case, verdict: Verdict, house: House) -> Deed:
    """Answer a tap whose entry is the sum of many."""
    text = feedback(_said(house, case, None), verdict)
    return Deed(case.tap.receipt, feedback=Feedback(case.tap.door, text, case.tap.reader))


def _examined(book: Book, step: Doorstep, case: Case) -> Case:
    """Return the case with what the badge proves of itself; its counter rises here and now."""

    def rises(counter: int) -> bool:
        risen = counters.rise(book, case.hash, counter)
        if risen:
            step.counted(case.hash, counter, case.id)
        return risen

    exhibit = step.expert.judged(case.tap, rises, late=case.late)
    return exhibited(case, exhibit)


def exhibited(case: Case, exhibit: Exhibit) -> Case:
    """Return the case with what the badge showed among its facts."""
    facts = replace(case.sight.facts, shown=exhibit.shown)
    return case._replace(sight=case.sight._replace(facts=facts), exhibit=exhibit)


def _case(book: Book, step: Doorstep, tap: Tap, *, guarded: bool) -> Case:
    card = identity_of(tap, step.key)
    question = question_of(step.house, tap, card)
    sight = look(book, step.house, question)
    step.seen(card.hash, sight)
    return Case(tap, guarded, question.id, card.hash, card.tail, question.at, question.late, sight)


def _again(case: Case, known: Answer, house: House) -> Deed:
    """Give the same answer. The unlock goes with it; who sends it knows whether it has left."""
    text = known.feedback
    said = None if text is None else Feedback(case.tap.door, text, case.tap.reader, known.unlock)
    issued = known.received_at
    command = _unlock(house, case, known.seq, issued) if known.unlock else None
    receipt = case.tap.receipt
    same = receipt is not None and receipt.again and receipt.packet == known.packet
    return Deed(receipt, known.seq, command, said, again=True, handed_again=same)


def written(book: Book, step: Doorstep, case: Case, verdict: Verdict, keep: Keep) -> Deed:
    """Write entry, movement and answer."""
    house, tap, facts = step.house, case.tap, case.sight.facts
    would = _would_be(facts, case.at) if case.late else verdict
    movement = _movement(book, case, would)
    arrival = note_arrival(book, facts, would, case.at, tap.received)
    waits = case.guarded and movement is not None and not case.late
    detail = _detail(case, movement, would, waits=waits) | arrival
    detail |= pass_said(facts, would, case.sight.person, case.at) | guarding.said(facts, verdict)
    if case.given is not None:
        detail["spooled"] = True
    price = Toll.FREE if movement is None else due(facts, would, case.at)
    entry = _entry(case, verdict, detail | tolls.said(price))
    seq = journal.append(book, entry)
    presence = None if movement is None else _moved(book, house, case, movement, waits=waits)
    _note(book, house, case, would, verdict)
    if verdict.reason is Reason.BROKEN_FACTS:
        _warn(book, facts, entry)
    guarding.leave(book, case.sight, verdict, entry)
    if case.given is None:
        step.judged(book, tap, verdict)
    tolls.pay(book, house, facts.member, price, entry)
    note_visitor(book, facts, would, case.at, tap.received)
    text = case.given or feedback(_said(house, case, presence), verdict, case.instead)
    unlock = _unlocks(verdict, tap)
    if keep is not Keep.NOT:
        answers.remember(
            book,
            door=tap.door,
            id=case.id,
            hash=case.hash,
            seq=seq,
            received=tap.received,
            feedback=text,
            unlock=unlock,
            packet=None if tap.receipt is None else tap.receipt.packet,
            anew=keep is Keep.INSTEAD,
        )
    command = _unlock(house, case, seq, tap.received) if unlock else None
    new = case.instead is IS_ENROLLED
    said = Feedback(tap.door, text, tap.reader, isinstance(verdict, Granted), new)
    return Deed(tap.receipt, seq, command, said, waits)


def _entry(case: Case, verdict: Verdict, detail: dict[str, object]) -> Entry:
    tap, facts = case.tap, case.sight.facts
    return Entry(
        Kind.TAP,
        case.at,
        tap.received,
        case.id,
        tap.door,
        tap.reader,
        case.sight.person,
        case.tail if facts.badge is None else facts.badge.tail,
        isinstance(verdict, Granted),
        str(verdict.reason),
        case.late,
        detail or None,
    )


def _detail(
    case: Case, movement: Movement | None, would: Verdict, *, waits: bool
) -> dict[str, object]:
    """Return what a replay of the journal needs to see who moved."""
    detail: dict[str, object] = {}
    if movement is not None:
        detail = {"move": str(movement.move), "room": movement.room}
    if waits:
        detail["waits"] = True
    if case.late:
        detail["would"] = would.reason.value
    if case.tap.opened:
        detail["opened"] = True
    if case.exhibit is not NOTHING:
        detail |= proofs.said(case.exhibit)
    if case.sight.alike:
        detail["alike"] = case.sight.alike
    return detail


def _would_be(facts: Facts, at: datetime) -> Verdict:
    """Return what the tap would have been answered then; orders of today did not hold then."""
    return decide(replace(facts, message=Message(), building=Building()), at)


def _movement(book: Book, case: Case, would: Verdict) -> Movement | None:
    person, place = case.sight.person, case.sight.facts.place
    if person is None or not isinstance(would, Granted) or would.reason is Reason.REPEAT:
        return None
    if case.exhibit.shown is Shown.FORGERY:
        return None  # let out, but nobody knows who that was
    if case.late and case.at > case.tap.received:
        return None  # nobody has moved at a time that is yet to come
    return Movement(case.at, book.head.seq + 1, person, _MOVES[place.role], place.room)


def _moved(
    book: Book, house: House, case: Case, movement: Movement, *, waits: bool
) -> Presence | None:
    sight = case.sight
    if waits:
        pendings.add(book, case.tap.door, movement, house.doors[case.tap.door].unlock)
        return visits.foreseen(sight.visit, movement)
    return visits.move(book, house, movement, (sight.visit, sight.moved), case.tap.received)


def _note(book: Book, house: House, case: Case, would: Verdict, verdict: Verdict) -> None:
    """Keep what later taps need to know of this one."""
    facts, place = case.sight.facts, (case.tap.door, case.tap.reader)
    if verdict.reason in BADGE_STEP:
        answers.note_refusal(book, place, case.at)
    if case.tap.opened and isinstance(verdict, Refused) and not case.late:
        take_trouble(book, _let_in(case, verdict))
    if not isinstance(would, Granted) or would.reason is Reason.REPEAT:
        return
    if facts.badge is not None and house.repeat and not case.late:
        answers.note_grant(book, facts.badge.id, place, case.at)


def _let_in(case: Case, verdict: Refused) -> Trouble:
    """Return that a device which decides by itself has let somebody in whom we refuse."""
    tap = case.tap
    problem = f"the device opened for a badge that is refused here: {verdict.reason.value}"
    return Trouble(tap.door, tap.reader, "let-in-by-device", tap.received, problem)


def _unlocks(verdict: Verdict, tap: Tap) -> bool:
    """Tell whether the lock is to be released: no device opens a second time for one card."""
    return isinstance(verdict, Granted) and verdict.reason is not Reason.REPEAT and not tap.opened


def _warn(book: Book, facts: Facts, tap: Entry) -> None:
    missing = "member" if facts.member is None else f"plan {facts.member.plan_id}"
    journal.alarm(book, tap, Reason.BROKEN_FACTS.value, {"missing": missing})


def _said(house: House, case: Case, presence: Presence | None) -> Said:
    return Said(
        case.id,
        case.sight.language or house.language,
        case.sight.name,
        presence,
        case.at,
        house.calendar.zone,
    )


def _unlock(house: House, case: Case, seq: int, issued: datetime) -> Command:
    seconds = house.doors[case.tap.door].seconds
    return Command(
        case.tap.door,
        f"{house.site}-{seq}",
        Action.UNLOCK,
        seconds,
        issued,
        issued + COMMAND_LIFE,
        case.id,
    )
