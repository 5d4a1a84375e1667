"""What the desk sees now: who is in, the rooms' day, the doors, what happened, what needs a look.

Read in one moment; everything is ready to be written, but in no language yet: `words` are keys.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from api.doors import Door, doors_now
from api.pages.strip import Strip, strip_of
from api.parts import Parts
from daemon.config import Room
from daemon.hours import local_day, reached
from daemon.occupancy import Present, exact_occupancy, names_of_guests, who_is_in
from daemon.store import acts, calendars
from daemon.store.acts import SiteOrders
from daemon.store.asker import STAFF
from daemon.store.booking_views import Booking, Wanted, bookings
from daemon.store.entries import EntryShown, latest_entries
from daemon.store.members import names_of

_FEED = frozenset({"tap", "exit", "alarm", "staff"})
_RECENT = 15
_MOST = 500


@dataclass(frozen=True, slots=True)
class Slot:
    """One booking of today, with the name of its holder."""

    booking: Booking
    holder: str | None


@dataclass(frozen=True, slots=True)
class RoomToday:
    """A room: how many are in, whether it is free, and its day."""

    room: Room
    present: int
    status: str
    until: str | None
    slots: Sequence[Slot]
    strip: Strip | None


@dataclass(frozen=True, slots=True)
class Passage:
    """Something that happened at a door, and whose it was, where that is known."""

    entry: EntryShown
    door: str
    name: str | None
    by: str | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """What needs a look: a word for the sentence, and what it is about."""

    word: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Today:
    """All of it."""

    orders: SiteOrders
    people: Sequence[Present]
    rooms: Sequence[RoomToday]
    doors: Sequence[Door]
    feed: Sequence[Passage]
    troubles: Sequence[Trouble]


def today(session: Session, parts: Parts, now: datetime) -> Today:
    """Read it."""
    people = who_is_in(session, parts.settings, now)
    doors = doors_now(session, parts, now)
    return Today(
        acts.site_orders(session, parts.site),
        people,
        _rooms(session, parts, people, now),
        doors,
        _feed(session, parts),
        list(_troubles(session, parts, doors, now)),
    )


def _rooms(
    session: Session, parts: Parts, people: Sequence[Present], now: datetime
) -> Sequence[RoomToday]:
    settings = parts.settings
    house = exact_occupancy(session, settings, now, people)
    day = local_day(now, parts.house.calendar)
    since = reached(day, time.min, settings.site.zone)
    wanted = Wanted(_MOST, since=since, until=reached(day + _DAY, time.min, settings.site.zone))
    booked = [
        each
        for each in bookings(session, parts.site, wanted, STAFF, now)
        if each.status != "cancelled"
    ]
    names = names_of(session, parts.site, [each.member for each in booked if each.member])
    found = []
    for room, told in zip(settings.rooms, house["rooms"], strict=True):
        slots = [
            Slot(each, names.get(each.member or "")) for each in booked if each.room == room.id
        ]
        there = sum(person.room == room.id for person in people)
        strip = strip_of([slot.booking for slot in slots], now.astimezone(settings.site.zone))
        found.append(
            RoomToday(
                room,
                there,
                told["status"],
                told["until"],
                slots,
                strip if room.bookable else None,
            )
        )
    return found


_DAY = timedelta(days=1)


def _feed(session: Session, parts: Parts) -> Sequence[Passage]:
    entries = latest_entries(session, parts.site, _FEED, _RECENT)
    people = [each["member"] for each in entries if each["member"]]
    names = {
        **names_of(session, parts.site, people),
        **names_of_guests(session, parts.site, people),
    }
    return [
        Passage(each, _door(parts, each["door"]), names.get(each["member"] or ""), _by(each))
        for each in entries
    ]


def _by(entry: EntryShown) -> str | None:
    by = (entry["detail"] or {}).get("by")
    name = by.get("name") if isinstance(by, dict) else None
    return name if isinstance(name, str) else None


def _door(parts: Parts, door: str | None) -> str:
    found = parts.settings.door(door) if door else None
    return (found.name if found else door) or ""


def _troubles(
    session: Session, parts: Parts, doors: Sequence[Door], now: datetime
) -> Iterator[Trouble]:
    if not parts.bell.hears_broker:
        yield Trouble("broker_away")
    elif not parts.bell.hears_doorman:
        yield Trouble("doorman_away")
    for door in doors:
        if door.online is False:
            yield Trouble("door_offline", door.name)
    for calendar in calendars.calendars(session, parts.site, now):
        if calendar.stale:
            yield Trouble("calendar_stale", calendar.id)
        elif calendar.problem or calendar.problems:
            yield Trouble("calendar_problem", calendar.id)
