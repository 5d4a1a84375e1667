"""What staff may set right, what a correction then means, and what they are told they may not."""

from datetime import timedelta

import pytest

from daemon.presence import (
    Bounds,
    By,
    Correction,
    Move,
    Problem,
    fold,
    problem_with,
)
from tests.daemon.presence_oracle import minute
from tests.daemon.test_presence import (
    CHECK_IN,
    ENTRY,
    EXIT,
    ROOM,
    TOGGLE,
    Row,
    Told,
    day,
    rows,
)

DAY = Bounds(begins=minute(0), ends=minute(60), now=minute(60))


def wish(
    visit: str, began: int | None = None, ended: int | None = None, *, seq: int = 100
) -> Correction:
    return Correction(
        seq,
        visit,
        None if began is None else minute(began),
        None if ended is None else minute(ended),
    )


CORRECTED: dict[str, tuple[list[Told], list[Correction], list[Row]]] = {
    "a forgotten exit is given": (
        [(1, ENTRY)],
        [wish("v1", ended=9)],
        [("v1", "open", 1, By.TAP, 9, By.STAFF)],
    ),
    "an exit after the corrected end finds the person outside": (
        [(1, ENTRY), (12, EXIT)],
        [wish("v1", ended=9)],
        [("v1", "open", 1, By.TAP, 9, By.STAFF)],
    ),
    "a toggle after the corrected end is an entry": (
        [(1, TOGGLE), (12, TOGGLE), (20, TOGGLE)],
        [wish("v1", ended=9)],
        [("v1", "open", 1, By.TAP, 9, By.STAFF), ("v2", "open", 12, By.TAP, 20, By.TAP)],
    ),
    "a toggle on the stroke of the corrected end is an entry": (
        [(1, TOGGLE), (9, TOGGLE)],
        [wish("v1", ended=9)],
        [("v1", "open", 1, By.TAP, 9, By.STAFF), ("v2", "open", 9, By.TAP, None, None)],
    ),
    "what happened before a later end belongs to the visit": (
        [(1, ENTRY), (3, EXIT), (5, ENTRY), (7, TOGGLE), (8, ROOM, "sala")],
        [wish("v1", ended=9)],
        [("v1", "sala", 1, By.TAP, 9, By.STAFF)],
    ),
    "a visit closed as inferred gets its end": (
        [(1, ENTRY), (12, ENTRY)],
        [wish("v1", ended=9)],
        [("v1", "open", 1, By.TAP, 9, By.STAFF), ("v2", "open", 12, By.TAP, None, None)],
    ),
    "an earlier beginning takes in what lies before the tap": (
        [(5, EXIT), (6, ROOM, "sala"), (8, ENTRY), (20, EXIT)],
        [wish("v3", began=4)],
        [("v3", "open", 4, By.STAFF, 20, By.TAP)],
    ),
    "a later beginning keeps the rooms the person was seen in": (
        [(1, ENTRY), (2, ROOM, "sala"), (9, EXIT)],
        [wish("v1", began=3)],
        [("v1", "sala", 3, By.STAFF, 9, By.TAP)],
    ),
    "a beginning moved onto an exit comes after it, also if the exit was told later": (
        [(8, ENTRY), (1, ENTRY), (4, EXIT)],
        [wish("v1", began=4)],
        [("v2", "open", 1, By.TAP, 4, By.TAP), ("v1", "open", 4, By.STAFF, None, None)],
    ),
    "a visit wholly before its tap leaves nothing at the tap": (
        [(8, ENTRY), (9, EXIT)],
        [wish("v1", began=2, ended=5)],
        [("v1", "open", 2, By.STAFF, 5, By.STAFF)],
    ),
    "a late toggle before a corrected visit does not undo it": (
        [(5, TOGGLE), (2, TOGGLE)],
        [wish("v1", ended=9)],
        [("v2", "open", 2, By.TAP, None, By.INFERRED), ("v1", "open", 5, By.TAP, 9, By.STAFF)],
    ),
    "a corrected visit goes on being inferred if nobody said when it began": (
        [(5, ROOM, "sala"), (2, ENTRY)],
        [wish("v1", ended=9)],
        [
            ("v2", "open", 2, By.TAP, None, By.INFERRED),
            ("v1", "sala", 5, By.INFERRED, 9, By.STAFF),
        ],
    ),
    "the last word counts for each side": (
        [(5, CHECK_IN)],
        [wish("v1", 4, 9, seq=101), wish("v1", ended=8, seq=103), wish("v1", began=3, seq=102)],
        [("v1", "open", 3, By.STAFF, 8, By.STAFF)],
    ),
    "a correction of a visit that is not there is ignored": (
        [(5, ENTRY), (7, EXIT)],
        [wish("v2", ended=9), wish("v77", began=1)],
        [("v1", "open", 5, By.TAP, 7, By.TAP)],
    ),
    "a correction that corrects nothing leaves a toggle a toggle": (
        [(5, TOGGLE), (2, TOGGLE)],
        [wish("v1")],
        [("v2", "open", 2, By.TAP, 5, By.TAP)],
    ),
}


