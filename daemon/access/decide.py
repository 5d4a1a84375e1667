"""The decision: the first rule that refuses names the reason, the first right that holds grants."""

from dataclasses import dataclass
from datetime import datetime

from daemon.access.facts import Facts
from daemon.access.rules import ALWAYS, ARRIVING, EXIT, PLACE, REPEAT, RIGHTS, RULES, Rule
from daemon.access.verdict import Granted, Reason, Refused, Verdict
from daemon.access.words import Language

MOST_HELPFUL = (
    Reason.OUTSIDE_HOURS,
    Reason.HOLIDAY,
    Reason.NO_ENTRIES_LEFT,
    Reason.BOOKED_BY_OTHER,
    Reason.TOO_EARLY,
    Reason.NO_BOOKING,
    Reason.ROOM_CLOSED,
)
"""Which refusal is shown when several rights refuse: the one the member can do most about."""

_RANKS = {reason: rank for rank, reason in enumerate(MOST_HELPFUL)}
_NO_RIGHT = Refused(Reason.ROOM_CLOSED)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found: its name, whether it let the tap pass (a right: whether it holds)."""

    rule: str
    passed: bool
    detail: str


def decide(facts: Facts, at: datetime) -> Verdict:
    """Return the verdict on a tap at a moment; stops at the first rule that decides."""
    for rule in ALWAYS:
        verdict = rule.judge(facts, at)
        if verdict is not None:
            return verdict
    verdict = _entrance(facts, at)
    if isinstance(verdict, Refused):
        verdict = EXIT.judge(facts, at) or verdict
    if isinstance(verdict, Granted):
        verdict = REPEAT.judge(facts, at) or verdict
    return verdict


def explain(facts: Facts, at: datetime, language: Language) -> tuple[Verdict, tuple[Finding, ...]]:
    """Return the same verdict, and what every rule found, decisive or not."""
    findings = tuple(_finding(rule, facts, at, language) for rule in RULES)
    return decide(facts, at), findings


def _entrance(facts: Facts, at: datetime) -> Verdict:
    """Return what somebody who arrives with a known badge is told."""
    for rule in ARRIVING:
        verdict = rule.judge(facts, at)
        if verdict is not None:
            return verdict
    right = _right(facts, at)
    if isinstance(right, Refused):
        return right
    for rule in PLACE:
        verdict = rule.judge(facts, at)
        if verdict is not None:
            return verdict
    return right


def _right(facts: Facts, at: datetime) -> Verdict:
    """Return the first right that grants, else the most helpful refusal.

    It says the earliest opening that any right knows of: then the same tap would be granted. A
    right that points at something missing ends the search: staff must see it.
    """
    refusals: list[Refused] = []
    for rule in RIGHTS:
        answer = rule.judge(facts, at)
        if answer is None:
            continue
        if isinstance(answer, Granted) or answer.reason is Reason.BROKEN_FACTS:
            return answer
        refusals.append(answer)
    if not refusals:
        return _NO_RIGHT
    best = min(refusals, key=lambda each: _RANKS[each.reason])
    opens = [each.opens_at for each in refusals if each.opens_at is not None]
    return Refused(best.reason, min(opens)) if opens else best


def _finding(rule: Rule, facts: Facts, at: datetime, language: Language) -> Finding:
    verdict = rule.judge(facts, at)
    passed = isinstance(verdict, Granted) or (verdict is None and rule not in RIGHTS)
    return Finding(rule.name, passed, rule.tell(facts, at).to(language))
