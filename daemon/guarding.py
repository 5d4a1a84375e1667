"""What a tap leaves behind at a door that asks for more than a badge.

A wrong PIN is counted, a first badge waits for the second, a second entry that was let pass is an
alarm. Only what happens now counts: late facts leave nothing.
"""

from datetime import datetime

from daemon import pins
from daemon.access.facts import Facts
from daemon.access.rules.passback import is_second_entry
from daemon.access.verdict import Granted, Reason, Verdict
from daemon.store import guard, journal
from daemon.store.book import Book
from daemon.store.journal import Entry
from daemon.store.sight import Sight


def said(facts: Facts, verdict: Verdict) -> dict[str, object]:
    """Return what the tap's entry says of who tapped first."""
    with_another = facts.first is not None and isinstance(verdict, Granted)
    return {"with": facts.first} if with_another and facts.is_new_arrival else {}


def leave(book: Book, sight: Sight, verdict: Verdict, tap: Entry) -> None:
    """Write down what the next tap at this door, or of this member, has to know."""
    facts = sight.facts
    if not facts.place.asks_more or tap.late or verdict.reason is Reason.REPEAT:
        return
    if sight.pin is not None and facts.member is not None:
        _count_pin(book, sight.pin, facts.member.id, verdict, tap.at)
    if facts.place.two_badges and sight.person is not None:
        if verdict.reason is Reason.SECOND_BADGE_NEEDED:
            guard.note_first(book, facts.place.door, sight.person, tap.at)
        elif isinstance(verdict, Granted) and facts.is_new_arrival:
            guard.seconded(book, facts.place.door)
    if isinstance(verdict, Granted) and is_second_entry(facts):
        journal.alarm(book, tap, Reason.PASSBACK.value, {})


def _count_pin(book: Book, kept: guard.Kept, member: str, verdict: Verdict, at: datetime) -> None:
    """Count a wrong PIN, unless none was looked at; a right one ends the count."""
    if verdict.reason is Reason.PIN_WRONG and not pins.rests(kept, at):
        guard.note_pin(book, member, kept, at)
    elif isinstance(verdict, Granted):
        guard.note_pin(book, member, kept, None)
