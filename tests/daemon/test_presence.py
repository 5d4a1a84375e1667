"""Who is in: each sentence of CONTRACT 6 about taps, as a day in the building."""

import pytest

from daemon.presence import (
    By,
    Move,
    Movement,
    Presence,
    Visit,
    at_day_end,
    changes,
    fold,
    inside,
    presence_after,
    step,
    visit_id,
)
from tests.daemon.presence_oracle import minute

ENTRY, EXIT, TOGGLE, ROOM = Move.ENTRY, Move.EXIT, Move.TOGGLE, Move.ROOM
CHECK_IN, CHECK_OUT = Move.CHECK_IN, Move.CHECK_OUT

Told = tuple[int, Move] | tuple[int, Move, str]
Row = tuple[str, str, int, By, int | None, By | None]


def day(*told: Told) -> list[Movement]:
    """Return movements (minute, move, room), by default in the open space; seqs count from 1."""
    return [
        Movement(minute(at), seq, "anna", move, room[0] if room else "open")
        for seq, (at, move, *room) in enumerate(told, 1)
    ]


def rows(visits: tuple[Visit, ...]) -> list[Row]:
    """Return (id, room, began, by, ended, by) of each visit, times in minutes."""
    start = minute(0)
    return [
        (
            v.id,
            v.room,
            (v.began - start).seconds // 60,
            v.began_by,
            None if v.ended is None else (v.ended - start).seconds // 60,
            v.ended_by,
        )
        for v in visits
    ]


TAPS: dict[str, tuple[list[Movement], list[Row]]] = {
    "entry means inside now": (
        day((1, ENTRY)),
        [("v1", "open", 1, By.TAP, None, None)],
    ),
    "a second entry closes the old visit as inferred and opens a new one": (
        day((1, ENTRY), (5, ENTRY)),
        [("v1", "open", 1, By.TAP, None, By.INFERRED), ("v2", "open", 5, By.TAP, None, None)],
    ),
    "exit means outside now": (
        day((1, ENTRY), (5, EXIT)),
        [("v1", "open", 1, By.TAP, 5, By.TAP)],
    ),
    "an exit while outside changes nothing": (
        day((1, EXIT), (2, ENTRY), (3, EXIT), (4, EXIT)),
        [("v2", "open", 2, By.TAP, 3, By.TAP)],
    ),
    "toggle alternates": (
        day((1, TOGGLE), (2, TOGGLE), (3, TOGGLE)),
        [("v1", "open", 1, By.TAP, 2, By.TAP), ("v3", "open", 3, By.TAP, None, None)],
    ),
    "a toggle after an entry lets out": (
        day((1, ENTRY), (2, TOGGLE)),
        [("v1", "open", 1, By.TAP, 2, By.TAP)],
    ),
    "a room moves a person to that room": (
        day((1, ENTRY), (2, ROOM, "sala"), (3, ROOM, "cucina")),
        [("v1", "cucina", 1, By.TAP, None, None)],
    ),
    "a room opens an inferred visit if the entrance was missed": (
        day((2, ROOM, "sala"), (6, EXIT)),
        [("v1", "sala", 2, By.INFERRED, 6, By.TAP)],
    ),
    "a room after the exit opens a visit of its own": (
        day((1, ENTRY), (2, EXIT), (3, ROOM, "sala")),
        [
            ("v1", "open", 1, By.TAP, 2, By.TAP),
            ("v3", "sala", 3, By.INFERRED, None, None),
        ],
    ),
    "staff check somebody in and out": (
        day((1, CHECK_IN), (4, CHECK_OUT)),
        [("v1", "open", 1, By.STAFF, 4, By.STAFF)],
    ),
    "checking in who is in only moves him": (
        day((1, ENTRY), (4, CHECK_IN, "sala"), (5, CHECK_IN, "sala")),
        [("v1", "sala", 1, By.TAP, None, None)],
    ),
    "checking out who is outside changes nothing": (day((1, CHECK_OUT)), []),
    "who leaves the moment he came was there for no time": (
        day((1, ENTRY), (1, EXIT)),
        [("v1", "open", 1, By.TAP, 1, By.TAP)],
    ),
    "at the same instant the journal's order counts": (
        day((1, EXIT), (1, ENTRY)),
        [("v2", "open", 1, By.TAP, None, None)],
    ),
    "a late exit lands at its own time": (
        day((1, ENTRY), (9, ENTRY), (5, EXIT)),
        [("v1", "open", 1, By.TAP, 5, By.TAP), ("v2", "open", 9, By.TAP, None, None)],
    ),
    "a late toggle turns all that follow": (
        day((2, TOGGLE), (4, TOGGLE), (1, TOGGLE)),
        [("v3", "open", 1, By.TAP, 2, By.TAP), ("v2", "open", 4, By.TAP, None, None)],
    ),
}


