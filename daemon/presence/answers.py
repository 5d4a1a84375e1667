"""What the day's visits answer: who is in, what to write, which word the reader shows."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from daemon.presence.visits import Presence, Visit


class Changes(NamedTuple):
    """What to write so that the stored visits are again the fold."""

    to_add: tuple[Visit, ...]
    to_change: tuple[Visit, ...]
    to_drop: tuple[Visit, ...]


def inside(visits: Sequence[Visit], at: datetime) -> Visit | None:
    """Return the visit somebody is on at a moment of the day that `visits`, in order, are of.

    An invented end lasts until the next visit began, or the day ended. Its `room` is the last one
    known; for the room at a past moment fold the movements up to then.
    """
    begun = [visit for visit in visits if visit.began <= at]
    if not begun or (begun[-1].ended is not None and begun[-1].ended <= at):
        return None
    return begun[-1]


def changes(before: Iterable[Visit], after: Iterable[Visit]) -> Changes:
    """Return what turns the visits `before` into `after`, by id."""
    old = {visit.id: visit for visit in before}
    new = {visit.id: visit for visit in after}
    return Changes(
        to_add=tuple(visit for visit in new.values() if visit.id not in old),
        to_change=tuple(v for v in new.values() if v.id in old and v != old[v.id]),
        to_drop=tuple(visit for visit in old.values() if visit.id not in new),
    )


def presence_after(before: Sequence[Visit], after: Sequence[Visit]) -> Presence | None:
    """Return the word for the reader, or None if nothing changed.

    `before` and `after` are the day's visits; after a `step` nothing and its answer will do.
    """
    if tuple(before) == tuple(after):
        return None
    return Presence.IN if after and after[-1].ended_by is None else Presence.OUT
