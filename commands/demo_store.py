"""The demo's database: filled once, and asked which door opens for whom."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from commands.demo_house import PEOPLE, PLANS
from commands.demo_past import MARK, Booker, days_before, live_through
from commands.demo_rooms import Slot
from daemon import hours
from daemon.access.decide import decide
from daemon.access.verdict import Granted
from daemon.badge_key import key_of
from daemon.config import Settings
from daemon.house import House, house_of
from daemon.store import badges, members, terms
from daemon.store.asker import STAFF
from daemon.store.badges import Lab
from daemon.store.book import Book, book_of, reading_book
from daemon.store.booking_forms import NewBooking
from daemon.store.bookings import premises_of, reserve
from daemon.store.engine import Store
from daemon.store.forms import BadgeChange, NewBadge
from daemon.store.objections import Conflict
from daemon.store.people import Act, Actor, Page, page_of
from daemon.store.sight import Question, look
from daemon.store.tables import JournalRow
from daemon.taps import Doorstep
from devices import moments, uid

_BY = Actor("usciere demo")
_NONE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Fixture:
    """The demo's site as it stands: settings, database, the key of its badges."""

    settings: Settings
    store: Store
    key: bytes

    @property
    def site(self) -> str:
        return self.settings.site.id


def fixture_of(settings: Settings, store: Store) -> Fixture:
    return Fixture(settings, store, key_of(settings.site.badge_key_file))


def fill(demo: Fixture, now: datetime) -> None:
    """Add plans and sample people, unless there are people already; all of them or none."""
    act = Act(demo.store, demo.site, _BY, now)
    with demo.store.reading() as session:
        if members.count_members(session, demo.site):
            return
    rooms = [room.id for room in demo.settings.rooms]
    for plan in PLANS:
        try:
            terms.add_plan(act, plan, rooms)
        except Conflict:
            continue  # the last start was ended in between
    lost = _enrol(demo, act)
    for badge in lost:
        badges.change_badge(act, badge, _LOST, demo.settings.site.zone)


_LOST = BadgeChange.model_validate({"status": "lost"})


def _enrol(demo: Fixture, act: Act) -> Sequence[str]:
    """Let everybody join in one go; return the badges that are then reported lost."""
    zone = demo.settings.site.zone
    lab = Lab(demo.key, zone)
    lost = []
    with page_of(act) as page:
        for person in PEOPLE:
            member = members.join(page, person.form(), zone)
            page.session.flush()
            card = NewBadge(uid=person.card.uid, valid_until=person.card.until)
            badge = badges.give(page, member.id, card, lab)
            if person.card.status == "lost":
                lost.append(badge.id)
    return lost


def live_past(
    demo: Fixture, now: datetime, days: int, progress: Callable[[], object]
) -> int | None:
    """Write made-up visits of the last days, all or none; None if that was done before."""
    with demo.store.reading() as session:
        made = select(JournalRow.seq).where(
            JournalRow.site == demo.site, JournalRow.id == f"{MARK}1"
        )
        if session.scalar(made.limit(1)) is not None:
            return None
    house = house_of(demo.settings)
    today = hours.local_day(now, house.calendar)
    with book_of(demo.store, demo.site) as book:
        step = Doorstep(house, demo.key)
        return live_through(book, step, days_before(today, days), _booker(demo), progress)


def _booker(demo: Fixture) -> Booker:
    """Return what books a room for one of the sample people, as staff would."""
    premises = premises_of(demo.settings, demo.key)
    with demo.store.reading() as session:
        ids = {each.name: each.id for each in members.members(session, demo.site)}

    def book(book: Book, slot: Slot, at: datetime) -> None:
        assert book.session is not None  # noqa: S101 - book_of always brings one
        page = Page(Act(demo.store, demo.site, _BY, at), book, book.session)
        reserve(page, STAFF, _form(slot, ids.get(slot.person.name)), premises)

    return book


def _form(slot: Slot, member: str | None) -> NewBooking:
    start, end = (moments.shown(each) for each in (slot.start, slot.end))
    return NewBooking.model_validate(
        {"room": slot.room, "member": member, "start": start, "end": end}
    )


def badge_lines(demo: Fixture, now: datetime, lent: Mapping[str, str] = _NONE) -> Sequence[str]:
    """Return `UID  member  doors it opens` for every sample badge, as decided this moment.

    `lent`: further cards, and who has them.
    """
    house = house_of(demo.settings)
    cards = {person.card.uid: person.name for person in PEOPLE} | dict(lent)
    return [f"{card}  {name}  {_doors(demo, house, card, now)}" for card, name in cards.items()]


def _doors(demo: Fixture, house: House, card: str, now: datetime) -> str:
    hashed = uid.keyed_hash(uid.parse(card), demo.key)
    opened, refused = [], ""
    with reading_book(demo.store, demo.site) as book:
        for door in house.doors.values():
            question = Question(door.id, next(iter(door.places)), hashed, "demo", now)
            verdict = decide(look(book, house, question).facts, now)
            if isinstance(verdict, Granted):
                opened.append(door.id)
            else:
                refused = refused or verdict.reason.value
    return ", ".join(opened) or f"none ({refused})"
