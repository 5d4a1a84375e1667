"""The right of a visitor: doors, time, uses, and the host who must be in."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.access.decide import decide, explain
from daemon.access.facts import BadgeStatus, Facts, Member, Pass, PassKind
from daemon.access.rules import visitor
from daemon.access.verdict import Granted, Reason, Refused
from daemon.access.words import Language
from tests.daemon.access.cooffice import BADGE, CALENDAR, DOOR, MEETING_ROOM, NOON, SECOND, at_door

HOUR = timedelta(hours=1)
DOORS = frozenset({"ingresso"})
VISIT = Pass(PassKind.VISITOR, "v1", NOON, NOON + HOUR, doors=DOORS, uses=2, host="anna")
NOBODY = Member("ugo")  # on the list, with no right of his own


def tap(*passes: Pass) -> Facts:
    """Return the tap of somebody with these passes and nothing else."""
    return Facts(DOOR, CALENDAR, badge=BADGE, member=NOBODY, passes=passes)


def test_a_visit_opens_on_its_stroke_and_ends_on_its_stroke() -> None:
    assert decide(tap(VISIT), NOON - SECOND) == Refused(Reason.TOO_EARLY, NOON)
    assert decide(tap(VISIT), NOON) == Granted(Reason.VISITOR)
    assert decide(tap(VISIT), NOON + HOUR - SECOND) == Granted(Reason.VISITOR)
    assert decide(tap(VISIT), NOON + HOUR) == Refused(Reason.ROOM_CLOSED)


def test_a_visit_opens_the_doors_it_names_and_no_other() -> None:
    assert decide(at_door(MEETING_ROOM, tap(VISIT)), NOON) == Refused(Reason.NO_BOOKING)
    both = replace(VISIT, doors=frozenset({"ingresso", "sala"}))
    assert decide(at_door(MEETING_ROOM, tap(both)), NOON) == Granted(Reason.VISITOR)


def test_a_visit_without_uses_left_says_so() -> None:
    assert decide(tap(replace(VISIT, uses=0)), NOON) == Refused(Reason.NO_ENTRIES_LEFT)
    assert decide(tap(replace(VISIT, uses=1)), NOON) == Granted(Reason.VISITOR)
    assert decide(tap(replace(VISIT, uses=None)), NOON) == Granted(Reason.VISITOR)


def test_no_opening_is_promised_for_a_visit_that_is_used_up() -> None:
    assert decide(tap(replace(VISIT, uses=0)), NOON - SECOND) == Refused(Reason.ROOM_CLOSED)


def test_a_visitor_waits_for_the_host_only_where_that_was_asked() -> None:
    assert decide(tap(replace(VISIT, host_is_in=None)), NOON) == Granted(Reason.VISITOR)
    assert decide(tap(replace(VISIT, host_is_in=True)), NOON) == Granted(Reason.VISITOR)
    assert decide(tap(replace(VISIT, host_is_in=False)), NOON) == Refused(Reason.TOO_EARLY)


def test_of_two_visits_the_one_that_is_left_opens() -> None:
    later = replace(VISIT, ref="v2", end=NOON + 2 * HOUR)
    facts = tap(replace(VISIT, uses=0), later)
    assert decide(facts, NOON) == Granted(Reason.VISITOR)
    assert visitor.holding(facts, NOON) == later


def test_the_visit_that_ends_first_is_the_one_that_is_used() -> None:
    later = replace(VISIT, ref="v2", end=NOON + 2 * HOUR)
    assert visitor.holding(tap(VISIT, later), NOON) == VISIT


def test_the_next_visit_says_when_it_opens() -> None:
    sooner, later = (replace(VISIT, start=NOON + n * HOUR, end=NOON + 9 * HOUR) for n in (1, 2))
    assert decide(tap(later, sooner), NOON) == Refused(Reason.TOO_EARLY, NOON + HOUR)


@pytest.mark.parametrize("kind", [kind for kind in PassKind if kind is not PassKind.VISITOR])
def test_another_kind_of_pass_makes_no_visitor(kind: PassKind) -> None:
    assert visitor.judge(tap(replace(VISIT, kind=kind)), NOON) is None


def test_a_blocked_card_lets_no_visitor_in() -> None:
    facts = replace(tap(VISIT), badge=replace(BADGE, status=BadgeStatus.BLOCKED))
    assert decide(facts, NOON) == Refused(Reason.BADGE_BLOCKED)


@pytest.mark.parametrize(
    ("visit", "italian", "english"),
    [
        (VISIT, "visita fino al 2026-11-23 13:00", "visit until 2026-11-23 13:00"),
        (replace(VISIT, uses=0), "ingressi della visita esauriti", "the visit's entries are used"),
        (replace(VISIT, host_is_in=False), "chi ospita non è ancora qui", "the host is not in"),
        (
            replace(VISIT, start=NOON + SECOND * 60),
            "visita dal 2026-11-23 12:01",
            "visit from 2026-11-23 12:01 on",
        ),
        (replace(VISIT, doors=frozenset()), "nessuna visita per questa porta", "no visit for"),
    ],
)
def test_a_visit_is_told_in_both_languages(visit: Pass, italian: str, english: str) -> None:
    text = visitor.tell(tap(visit), NOON)
    assert text.italian.startswith(italian)
    assert text.english.startswith(english)


visits = st.builds(
    Pass,
    st.sampled_from(PassKind),
    st.sampled_from(("a", "b")),
    st.integers(-2, 1).map(lambda n: NOON + n * HOUR),
    st.integers(2, 3).map(lambda n: NOON + n * HOUR),
    st.none(),
    st.sampled_from((frozenset(), DOORS)),
    st.none() | st.integers(0, 1),
    host_is_in=st.sampled_from((None, True, False)),
)


@given(st.lists(visits, max_size=4), st.integers(-3, 4))
@settings(max_examples=300)
def test_who_is_granted_has_a_pass_and_a_promised_opening_is_kept(
    passes: list[Pass], hours: int
) -> None:
    facts, at = tap(*sorted(passes, key=lambda each: each.end)), NOON + hours * HOUR
    verdict = visitor.judge(facts, at)
    assert (verdict == Granted(Reason.VISITOR)) is (visitor.holding(facts, at) is not None)
    if isinstance(verdict, Refused) and verdict.opens_at is not None:
        asked_then = tuple(replace(each, host_is_in=None) for each in facts.passes)
        then = replace(facts, passes=asked_then)
        assert verdict.opens_at > at
        assert visitor.judge(then, verdict.opens_at) == Granted(Reason.VISITOR)
    findings = explain(facts, at, Language.ITALIAN)[1]
    line = next(each for each in findings if each.rule == "right: visitor")
    assert line.passed is isinstance(verdict, Granted)
    assert line.detail
