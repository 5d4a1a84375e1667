"""What an entry is paid with: the month first, then the carnet that expires soonest."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from daemon.access.decide import decide, explain
from daemon.access.facts import Carnet, Cover, Facts, Half, Member, Plan, Role, Window
from daemon.access.purse import Price, Toll, due, first_to_use, price, tell_left
from daemon.access.verdict import Granted, Reason, Refused
from daemon.access.words import Language
from tests.daemon.access.cooffice import (
    ANNA,
    CALENDAR,
    DAY,
    DOOR,
    EXIT,
    NOON,
    OFFICE_HOURS,
    SECOND,
    TAP,
    WORKDAYS,
    rome,
)

TWICE = Plan("twice", OFFICE_HOURS, entries_per_month=2)
EVER = datetime(2020, 1, 1, tzinfo=UTC)
TEN = Carnet("ten", Cover.DAY, 10, None, None, EVER)
EVENING = rome("2026-11-23T18:00")
TOMORROW_EIGHT = rome("2026-11-24T08:00")


def holder(
    *carnets: Carnet,
    plan: Plan = TWICE,
    used: int = 2,
    halves: Sequence[Half] = (),
    overdraws: bool = False,
) -> Facts:
    """Return the tap of somebody whose month is used up, with these carnets."""
    anna = replace(ANNA, plan_id=plan.id, plan=plan, days_used=used, overdraws=overdraws)
    return replace(TAP, member=replace(anna, carnets=carnets, used_halves=frozenset(halves)))


def cost(facts: Facts, at: datetime = NOON) -> Price | None:
    assert facts.member is not None
    assert facts.member.plan is not None
    return price(facts.member, facts.member.plan, at, facts.calendar)


def test_the_month_pays_before_any_carnet() -> None:
    assert cost(holder(TEN, used=1)) is Toll.MONTH
    assert cost(holder(TEN, used=2)) == TEN


def test_a_plan_that_counts_nothing_costs_nothing_and_leaves_carnets_alone() -> None:
    assert cost(holder(TEN, plan=Plan("full", OFFICE_HOURS))) is Toll.FREE


def test_a_carnet_opens_what_the_plan_allows_and_nothing_else() -> None:
    tap = holder(TEN)
    assert decide(tap, NOON) == Granted(Reason.PLAN)
    assert decide(tap, EVENING) == Refused(Reason.OUTSIDE_HOURS, TOMORROW_EIGHT)
    assert decide(replace(tap, member=Member("anna", carnets=(TEN,))), NOON) == Refused(
        Reason.ROOM_CLOSED
    )


def test_a_plan_of_no_entries_lives_by_carnets_alone() -> None:
    carnets_only = Plan("carnet", OFFICE_HOURS, entries_per_month=0)
    assert decide(holder(TEN, plan=carnets_only, used=0), NOON) == Granted(Reason.PLAN)
    assert decide(holder(plan=carnets_only, used=0), NOON) == Refused(Reason.NO_ENTRIES_LEFT)


def test_a_carnet_begins_and_ends_on_the_stroke() -> None:
    pack = replace(TEN, start=NOON, end=NOON + SECOND)
    assert cost(holder(pack), NOON - SECOND) is None
    assert cost(holder(pack), NOON) == pack
    assert cost(holder(pack), NOON + SECOND) is None


def test_of_a_used_up_carnet_nothing_is_left() -> None:
    assert cost(holder(replace(TEN, left=0))) is None


def test_at_zero_the_door_refuses_or_lets_in_and_counts_on() -> None:
    assert decide(holder(), NOON) == Refused(Reason.NO_ENTRIES_LEFT)
    assert decide(holder(overdraws=True), NOON) == Granted(Reason.PLAN)
    assert cost(holder(overdraws=True)) is Toll.OVER
    assert cost(holder(TEN, overdraws=True)) == TEN


@pytest.mark.parametrize(
    ("halves", "at", "paid"),
    [
        ((), "2026-11-23T13:29:59", False),
        ((Half.MORNING,), "2026-11-23T13:29:59", True),
        ((Half.MORNING,), "2026-11-23T13:30", False),
        ((Half.AFTERNOON,), "2026-11-23T13:29:59", False),
        ((Half.AFTERNOON,), "2026-11-23T13:30", True),
        ((Half.AFTERNOON, Half.MORNING), "2026-11-23T08:00", True),
    ],
)
def test_half_a_day_is_paid_for_until_the_stroke(
    halves: Sequence[Half],
    at: str,
    paid: bool,  # noqa: FBT001 - the case
) -> None:
    assert cost(holder(TEN, halves=halves), rome(at)) == (Toll.FREE if paid else TEN)


def test_who_paid_the_morning_is_not_promised_the_afternoon() -> None:
    morning, afternoon = Window(WORKDAYS, time(8), time(12)), Window(WORKDAYS, time(15), time(18))
    split = replace(TWICE, windows=(morning, afternoon))
    lunch, opens = rome("2026-11-23T12:30"), rome("2026-11-23T15:00")
    with_none = holder(plan=split, halves=(Half.MORNING,))
    assert decide(with_none, lunch) == Refused(Reason.OUTSIDE_HOURS)
    with_more = holder(TEN, plan=split, halves=(Half.MORNING,))
    assert decide(with_more, lunch) == Refused(Reason.OUTSIDE_HOURS, opens)


def test_tomorrow_morning_is_not_paid_for_by_this_morning() -> None:
    paid = holder(halves=(Half.MORNING, Half.AFTERNOON))
    assert decide(paid, EVENING) == Refused(Reason.OUTSIDE_HOURS)
    with_more = holder(TEN, halves=(Half.MORNING, Half.AFTERNOON))
    assert decide(with_more, EVENING) == Refused(Reason.OUTSIDE_HOURS, TOMORROW_EIGHT)


def test_no_opening_is_promised_after_the_carnet_has_expired() -> None:
    good = replace(TEN, end=TOMORROW_EIGHT + SECOND)
    assert decide(holder(good), EVENING) == Refused(Reason.OUTSIDE_HOURS, TOMORROW_EIGHT)
    expires = replace(TEN, end=TOMORROW_EIGHT)
    assert decide(holder(expires), EVENING) == Refused(Reason.OUTSIDE_HOURS)


def test_only_what_the_plan_granted_is_due_and_no_exit() -> None:
    granted = Granted(Reason.PLAN)
    assert due(holder(TEN), granted, NOON) == TEN
    assert due(replace(holder(TEN), place=EXIT), granted, NOON) is Toll.FREE
    for role in (Role.ROOM, Role.TOGGLE):
        assert due(replace(holder(TEN), place=replace(DOOR, role=role)), granted, NOON) == TEN
    for other in (Granted(Reason.REPEAT), Granted(Reason.STAFF), Refused(Reason.PASSBACK)):
        assert due(holder(TEN), other, NOON) is Toll.FREE


def test_what_was_granted_before_the_last_entry_went_elsewhere_is_one_too_many() -> None:
    assert due(holder(), Granted(Reason.PLAN), NOON) is Toll.OVER


moments = st.none() | st.integers(-3, 3).map(lambda number: NOON + number * DAY)
packs = st.builds(
    Carnet,
    st.sampled_from("abcdef"),
    st.sampled_from(Cover),
    st.integers(0, 2),
    moments,
    moments,
    st.integers(0, 2).map(lambda number: EVER + number * DAY),
)


def oracle(carnets: Sequence[Carnet], at: datetime) -> Carnet | None:
    """Lay all packs on the table, throw out what is no good, sort in three plain passes."""
    table = [pack for pack in carnets if pack.left]
    table = [pack for pack in table if pack.start is None or not at < pack.start]
    table = [pack for pack in table if pack.end is None or not at >= pack.end]
    table.sort(key=lambda pack: pack.id)
    table.sort(key=lambda pack: pack.sold)
    lasting = [pack for pack in table if pack.end is None]
    ending = sorted((pack.end, n) for n, pack in enumerate(table) if pack.end is not None)
    if ending:
        return table[ending[0][1]]
    return lasting[0] if lasting else None


@given(st.lists(packs, max_size=5, unique_by=lambda pack: pack.id), st.integers(-3, 3))
@example([replace(TEN, id="a", end=NOON + 2 * DAY), replace(TEN, id="b", end=NOON + DAY)], 0)
@example([replace(TEN, id="a"), replace(TEN, id="b", end=NOON + DAY)], 0)
@example([replace(TEN, id="a", sold=EVER + DAY), replace(TEN, id="b")], 0)
@example([replace(TEN, id="b"), replace(TEN, id="a")], 0)
def test_the_carnet_that_expires_soonest_goes_first_and_then_the_oldest(
    carnets: list[Carnet], days: int
) -> None:
    at = NOON + days * DAY
    assert first_to_use(carnets, at) == oracle(carnets, at)
    assert first_to_use(reversed(carnets), at) == oracle(carnets, at)


def test_an_explanation_tells_what_is_left_in_both_languages() -> None:
    said = {
        language: next(
            finding.detail
            for finding in explain(holder(TEN, used=1), NOON, language)[1]
            if finding.rule == "right: plan"
        )
        for language in Language
    }
    assert said == {
        Language.ITALIAN: "il piano twice lo prevede; ingressi rimasti: 1 del mese, 10 di carnet",
        Language.ENGLISH: "plan twice includes it; entries left: 1 of the month, 10 of carnets",
    }


@pytest.mark.parametrize(
    ("facts", "english"),
    [
        (holder(), "entries left: 0 of the month, 0 of carnets"),
        (holder(used=4), "entries left: 0 of the month, 0 of carnets; 2 too many"),
        (holder(replace(TEN, end=NOON)), "entries left: 0 of the month, 0 of carnets"),
        (
            holder(TEN, halves=(Half.MORNING,)),
            "entries left: 0 of the month, 10 of carnets; counted already",
        ),
    ],
)
def test_what_is_left_is_told_as_it_is(facts: Facts, english: str) -> None:
    assert facts.member is not None
    told = tell_left(facts.member, NOON, CALENDAR)
    assert told is not None
    assert told.english == english


def test_who_has_a_plan_without_counting_hears_nothing_of_entries() -> None:
    assert tell_left(ANNA, NOON, CALENDAR) is None
    assert tell_left(Member("nobody"), NOON + timedelta(days=1), CALENDAR) is None
