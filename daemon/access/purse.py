"""What an entry costs a member whose plan counts them, and what is left. Pure.

A plan says when and where; its entries of the month and the member's carnets only pay. Who comes
again on a day, or half of a day, that is paid for pays nothing.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum

from daemon.access.facts import Carnet, Facts, Member, Plan, Role, SiteCalendar
from daemon.access.verdict import Granted, Reason, Verdict
from daemon.access.words import Text
from daemon.hours import half_of

_NEVER = datetime.max.replace(tzinfo=UTC)


class Toll(StrEnum):
    """What is not paid with a carnet: nothing is due, the month pays, or nobody has paid yet."""

    FREE = "free"
    MONTH = "month"
    OVER = "over"


Price = Toll | Carnet


def price(member: Member, plan: Plan, at: datetime, calendar: SiteCalendar) -> Price | None:
    """Return what an entry at `at` is paid with, None if nothing is left to pay it.

    The month's entries come first, then the carnets.
    """
    if plan.entries_per_month is None or _is_paid_for(member, at, calendar):
        return Toll.FREE
    if member.days_used < plan.entries_per_month:
        return Toll.MONTH
    return first_to_use(member.carnets, at) or (Toll.OVER if member.overdraws else None)


def due(facts: Facts, verdict: Verdict, at: datetime) -> Price:
    """Return what the tap has to pay with: whatever the plan granted, but for an exit.

    An entry that was granted and could not be paid, as the facts are by now, is one too many.
    """
    member = facts.member
    if verdict != _BY_PLAN or facts.place.role is Role.EXIT or member is None:
        return Toll.FREE
    if member.plan is None:
        return Toll.FREE
    return price(member, member.plan, at, facts.calendar) or Toll.OVER


_BY_PLAN = Granted(Reason.PLAN)


def first_to_use(carnets: Iterable[Carnet], at: datetime) -> Carnet | None:
    """Return the good carnet that expires soonest; of several the one that was sold first."""
    good = (carnet for carnet in carnets if _is_good(carnet, at))
    return min(good, key=lambda each: (each.end or _NEVER, each.sold, each.id), default=None)


def tell_left(member: Member, at: datetime, calendar: SiteCalendar) -> Text | None:
    """Say what is left of the entries; None where the plan does not count them."""
    most = None if member.plan is None else member.plan.entries_per_month
    if most is None:
        return None
    month, over = max(most - member.days_used, 0), max(member.days_used - most, 0)
    packs = sum(carnet.left for carnet in member.carnets if _is_good(carnet, at))
    text = Text(
        f"ingressi rimasti: {month} del mese, {packs} di carnet",
        f"entries left: {month} of the month, {packs} of carnets",
    )
    if over:
        text = Text(f"{text.italian}; {over} in più", f"{text.english}; {over} too many")
    if _is_paid_for(member, at, calendar):
        text = Text(f"{text.italian}; già contato", f"{text.english}; counted already")
    return text


def _is_paid_for(member: Member, at: datetime, calendar: SiteCalendar) -> bool:
    if member.used_today:
        return True
    return bool(member.used_halves) and half_of(at, calendar) in member.used_halves


def _is_good(carnet: Carnet, at: datetime) -> bool:
    has_begun = carnet.start is None or carnet.start <= at
    return carnet.left > 0 and has_begun and at < (carnet.end or _NEVER)
