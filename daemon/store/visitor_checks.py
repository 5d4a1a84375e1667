"""What is looked at before somebody may have a visitor: host, time, doors, card, and how many."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, or_, select

from daemon.access.facts import Plan
from daemon.config import Settings
from daemon.hours import reached
from daemon.store import aliases
from daemon.store.asker import Asker
from daemon.store.badges import Lab, number_of
from daemon.store.objections import Conflict, Forbidden, Invalid
from daemon.store.people import Page
from daemon.store.plans import plan_of
from daemon.store.tables import BadgeRow, MemberRow, PlanRow, VisitorRow
from devices import uid_formats
from devices.clock import micros, moment

_LONGEST = {False: timedelta(days=31, hours=1), True: timedelta(days=366, hours=1)}
"""How long a visit may last, by whether staff say so; one hour for the night that has it twice."""


@dataclass(frozen=True, slots=True)
class Doorway:
    """Where a door leads."""

    room: str
    bookable: bool
    entrance: bool


@dataclass(frozen=True, slots=True)
class Reception:
    """What the settings say of visitors. `per_month`: how many a host may have; 0: any number."""

    doors: Mapping[str, Doorway]
    lab: Lab
    per_month: int = 0

    @property
    def entrances(self) -> Sequence[str]:
        return [door for door, leads in self.doors.items() if leads.entrance]


def reception_of(settings: Settings, key: bytes) -> Reception:
    """Return what the settings say; `key` is the badge key."""
    bookable = settings.bookable
    doors = {
        door.id: Doorway(door.room, bookable[door.room], door.entrance) for door in settings.doors
    }
    lab = Lab(key, settings.site.zone)
    return Reception(doors, lab, settings.access.visitors_per_month)


def host_for(page: Page, asker: Asker, host: str | None) -> str:
    """Return whose visitor it is; a member's is his own."""
    if not asker.staff and (asker.member is None or host not in {None, asker.member}):
        raise Forbidden("members have visitors of their own; ask staff for somebody else's")
    host = host or asker.member
    if host is None:
        raise Invalid("host", "it is needed: the id of the member whose visitor it is")
    if page.session.get(MemberRow, (page.site, host)) is None:
        raise Invalid("host", f"there is no member {host!r}")
    return host


def check_time(row: VisitorRow, asker: Asker) -> None:
    """Refuse a visit that ends before it begins, or lasts too long."""
    if row.ends <= row.starts:
        raise Invalid("until", "it ends before it begins; choose a later until")
    longest = _LONGEST[asker.staff]
    if moment(row.ends) - moment(row.starts) > longest:
        hint = "" if asker.staff else "; ask staff for longer"
        raise Invalid("until", f"{longest.days} days are the most for one visit{hint}")


def check_doors(
    page: Page, asker: Asker, host: str, doors: Collection[str], reception: Reception
) -> None:
    """Refuse doors that are not there, and to a member those that his own plan does not open."""
    for door in doors:
        if door not in reception.doors:
            raise Invalid("doors", f"there is no door {door!r} in the settings")
    if asker.staff:
        return
    plan = _plan_of(page, host)
    for door in doors:
        leads = reception.doors[door]
        if not leads.entrance and not (plan is not None and _opens(plan, leads)):
            sentence = f"door {door!r} is not yours to open for others; ask staff, or book its room"
            raise Invalid("doors", sentence)


def _plan_of(page: Page, member: str) -> Plan | None:
    owner = page.session.get_one(MemberRow, (page.site, member))
    row = page.session.get(PlanRow, (page.site, owner.plan)) if owner.plan else None
    if row is None:
        return None
    return plan_of(row.id, row.hours, row.holidays, row.entries_per_month, row.rooms)


def _opens(plan: Plan, leads: Doorway) -> bool:
    return not leads.bookable if plan.rooms is None else leads.room in plan.rooms


def card_of(page: Page, text: str, lab: Lab) -> tuple[bytes, str]:
    """Return what is kept of a card's number: its keyed hash and the last four digits."""
    number = number_of(text)
    return aliases.note(page.book, number, lab.key), uid_formats.tail(number)


def check_card(page: Page, row: VisitorRow) -> None:
    """Refuse a card that is a member's badge, or another visitor's at the same time."""
    enrolled = select(BadgeRow.id).where(BadgeRow.site == page.site, BadgeRow.hash == row.hash)
    if page.session.scalar(enrolled) is not None:
        raise Conflict("badge-taken", "this card is enrolled as a badge; give the visitor another")
    lent = select(VisitorRow.id).where(
        VisitorRow.site == page.site,
        VisitorRow.hash == row.hash,
        VisitorRow.ends > row.starts,
        VisitorRow.starts < row.ends,
        VisitorRow.removed.is_(None),
        VisitorRow.id != row.id,
    )
    if page.session.scalar(lent.limit(1)) is not None:
        raise Conflict("badge-taken", "another visitor has this card at that time")


def check_quota(page: Page, row: VisitorRow, reception: Reception) -> None:
    """Refuse one visitor too many in a host's month.

    A visit counts for the month it begins in, one said afterwards for the month it was said in;
    one taken off the list only if somebody came.
    """
    if reception.per_month == 0:
        return
    first, end = _month_around(moment(max(row.starts, row.created)), reception.lab.zone)
    counted = case(
        (VisitorRow.starts > VisitorRow.created, VisitorRow.starts), else_=VisitorRow.created
    )
    query = select(func.count()).where(
        VisitorRow.site == page.site,
        VisitorRow.host == row.host,
        VisitorRow.id != row.id,
        counted >= first,
        counted < end,
        or_(VisitorRow.removed.is_(None), VisitorRow.arrived.is_not(None)),
    )
    if (page.session.scalar(query) or 0) >= reception.per_month:
        sentence = f"{reception.per_month} visitors a month are the most for one host; ask staff"
        raise Conflict("visitors-used-up", sentence)


def _month_around(at: datetime, zone: ZoneInfo) -> tuple[int, int]:
    """Return first moment and end of the calendar month on the wall."""
    first = at.astimezone(zone).date().replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return micros(reached(first, time.min, zone)), micros(reached(following, time.min, zone))
