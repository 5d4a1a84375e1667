"""What a granted tap tells of whatever let somebody in.

Somebody came to their booking, or walked in and has one now; a visitor is here, and has used up an
entry.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from daemon.access.facts import Facts, Pass, PassKind, Role
from daemon.access.openings import begun, holding
from daemon.access.rules import gathering, visitor
from daemon.access.verdict import Granted, Reason, Verdict
from daemon.store import arrivals, pass_uses, stays
from daemon.store.book import Book
from daemon.store.held import pass_of
from devices import moments


def note_arrival(
    book: Book, facts: Facts, would: Verdict, at: datetime, now: datetime
) -> dict[str, object]:
    """Write down what a grant at `at` means for the room's bookings; return what to say of it.

    Whatever right granted: who has a pass to a booking shows that it is in use. A fact that came
    late still counts for its booking, but makes none. Who leaves shows nothing.
    """
    place = facts.place
    late = facts.message.late
    if not isinstance(would, Granted) or would.reason is Reason.REPEAT:
        return {}
    if place.role is Role.EXIT or (late and at > now):
        return {}
    said: dict[str, object] = {}
    if would.reason is Reason.WALK_IN and facts.member is not None and not late:
        made = stays.walk_in(book, place, facts.member.id, at)
        if made is not None:
            said = {"booking": made.booking, "until": moments.shown(made.end)}
    came = [ref for ref in begun(facts, at) if stays.check_in(book, ref, at, now)]
    return said | {"checked_in": came} if came else said


def note_visitor(book: Book, facts: Facts, would: Verdict, at: datetime, now: datetime) -> None:
    """Use up an entry of a visitor's pass, and tell the host the first time.

    Comes after the tap's own entry, which the host's stands behind. A fact that came late opened
    nothing here, but the visitor is in.
    """
    if would.reason is not Reason.VISITOR or facts.place.role is Role.EXIT:
        return
    held = visitor.holding(facts, at)
    if held is None or (facts.message.late and at > now):
        return
    pass_uses.use(book, held)
    arrivals.arrive(book, held, facts.place.door, at, now)
    if book.memory is not None:
        book.memory.forget_bookings()


def pass_said(facts: Facts, would: Verdict, person: str | None, at: datetime) -> dict[str, object]:
    """Return, for the tap's entry, by which pass somebody came in, or a lent card leaves."""
    if not isinstance(would, Granted):
        return {}
    find = _BY.get(would.reason)
    held = None if find is None else find(facts, at)
    if held is not None:
        return {"pass": {"kind": str(held.kind), "ref": held.ref, "place": held.place}}
    lent = None if person is None else pass_of(person)
    if lent is None:
        return {}
    kind, ref, place = lent
    return {"pass": {"kind": kind, "ref": ref, "place": place}}


_BY: Mapping[Reason, Callable[[Facts, datetime], Pass | None]] = {
    Reason.BOOKING: lambda facts, at: holding(facts, at, PassKind.BOOKING),
    Reason.GUEST: lambda facts, at: holding(facts, at, PassKind.GUEST),
    Reason.VISITOR: visitor.holding,
    Reason.GATHERING: gathering.holding,
}
"""How the pass is found by which a right has granted."""