@pytest.mark.parametrize("sentence", TAPS)
def test_in_the_building(sentence: str) -> None:
    movements, expected = TAPS[sentence]
    assert rows(fold(movements, over=False)) == expected


@pytest.mark.parametrize("opening", [ENTRY, TOGGLE, ROOM, CHECK_IN])
def test_who_is_still_in_at_the_day_s_end_is_closed_as_auto(opening: Move) -> None:
    (visit,) = fold(day((1, opening)), over=True)
    assert (visit.ended, visit.ended_by) == (None, By.AUTO)


def test_the_day_s_end_leaves_known_ends_alone() -> None:
    visits = fold(day((1, ENTRY), (2, EXIT), (3, ENTRY), (4, ENTRY)), over=False)
    assert [v.ended_by for v in at_day_end(visits)] == [By.TAP, By.INFERRED, By.AUTO]


def test_a_toggle_counts_as_entry_after_the_day_s_end() -> None:
    yesterday = fold(day((1, TOGGLE)), over=True)
    today = fold(day((2, TOGGLE)), over=False)
    assert yesterday[-1].ended_by is By.AUTO
    assert today[-1].ended_by is None


def test_the_opening_movement_names_the_visit() -> None:
    assert step(None, Movement(minute(1), 812, "anna", ENTRY, "open"))[0].id == visit_id(812)


def test_an_invented_end_lasts_until_the_next_beginning() -> None:
    visits = fold(day((2, ENTRY), (6, ENTRY), (8, EXIT)), over=False)
    there = [inside(visits, minute(at)) for at in (1, 2, 5, 6, 7, 8)]
    assert [visit and visit.id for visit in there] == [None, "v1", "v1", "v2", "v2", None]


def test_only_the_difference_is_written() -> None:
    known = day((2, TOGGLE), (4, TOGGLE), (6, ENTRY), (8, EXIT))
    late = Movement(minute(1), 9, "anna", TOGGLE, "open")
    before, after = fold(known, over=False), fold([*known, late], over=False)
    add, change, drop = changes(before, after)
    assert [v.id for v in add] == ["v9", "v2"]
    assert change == ()
    assert [v.id for v in drop] == ["v1"]
    assert changes(after, after) == ((), (), ())
    assert [v.id for v in changes(before, at_day_end(fold(known[:3], over=False))).to_change] == [
        "v3"
    ]


@pytest.mark.parametrize(
    ("before", "tap", "word"),
    [
        ([], (5, ENTRY), Presence.IN),
        ([(1, ENTRY)], (5, ENTRY), Presence.IN),
        ([(1, ENTRY)], (5, EXIT), Presence.OUT),
        ([(1, ENTRY)], (5, TOGGLE), Presence.OUT),
        ([(1, ENTRY)], (5, ROOM, "sala"), Presence.IN),
        ([(1, ENTRY)], (5, ROOM, "open"), None),
        ([], (5, EXIT), None),
    ],
)
def test_the_reader_says_in_or_out_or_nothing(
    before: list[Told], tap: Told, word: Presence | None
) -> None:
    movements = day(*before, tap)
    was, now = fold(movements[:-1], over=False), fold(movements, over=False)
    assert presence_after(was, now) is word
    assert presence_after((), step(was[-1] if was else None, movements[-1])) is word
