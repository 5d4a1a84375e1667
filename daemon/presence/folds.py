"""A presence-day as a whole: all that moved and all that staff set right in, the visits out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from daemon.presence.steps import BEGINS_BY, at_day_end, closed, moved, step
from daemon.presence.visits import By, Correction, Move, Movement, Visit, visit_id

_Order = tuple[datetime, int, int]
_NAMES_A_ROOM = frozenset({Move.ENTRY, Move.ROOM, Move.CHECK_IN})


def fold(
    movements: Iterable[Movement], corrections: Iterable[Correction] = (), *, over: bool
) -> tuple[Visit, ...]:
    """Return the visits of one person's presence-day, whatever order the facts arrived in.

    A corrected visit stands, whatever else becomes known: its opening movement counts as an entry,
    and what happened between its beginning, its opening tap and its corrected end belongs to it.
    What comes after is read afresh: an exit finds the person outside, a toggle lets him in.
    A correction without its visit is ignored. `over`: the day has ended, nobody is still in.
    """
    wishes = _merged(corrections)
    visits: dict[str, Visit] = {}
    last: Visit | None = None
    owner: _Turn | None = None
    for turn in sorted((_turn(each, wishes) for each in movements), key=lambda turn: turn.order):
        if last and owner and turn.order < owner.until and not _stands(turn, last):
            changed = _taken_in(last, owner, turn)
        elif turn.wish:
            changed, owner = _set_right(last, turn.movement, turn.wish), turn
        else:
            changed = step(last, turn.movement)
        visits.update((visit.id, visit) for visit in changed)
        last = changed[-1] if changed else last
    return at_day_end(visits.values()) if over else tuple(visits.values())


@dataclass(frozen=True, slots=True)
class _Turn:
    """A movement at the place where it counts; what comes before `until` belongs to its visit."""

    order: _Order
    until: _Order
    movement: Movement
    wish: Correction | None


def _merged(corrections: Iterable[Correction]) -> dict[str, Correction]:
    """Return one correction a visit: for each side the last word by seq."""
    merged: dict[str, Correction] = {}
    for late in sorted(corrections, key=lambda each: each.seq):
        early = merged.get(late.visit_id, late)
        began, ended = late.began or early.began, late.ended or early.ended
        if began or ended:
            merged[late.visit_id] = Correction(late.seq, late.visit_id, began, ended)
    return merged


def _turn(movement: Movement, wishes: dict[str, Correction]) -> _Turn:
    tapped = (movement.at, 0, movement.seq)
    wish = wishes.get(visit_id(movement.seq)) if wishes and movement.move in BEGINS_BY else None
    if wish is None:
        return _Turn(tapped, tapped, movement, None)
    began = wish.began or movement.at
    # Moved back to the moment of somebody's exit it comes after that exit, whatever their seqs.
    order = (began, 1, movement.seq) if began < movement.at else tapped
    sure = max(began, wish.ended or began)
    until = (sure, -1, 0) if wish.ended or began > movement.at else tapped
    return _Turn(order, until, movement, wish)


def _stands(turn: _Turn, last: Visit) -> bool:
    """Tell whether a corrected visit keeps its own place beside a `last` that was corrected too."""
    if turn.wish is None:
        return False
    return (turn.wish.began or turn.movement.at) >= (last.ended or last.began)


def _set_right(last: Visit | None, movement: Movement, wish: Correction) -> tuple[Visit, ...]:
    """Open the visit as staff say it was; whoever was here until then left unseen."""
    began, ended = wish.began or movement.at, wish.ended
    visit = Visit(
        id=visit_id(movement.seq),
        member=movement.member,
        room=movement.room,
        began=began,
        began_by=By.STAFF if wish.began else BEGINS_BY[movement.move],
        ended=None if ended is None else max(began, ended),
        ended_by=None if ended is None else By.STAFF,
    )
    if last is None or last.ended_by is not None:
        return (visit,)
    return (closed(last, None, By.INFERRED), visit)


def _taken_in(last: Visit, owner: _Turn, turn: _Turn) -> tuple[Visit, ...]:
    """Let a corrected visit have a movement: it tells no more than the room, after its own tap."""
    movement, opening = turn.movement, owner.movement
    before = (movement.at, movement.seq) < (opening.at, opening.seq)
    if before or movement.move not in _NAMES_A_ROOM:
        return ()
    return moved(last, movement.room)
