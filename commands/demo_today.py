"""The demo's bookings: one that runs, the next right behind it, one for later, a weekly meeting.

They are made again at a start that finds none around the moment, so that there is always a door to
try: who holds the room gets in, who comes next is told when.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from commands.demo_store import Fixture
from daemon.store.asker import STAFF
from daemon.store.booking_forms import NewBooking
from daemon.store.booking_views import HOLDING, Booking, Wanted, bookings
from daemon.store.bookings import book, premises_of
from daemon.store.members import names_of
from daemon.store.objections import Objection
from daemon.store.people import Act, Actor
from daemon.store.tables import MemberRow
from devices import moments

_BY = Actor("usciere demo")
_AHEAD = timedelta(hours=2)
_MOST = 50
_QUARTER = timedelta(minutes=15)
GUEST_CARD = "04B7E15A90C280"
"""The card of a guest who is no member."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A booking of the demo: from and until in minutes from the last quarter of an hour."""

    room: str
    holder: str
    begins: int
    ends: int
    title: str
    guests: tuple[Mapping[str, str], ...] = ()
    rrule: str | None = None


TODAY = (
    Plan(
        "sala-riunioni",
        "anna.bianchi@example.org",
        -15,
        30,
        "Colloquio con un cliente",
        (
            {"name": "Giulia Serra", "badge": GUEST_CARD},
            {"name": "Sara Colombo", "email": "sara.colombo@example.org"},
        ),
    ),
    Plan("sala-riunioni", "luca.ferrari@example.org", 30, 90, "Riunione di progetto"),
    Plan("sala-riunioni", "marco.esposito@example.org", 150, 210, "Consulenza"),
    Plan(
        "sala-conferenze",
        "chiara.conti@example.org",
        120,
        180,
        "Riunione settimanale",
        rrule="FREQ=WEEKLY;COUNT=8",
    ),
)


def book_today(demo: Fixture, now: datetime) -> int:
    """Book the demo's rooms around the moment, unless they are booked already; return how often."""
    if _booked(demo, now, _AHEAD):
        return 0
    act = Act(demo.store, demo.site, _BY, now)
    members = _members(demo)
    premises = premises_of(demo.settings, demo.key)
    made = 0
    for plan in TODAY:
        try:
            made += len(book(act, STAFF, _form(plan, members, now), premises))
        except Objection:
            continue  # whoever plays with the demo has booked the room, or dropped the member
    return made


def _booked(demo: Fixture, now: datetime, ahead: timedelta) -> Sequence[Booking]:
    wanted = Wanted(_MOST, since=now, until=now + ahead)
    with demo.store.reading() as session:
        found = bookings(session, demo.site, wanted, STAFF, now)
    return [booking for booking in found if booking.status in HOLDING]


def _members(demo: Fixture) -> Mapping[str | None, str]:
    with demo.store.reading() as session:
        query = select(MemberRow.email, MemberRow.id).where(MemberRow.site == demo.site)
        return {row.email: row.id for row in session.execute(query)}


def _form(plan: Plan, members: Mapping[str | None, str], now: datetime) -> NewBooking:
    quarter = now - (now - datetime.min.replace(tzinfo=now.tzinfo)) % _QUARTER
    start, end = (quarter + timedelta(minutes=each) for each in (plan.begins, plan.ends))
    fields: dict[str, object] = {
        "room": plan.room,
        "member": members.get(plan.holder),
        "start": moments.shown(start),
        "end": moments.shown(end),
        "title": plan.title,
        "guests": [dict(guest) for guest in plan.guests],
        "rrule": plan.rrule,
    }
    return NewBooking.model_validate(fields)


def agenda_lines(demo: Fixture, now: datetime) -> Sequence[str]:
    """Return `HH:MM-HH:MM  room  holder` for the bookings of the next hours, in local time."""
    zone = demo.settings.site.zone
    booked = _booked(demo, now, 2 * _AHEAD)
    with demo.store.reading() as session:
        names = names_of(session, demo.site, [each.member for each in booked if each.member])
    return [
        f"{_clock(each.start, zone)}-{_clock(each.end, zone)}  {each.room}  "
        f"{names.get(each.member or '', '')}".rstrip()
        for each in booked
    ]


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M}"
