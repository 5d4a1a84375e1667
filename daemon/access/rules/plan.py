"""The right of a plan: its hours, holidays, entries and rooms."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from daemon.access.facts import Facts, Member, Place, Plan
from daemon.access.purse import price, tell_left
from daemon.access.verdict import Granted, Reason, Refused
from daemon.access.words import NO_MEMBER, Text, stamp
from daemon.hours import is_inside, local_day, next_opening

_GRANTED = Granted(Reason.PLAN)
_NO_PLAN = Refused(Reason.ROOM_CLOSED)
_MISSING = Refused(Reason.BROKEN_FACTS)

# How many days ahead an opening is looked for.
_AHEAD = {Reason.OUTSIDE_HOURS: 14, Reason.HOLIDAY: 60}

Obstacle = Callable[[Facts, Member, Plan, datetime], bool]  # the moment is local


def judge(facts: Facts, at: datetime) -> Granted | Refused | None:
    """Grant what the plan includes, else name the most helpful obstacle.

    A plan that is named but missing refuses as `broken-facts`. An opening is told only where
    nothing but the time stands in the way.
    """
    member = facts.member
    if member is None:
        return None
    plan = member.plan
    if plan is None:
        return _NO_PLAN if member.plan_id is None else _MISSING
    local = at.astimezone(facts.calendar.zone)
    for reason, stands_in_the_way in OBSTACLES:
        if stands_in_the_way(facts, member, plan, local):
            return Refused(reason, _opening(facts, member, plan, at, _AHEAD.get(reason, 0)))
    return _GRANTED


def tell(facts: Facts, at: datetime) -> Text:
    """Say what the plan allows or why not, and what is left of counted entries."""
    left = None if facts.member is None else tell_left(facts.member, at, facts.calendar)
    words = _words(facts, at)
    if left is None:
        return words
    return Text(f"{words.italian}; {left.italian}", f"{words.english}; {left.english}")


def _words(facts: Facts, at: datetime) -> Text:
    name = None if facts.member is None else facts.member.plan_id
    match judge(facts, at):
        case None:
            return NO_MEMBER
        case Granted():
            return Text(f"il piano {name} lo prevede", f"plan {name} includes it")
        case Refused(Reason.BROKEN_FACTS):
            return Text(f"il piano {name} non esiste più", f"plan {name} is missing")
        case Refused() if name is None:
            return Text("nessun piano", "no plan")
        case Refused(reason, opens_at):
            why = _WHY[reason]
            if opens_at is None:
                return Text(f"piano {name}: {why.italian}", f"plan {name}: {why.english}")
            start = stamp(opens_at, facts.calendar.zone)
            return Text(
                f"piano {name}: {why.italian}, apre il {start}",
                f"plan {name}: {why.english}, opens on {start}",
            )


def _is_outside_hours(_facts: Facts, _member: Member, plan: Plan, local: datetime) -> bool:
    return not is_inside(plan.windows, local)


def _is_holiday(facts: Facts, _member: Member, plan: Plan, local: datetime) -> bool:
    return not plan.holidays and facts.calendar.holidays.name(local.date()) is not None


def _has_no_entry_left(facts: Facts, member: Member, plan: Plan, local: datetime) -> bool:
    return price(member, plan, local, facts.calendar) is None


def _needs_booking(facts: Facts, _member: Member, plan: Plan, _local: datetime) -> bool:
    return facts.place.bookable and not _includes(plan, facts.place)


def _is_other_room(facts: Facts, _member: Member, plan: Plan, _local: datetime) -> bool:
    return not _includes(plan, facts.place)


OBSTACLES: tuple[tuple[Reason, Obstacle], ...] = (
    (Reason.OUTSIDE_HOURS, _is_outside_hours),
    (Reason.HOLIDAY, _is_holiday),
    (Reason.NO_ENTRIES_LEFT, _has_no_entry_left),
    (Reason.NO_BOOKING, _needs_booking),
    (Reason.ROOM_CLOSED, _is_other_room),
)
"""The most helpful first."""

_WHY = {
    Reason.OUTSIDE_HOURS: Text("fuori orario", "outside its hours"),
    Reason.HOLIDAY: Text("non vale nei giorni festivi", "not on holidays"),
    Reason.NO_ENTRIES_LEFT: Text("ingressi del mese esauriti", "this month's entries are used up"),
    Reason.NO_BOOKING: Text("sala solo su prenotazione", "the room needs a booking"),
    Reason.ROOM_CLOSED: Text("sala non compresa", "the room is not included"),
}


def _includes(plan: Plan, place: Place) -> bool:
    return not place.bookable if plan.rooms is None else place.room in plan.rooms


def _opening(facts: Facts, member: Member, plan: Plan, at: datetime, ahead: int) -> datetime | None:
    """Return when the same tap would be granted, None where waiting `ahead` days does not help."""
    if not ahead or not _includes(plan, facts.place):
        return None
    calendar = facts.calendar
    opening = next_opening(plan.windows, at, calendar, holidays=plan.holidays, days=ahead)
    if opening is None or _has_ended(facts, member, opening):
        return None
    later = _by_then(facts, member, at, opening)
    return None if _has_no_entry_left(facts, later, plan, opening) else opening


def _has_ended(facts: Facts, member: Member, moment: datetime) -> bool:
    ends = (member.valid_until, None if facts.badge is None else facts.badge.valid_until)
    return any(end is not None and end <= moment for end in ends)


def _by_then(facts: Facts, member: Member, at: datetime, opening: datetime) -> Member:
    """Return the member as of the opening: a new day is not in use yet, a new month unused."""
    now, then = local_day(at, facts.calendar), local_day(opening, facts.calendar)
    if then == now:
        return member
    same_month = then.replace(day=1) == now.replace(day=1)
    used = member.days_used if same_month else 0
    return replace(member, used_today=False, used_halves=frozenset(), days_used=used)
