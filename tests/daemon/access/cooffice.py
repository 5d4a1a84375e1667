"""A small CoOffice for decisions: facts that grant, to be spoilt one by one."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from daemon.access.facts import (
    Badge,
    Building,
    Facts,
    Hold,
    Member,
    Place,
    Plan,
    Role,
    SiteCalendar,
    Window,
)

ROME = ZoneInfo("Europe/Rome")
NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)  # a Monday
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
FERRAGOSTO = date(2026, 8, 15)
CHRISTMAS = date(2026, 12, 25)
EVERY_DAY = frozenset(range(7))
WORKDAYS = frozenset(range(5))


class Feasts:
    """Ferragosto, Christmas and the day after."""

    def name(self, day: date) -> str | None:
        return "Festa" if day in {FERRAGOSTO, CHRISTMAS, CHRISTMAS + DAY} else None


CALENDAR = SiteCalendar(ROME, time(4), Feasts())
OFFICE_HOURS = (Window(WORKDAYS, time(8), time(18)),)
PLAN = Plan("full-time", OFFICE_HOURS)
ANNA = Member("anna", plan_id="full-time", plan=PLAN)
BADGE = Badge("b1", "5880")
DOOR = Place("ingresso", "open-space", Role.ENTRY)
EXIT = Place("ingresso", "open-space", Role.EXIT)
MEETING_ROOM = Place("sala", "sala", Role.ROOM, bookable=True)
TAP = Facts(DOOR, CALENDAR, badge=BADGE, member=ANNA)
STAFF_TAP = replace(TAP, member=Member("capo", staff=True))
UNKNOWN_TAP = Facts(DOOR, CALENDAR)
LOCKDOWN = Building(lockdown=True)
FIRE = Building(fire=True)
HELD = Building(hold=Hold.LOCKED)


def rome(text: str, fold: int = 0) -> datetime:
    """Return what the wall in Rome says as a moment."""
    return datetime.fromisoformat(text).replace(tzinfo=ROME, fold=fold).astimezone(UTC)


def with_plan(
    plan: Plan,
    *,
    days_used: int = 0,
    used_today: bool = False,
    valid_until: datetime | None = None,
) -> Facts:
    """Return Anna's tap under another plan, with its entries used so far and her last moment."""
    anna = replace(ANNA, plan_id=plan.id, plan=plan, valid_until=valid_until)
    return replace(TAP, member=replace(anna, days_used=days_used, used_today=used_today))


def at_door(place: Place, facts: Facts = TAP) -> Facts:
    """Return the same tap at another place."""
    return replace(facts, place=place)


def of_badge(badge: Badge, facts: Facts = TAP) -> Facts:
    """Return the same tap with another badge."""
    return replace(facts, badge=badge)


def of_member(member: Member | None, facts: Facts = TAP) -> Facts:
    """Return the same tap by somebody else."""
    return replace(facts, member=member)


def in_building(building: Building, facts: Facts = TAP) -> Facts:
    """Return the same tap while staff's orders are others."""
    return replace(facts, building=building)
