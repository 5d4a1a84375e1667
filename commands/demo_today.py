"""The demo's day: bookings back to back, a weekly meeting, a course that runs, a visitor.

They are made again at a start that finds none around the moment, so that there is always a door to
try: who holds the room gets in, who comes next is told when.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from commands.demo_store import Fixture
from daemon.store.asker import STAFF
from daemon.store.attendees import add_attendee
from daemon.store.badges import Lab
from daemon.store.booking_forms import NewBooking
from daemon.store.booking_views import HOLDING, Booking, Wanted, bookings
from daemon.store.bookings import book, premises_of
from daemon.store.gathering_forms import NewAttendee, NewGathering
from daemon.store.gatherings import add_gathering
from daemon.store.members import names_of
from daemon.store.objections import Objection
from daemon.store.people import Act, Actor
from daemon.store.tables import MemberRow
from daemon.store.visitor_checks import reception_of
from daemon.store.visitor_forms import NewVisitor
from daemon.store.visitors import add_visitor
from devices import moments

_BY = Actor("usciere demo")
_AHEAD = timedelta(hours=2)
_MOST = 50
_STEP = timedelta(minutes=5)
GUEST, VISITOR, ATTENDEE = "04B7E15A90C280", "0431D86F25AB80", "049A40C7E31280"
LENT = {
    GUEST: "Giulia Serra, guest of Anna",
    VISITOR: "Pietro Gallo, visitor of Sara",
    ATTENDEE: "Marta Villa, at the course",
}
"""Cards that no member has, and who has them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A booking of the demo: from and until in minutes from the last full five.

    What runs has just begun, or it would be released at once: nobody has come to it yet.
    """

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
        0,
        45,
        "Colloquio con un cliente",
        (
            {"name": "Giulia Serra", "badge": GUEST},
            {"name": "Sara Colombo", "email": "sara.colombo@example.org"},
        ),
    ),
    Plan("sala-riunioni", "luca.ferrari@example.org", 45, 105, "Riunione di progetto"),
    Plan("sala-riunioni", "marco.esposito@example.org", 165, 225, "Consulenza"),
    Plan(
        "sala-conferenze",
        "chiara.conti@example.org",
        180,
        240,
        "Riunione settimanale",
        rrule="FREQ=WEEKLY;COUNT=8",
    ),
)


def book_today(demo: Fixture, now: datetime) -> int:
    """Book the demo's rooms around the moment, unless they are booked already; return how often.

    A course and a visitor come along.
    """
    if _booked(demo, now, _AHEAD):
        return 0
    act = Act(demo.store, demo.site, _BY, now)
    members = _members(demo)
    with suppress(Objection):
        _plan_course(demo, act)
    with suppress(Objection):
        _announce(demo, act, members)
    premises = premises_of(demo.settings, demo.key)
    made = 0
    for plan in TODAY:
        try:
            made += len(book(act, STAFF, _form(plan, members, now), premises))
        except Objection:
            continue  # whoever plays with the demo has booked the room, or dropped the member
    return made


def _plan_course(demo: Fixture, act: Act) -> None:
    """Let a course begin, with a card, a member and a name on its list."""
    start = _begun(act.at)
    times = {"start": moments.shown(start), "end": moments.shown(start + _AHEAD)}
    fields = {"title": "Corso di fotografia", "kind": "course", "room": "sala-conferenze"}
    form = NewGathering.model_validate({**fields, "capacity": 12, **times})
    course = add_gathering(act, form, demo.settings.bookable)
    for person in (
        {"name": "Marta Villa", "badge": ATTENDEE},
        {"name": "Luca Ferrari", "email": "luca.ferrari@example.org"},
        {"name": "Tommaso Neri"},
    ):
        attendee = NewAttendee.model_validate(person)
        add_attendee(act, STAFF, course.id, attendee, Lab(demo.key, demo.settings.site.zone))


def _announce(demo: Fixture, act: Act, members: Mapping[str | None, str]) -> None:
    """Let Sara have a visitor until tonight, who may come in three times."""
    until = moments.shown(_begun(act.at) + 4 * _AHEAD)
    fields = {"name": "Pietro Gallo", "uid": VISITOR, "until": until, "uses": 3}
    host = members.get("sara.colombo@example.org")
    form = NewVisitor.model_validate({**fields, "host": host})
    add_visitor(act, STAFF, form, reception_of(demo.settings, demo.key))


def _begun(now: datetime) -> datetime:
    return now - (now - datetime.min.replace(tzinfo=now.tzinfo)) % _STEP


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
    start, end = (_begun(now) + timedelta(minutes=each) for each in (plan.begins, plan.ends))
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
    """Return `HH:MM-HH:MM  room  holder or title` for the next hours' bookings, in local time."""
    zone = demo.settings.site.zone
    booked = _booked(demo, now, 2 * _AHEAD)
    with demo.store.reading() as session:
        names = names_of(session, demo.site, [each.member for each in booked if each.member])
    return [
        f"{_clock(each.start, zone)}-{_clock(each.end, zone)}  {each.room}  "
        f"{names.get(each.member or '') or each.title}"
        for each in booked
    ]


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M}"