@pytest.mark.parametrize("sentence", CORRECTED)
def test_set_right(sentence: str) -> None:
    told, corrections, expected = CORRECTED[sentence]
    assert rows(fold(day(*told), corrections, over=False)) == expected


def test_a_corrected_visit_of_a_past_day_is_no_longer_auto() -> None:
    (visit,) = fold(day((1, ENTRY)), [wish("v1", ended=9)], over=True)
    assert (visit.ended, visit.ended_by) == (minute(9), By.STAFF)


TWO: list[Told] = [(10, ENTRY), (20, EXIT), (30, ENTRY), (40, EXIT)]
UNSEEN: list[Told] = [(10, ENTRY), (30, ENTRY)]


@pytest.mark.parametrize(
    ("told", "correction", "problem"),
    [
        (TWO, wish("v2", ended=25), Problem.NO_SUCH_VISIT),
        (TWO, wish("v1", began=-1), Problem.OUTSIDE_THE_DAY),
        (TWO, wish("v1", began=0), None),
        (TWO, wish("v3", ended=60), None),
        (TWO, wish("v3", ended=61), Problem.OUTSIDE_THE_DAY),
        (TWO, wish("v3", began=60, ended=60), Problem.OUTSIDE_THE_DAY),
        (TWO, wish("v1", began=21), Problem.ENDS_BEFORE_IT_BEGINS),
        (TWO, wish("v1", began=20), None),
        (TWO, wish("v1", ended=9), Problem.ENDS_BEFORE_IT_BEGINS),
        (TWO, wish("v1", began=18, ended=12), Problem.ENDS_BEFORE_IT_BEGINS),
        (TWO, wish("v1", ended=30), None),
        (TWO, wish("v1", ended=31), Problem.OVERLAPS_ANOTHER),
        (TWO, wish("v3", began=20), None),
        (TWO, wish("v3", began=19), Problem.OVERLAPS_ANOTHER),
        (TWO, wish("v3", began=5, ended=8), Problem.OVERLAPS_ANOTHER),
        (TWO, wish("v1", began=42, ended=45), Problem.OVERLAPS_ANOTHER),
        (UNSEEN, wish("v1", ended=30), None),
        (UNSEEN, wish("v1", ended=31), Problem.OVERLAPS_ANOTHER),
        (UNSEEN, wish("v1", began=31), Problem.OVERLAPS_ANOTHER),
        (UNSEEN, wish("v2", began=15), None),
        (UNSEEN, wish("v2", began=9), Problem.OVERLAPS_ANOTHER),
    ],
)
def test_staff_are_told_what_is_wrong_with_a_correction(
    told: list[Told], correction: Correction, problem: Problem | None
) -> None:
    visits = fold(day(*told), over=False)
    assert problem_with(correction, visits, DAY) is problem


@pytest.mark.parametrize("later", [timedelta(0), timedelta(microseconds=1)])
def test_nobody_knows_yet_when_somebody_will_have_left(later: timedelta) -> None:
    at_noon = Bounds(begins=minute(0), ends=minute(60), now=minute(30))
    asked = Correction(9, "v1", ended=minute(30) + later)
    expected = Problem.IN_THE_FUTURE if later else None
    assert problem_with(asked, fold(day((1, Move.ENTRY)), over=False), at_noon) is expected


def test_three_corrections_of_neighbours_each_keep_their_place() -> None:
    told: list[Told] = [(10, ENTRY), (20, EXIT), (30, ENTRY), (50, EXIT)]
    corrections: list[Correction] = []
    for asked in (wish("v3", began=40), wish("v1", ended=35), wish("v3", began=36, seq=102)):
        assert problem_with(asked, fold(day(*told), corrections, over=False), DAY) is None
        corrections.append(asked)
    assert rows(fold(day(*told), corrections, over=False)) == [
        ("v1", "open", 10, By.TAP, 35, By.STAFF),
        ("v3", "open", 36, By.STAFF, 50, By.TAP),
    ]
