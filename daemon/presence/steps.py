"""What one movement means to somebody who is here (an open visit) or not (None)."""

from collections.abc import Callable, Iterable
from datetime import datetime

from daemon.presence.visits import By, Move, Movement, Visit, visit_id


def step(last: Visit | None, movement: Movement) -> tuple[Visit, ...]:
    """Return the visits that `movement` changes or opens, in order; none if it says nothing new.

    `last` is the day's latest visit so far. Only for a movement later, by (at, seq), than every
    movement of the day, also those that changed nothing, and not before any moment that staff have
    given in a correction; anything else is a late fact and needs `fold`.
    """
    here = last if last is not None and last.ended_by is None else None
    return _MEANING[movement.move](here, movement)


def at_day_end(visits: Iterable[Visit]) -> tuple[Visit, ...]:
    """Return the same visits, with what is still open closed as `auto`."""
    return tuple(closed(v, None, By.AUTO) if v.ended_by is None else v for v in visits)


def _entry(here: Visit | None, movement: Movement) -> tuple[Visit, ...]:
    anew = opened(movement, By.TAP)
    return (anew,) if here is None else (closed(here, None, By.INFERRED), anew)


def _exit(here: Visit | None, movement: Movement) -> tuple[Visit, ...]:
    return () if here is None else (closed(here, movement.at, By.TAP),)


def _toggle(here: Visit | None, movement: Movement) -> tuple[Visit, ...]:
    return _entry(None, movement) if here is None else _exit(here, movement)


def _room(here: Visit | None, movement: Movement) -> tuple[Visit, ...]:
    return (opened(movement, By.INFERRED),) if here is None else moved(here, movement.room)


def _check_in(here: Visit | None, movement: Movement) -> tuple[Visit, ...]:
    return (opened(movement, By.STAFF),) if here is None else moved(here, movement.room)


def _check_out(here: Visit | None, movement: Movement) -> tuple[Visit, ...]:
    return () if here is None else (closed(here, movement.at, By.STAFF),)


_MEANING: dict[Move, Callable[[Visit | None, Movement], tuple[Visit, ...]]] = {
    Move.ENTRY: _entry,
    Move.EXIT: _exit,
    Move.TOGGLE: _toggle,
    Move.ROOM: _room,
    Move.CHECK_IN: _check_in,
    Move.CHECK_OUT: _check_out,
}
BEGINS_BY = {
    Move.ENTRY: By.TAP,
    Move.TOGGLE: By.TAP,
    Move.ROOM: By.INFERRED,
    Move.CHECK_IN: By.STAFF,
}


def opened(by: Movement, how: By) -> Visit:
    return Visit(visit_id(by.seq), by.member, by.room, by.at, how)


def closed(visit: Visit, at: datetime | None, how: By) -> Visit:
    return Visit(visit.id, visit.member, visit.room, visit.began, visit.began_by, at, how)


def moved(visit: Visit, room: str) -> tuple[Visit, ...]:
    if room == visit.room:
        return ()
    v = visit
    return (Visit(v.id, v.member, room, v.began, v.began_by, v.ended, v.ended_by),)
