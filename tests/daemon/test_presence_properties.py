"""Presence against a slow second opinion, and the laws that hold for any day whatever."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from daemon.presence import (
    Bounds,
    By,
    Correction,
    Movement,
    Visit,
    changes,
    fold,
    inside,
    problem_with,
    step,
)
from tests.daemon.presence_oracle import (
    MINUTES,
    days,
    in_order,
    is_in_after,
    minute,
    oracle,
    wishes,
)

THE_DAY = Bounds(begins=minute(0), ends=minute(MINUTES), now=minute(MINUTES))
often = settings(max_examples=150)


def stored(visits: Sequence[Visit], changed: Sequence[Visit]) -> tuple[Visit, ...]:
    return tuple({v.id: v for v in (*visits, *changed)}.values())


@often
@given(days(), st.booleans())
def test_the_fold_agrees_with_looking_back(day: list[Movement], over: bool) -> None:  # noqa: FBT001 - drawn
    assert fold(day, over=over) == oracle(day, over=over)


@often
@given(days(), wishes(), st.booleans())
def test_the_fold_of_a_corrected_day_agrees_with_looking_back(
    day: list[Movement],
    corrections: list[Correction],
    over: bool,  # noqa: FBT001 - drawn
) -> None:
    assert fold(day, corrections, over=over) == oracle(day, corrections, over=over)


@often
@given(days())
def test_one_step_at_a_time_comes_to_the_same_as_the_whole_day(day: list[Movement]) -> None:
    visits: tuple[Visit, ...] = ()
    for number, movement in enumerate(in_order(day), 1):
        visits = stored(visits, step(visits[-1] if visits else None, movement))
        assert visits == fold(in_order(day)[:number], over=False)


@often
@given(days(most=6), wishes(), st.sampled_from([minute(MINUTES), minute(MINUTES + 1)]))
def test_a_tap_after_everything_known_needs_one_step_also_on_a_corrected_day(
    day: list[Movement], corrections: list[Correction], at: datetime
) -> None:
    visits = fold(day, corrections, over=False)
    for number, move in enumerate([m.move for m in day]):
        late = Movement(at, 50 + number, "anna", move, "c")
        changed = step(visits[-1] if visits else None, late)
        assert stored(visits, changed) == fold([*day, late], corrections, over=False)


@often
@given(days(), wishes(), st.randoms(use_true_random=False))
def test_late_facts_end_in_the_same_visits_in_whatever_order_they_arrive(
    day: list[Movement], corrections: list[Correction], chance: Random
) -> None:
    arriving: list[Movement | Correction] = [*day, *corrections]
    chance.shuffle(arriving)
    database: dict[str, Visit] = {}
    for number in range(1, len(arriving) + 1):
        known = arriving[:number]
        after = fold(
            [each for each in known if isinstance(each, Movement)],
            [each for each in known if isinstance(each, Correction)],
            over=False,
        )
        write = changes(database.values(), after)
        database |= {v.id: v for v in (*write.to_add, *write.to_change)}
        for dropped in write.to_drop:
            del database[dropped.id]
    assert set(database.values()) == set(fold(day, corrections, over=False))


@often
@given(days(), wishes())
def test_a_person_is_on_one_visit_at_a_time(
    day: list[Movement], corrections: list[Correction]
) -> None:
    visits = fold(day, corrections, over=False)
    for earlier, later in pairwise(visits):
        assert (earlier.ended or earlier.began) <= later.began
        assert earlier.ended_by is not None
    for visit in visits:
        assert visit.ended is None or visit.began <= visit.ended
        assert (visit.ended is None) == (visit.ended_by in {None, By.INFERRED, By.AUTO})


@often
@given(days(), wishes())
def test_when_the_day_has_ended_nobody_is_in(
    day: list[Movement], corrections: list[Correction]
) -> None:
    still, ended = fold(day, corrections, over=False), fold(day, corrections, over=True)
    assert ended == tuple(v if v.ended_by else replace(v, ended_by=By.AUTO) for v in still)


@often
@given(days())
def test_who_is_in_at_any_moment_equals_the_day_replayed_up_to_it(day: list[Movement]) -> None:
    visits = fold(day, over=True)
    for at in map(minute, range(-1, MINUTES + 1)):
        so_far = [movement for movement in in_order(day) if movement.at <= at]
        there, replayed = inside(visits, at), inside(fold(so_far, over=False), at)
        assert (there is not None) == is_in_after(so_far) == (replayed is not None)
        assert there is None or replayed is None or there.id == replayed.id


@settings(max_examples=300)
@given(days(), wishes(most=6), st.randoms(use_true_random=False))
def test_what_staff_were_told_holds_goes_on_holding_whatever_becomes_known(
    day: list[Movement], asked: list[Correction], chance: Random
) -> None:
    arriving: list[Movement | Correction] = [*day, *asked]
    chance.shuffle(arriving)
    assume(arriving)
    movements: list[Movement] = []
    corrections: list[Correction] = []
    word: dict[str, tuple[datetime | None, datetime | None]] = {}
    for number, each in enumerate(arriving, 1):
        if isinstance(each, Movement):
            movements.append(each)
        else:
            each = replace(each, seq=100 + number)  # noqa: PLW2901 - told in this order
            before = fold(movements, corrections, over=False)
            if problem_with(each, before, THE_DAY):
                continue
            corrections.append(each)
            after = fold(movements, corrections, over=False)
            _spares_what_came_earlier(each, before, after)
            old = word.get(each.visit_id, (None, None))
            if each.began or each.ended:
                word[each.visit_id] = (each.began or old[0], each.ended or old[1])
        now = {v.id: v for v in fold(movements, corrections, over=False)}
        for visit, (began, ended) in word.items():
            assert began is None or (now[visit].began, now[visit].began_by) == (began, By.STAFF)
            assert ended is None or (now[visit].ended, now[visit].ended_by) == (ended, By.STAFF)


def _spares_what_came_earlier(
    correction: Correction, before: Sequence[Visit], after: Sequence[Visit]
) -> None:
    """Only a new end changes what follows; nothing changes a known time of an earlier visit."""
    place = [visit.id for visit in before].index(correction.visit_id)
    kept = {v.id: (v.began, v.ended) for v in after}
    spared = before[:place] if correction.ended else [*before[:place], *before[place + 1 :]]
    for visit in spared:
        assert kept[visit.id] == (visit.began, visit.ended)
