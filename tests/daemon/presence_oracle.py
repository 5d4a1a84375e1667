"""A slow second opinion on presence, in another style: no running state, only looking back.

Whether somebody is in after a movement is read off the movements before it; visits are what lies
between. Corrections cut the day into stretches, each judged by itself. Also the hypothesis
strategies: a short day in whole minutes, so that things happen at the same instant.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from daemon.presence import By, Correction, Move, Movement, Visit

MORNING = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
MINUTES = 14
INWARD = (Move.ENTRY, Move.ROOM, Move.CHECK_IN)
BEGINNINGS = {
    Move.ENTRY: By.TAP,
    Move.TOGGLE: By.TAP,
    Move.ROOM: By.INFERRED,
    Move.CHECK_IN: By.STAFF,
}


def minute(number: int) -> datetime:
    return MORNING + timedelta(minutes=number)


def is_in_after(movements: Sequence[Movement]) -> bool:
    """Tell whether the person is in after these: the last plain word, turned by each toggle."""
    plain = [n for n, each in enumerate(movements) if each.move is not Move.TOGGLE]
    toggles = len(movements) - 1 - plain[-1] if plain else len(movements)
    return (bool(plain) and movements[plain[-1]].move in INWARD) ^ (toggles % 2 == 1)


def uncorrected(movements: Sequence[Movement]) -> list[Visit]:
    """Return the visits of movements that are already in order."""
    was_in = [is_in_after(movements[:n]) for n in range(len(movements) + 1)]
    opening = [
        n
        for n, each in enumerate(movements)
        if was_in[n + 1] and (each.move is Move.ENTRY or not was_in[n])
    ]
    return [_visit(movements[first:], was_in[first + 1 :]) for first in opening]


def _visit(movements: Sequence[Movement], in_after: Sequence[bool]) -> Visit:
    first = movements[0]
    ends = [
        n for n, each in enumerate(movements) if n and (not in_after[n] or each.move is Move.ENTRY)
    ]
    stay = movements[: ends[0]] if ends else movements
    room = [each.room for each in stay if each.move in INWARD or each is first][-1]
    visit = Visit(f"v{first.seq}", first.member, room, first.at, BEGINNINGS[first.move], None, None)
    if not ends:
        return visit
    last = movements[ends[0]]
    if last.move is Move.ENTRY:
        return replace(visit, ended_by=By.INFERRED)
    by = By.STAFF if last.move is Move.CHECK_OUT else By.TAP
    return replace(visit, ended=last.at, ended_by=by)


def oracle(
    movements: Sequence[Movement], corrections: Sequence[Correction] = (), *, over: bool
) -> tuple[Visit, ...]:
    """Return what `fold` must return."""
    began = {c.visit_id: c.began for c in sorted(corrections, key=lambda c: c.seq) if c.began}
    ended = {c.visit_id: c.ended for c in sorted(corrections, key=lambda c: c.seq) if c.ended}
    told = {
        m.seq: (began.get(f"v{m.seq}"), ended.get(f"v{m.seq}"))
        for m in movements
        if m.move in BEGINNINGS and (f"v{m.seq}" in began or f"v{m.seq}" in ended)
    }
    visits = _stretches(sorted(movements, key=lambda m: _place(m, told)), told)
    return tuple(replace(v, ended_by=By.AUTO) if over and v.ended_by is None else v for v in visits)


Told = dict[int, tuple[datetime | None, datetime | None]]


def _place(movement: Movement, told: Told) -> tuple[datetime, int, int]:
    began = told.get(movement.seq, (None, None))[0] or movement.at
    return min(began, movement.at), int(began < movement.at), movement.seq


def _stretches(ordered: list[Movement], told: Told) -> list[Visit]:
    """Judge what lies before the first corrected visit, that visit, and all that follows."""
    firsts = [n for n, each in enumerate(ordered) if each.seq in told]
    if not firsts:
        return uncorrected(ordered)
    before, head, rest = ordered[: firsts[0]], ordered[firsts[0]], ordered[firsts[0] + 1 :]
    return _left_unseen(uncorrected(before)) + _from_corrected(head, rest, told)


def _from_corrected(head: Movement, rest: list[Movement], told: Told) -> list[Visit]:
    began, ended = told[head.seq]
    begins = began or head.at
    ends = max(begins, ended) if ended else None
    belongs = [each for each in rest if _belongs(each, head, begins, ends, told)]
    stands = [n for n, each in enumerate(rest) if _stands(each, ends or begins, told)]
    taken = [each for each in belongs if rest.index(each) < min(stands, default=len(rest))]
    after = [each for each in rest if each not in taken]
    rooms = [m.room for m in taken if m.move in INWARD and (m.at, m.seq) > (head.at, head.seq)]
    by = By.STAFF if began else BEGINNINGS[head.move]
    room = [head.room, *rooms][-1]
    visit = Visit(f"v{head.seq}", head.member, room, begins, by, ends, By.STAFF if ends else None)
    if ends:
        return [visit, *_stretches(after, told)]
    nexts = [n for n, each in enumerate(after) if each.seq in told]
    free, later = (after[: nexts[0]], after[nexts[0] :]) if nexts else (after, [])
    as_entry = replace(head, move=Move.ENTRY, room=room)
    first, *others = uncorrected([as_entry, *free])
    stretch = [replace(first, began=begins, began_by=by), *others]
    return (_left_unseen(stretch) if later else stretch) + _stretches(later, told)


def _belongs(
    movement: Movement, head: Movement, begins: datetime, ends: datetime | None, told: Told
) -> bool:
    place = _place(movement, told)
    if ends or begins > head.at:
        return place[0] < (ends or begins)
    return place < (head.at, 0, head.seq)


def _stands(movement: Movement, known: datetime, told: Told) -> bool:
    return movement.seq in told and (told[movement.seq][0] or movement.at) >= known


def _left_unseen(visits: list[Visit]) -> list[Visit]:
    return [v if v.ended_by else replace(v, ended_by=By.INFERRED) for v in visits]


def in_order(movements: Sequence[Movement]) -> list[Movement]:
    return sorted(movements, key=lambda m: (m.at, m.seq))


@st.composite
def days(draw: st.DrawFn, most: int = 9) -> list[Movement]:
    """Return a day's movements in the order they arrived, which need not be their own."""
    told = draw(
        st.lists(
            st.tuples(st.integers(0, MINUTES), st.sampled_from(list(Move)), st.sampled_from("ab")),
            max_size=most,
        )
    )
    return [
        Movement(minute(at), seq, "anna", move, room)
        for seq, (at, move, room) in enumerate(told, 1)
    ]


def wishes(most: int = 4) -> st.SearchStrategy[list[Correction]]:
    """Return corrections of any visit, sound or not; their seqs come after every movement."""
    moments = st.none() | st.integers(0, MINUTES).map(minute)
    raw = st.lists(st.tuples(st.integers(1, 9), moments, moments), max_size=most)
    return raw.map(
        lambda them: [
            Correction(100 + n, f"v{visit}", began, ended)
            for n, (visit, began, ended) in enumerate(them)
        ]
    )
