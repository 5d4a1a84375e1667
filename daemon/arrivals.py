"""What a granted tap tells of bookings: somebody came to theirs, or walked in and has one now."""

from datetime import datetime

from daemon.access.facts import Facts, Role
from daemon.access.openings import begun
from daemon.access.verdict import Granted, Reason, Verdict
from daemon.store import stays
from daemon.store.book import Book
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
