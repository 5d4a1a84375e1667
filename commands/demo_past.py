"""Made-up visits and bookings of past days, told to the doorman's own code at their own times.

The same days give the same visits: the dice are seeded.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from commands.demo_house import PEOPLE, Person
from commands.demo_rooms import Slot, Stay, slots_of
from daemon import hours
from daemon.access.facts import SiteCalendar
from daemon.noshows import release_missed
from daemon.store.book import Book
from daemon.taps import Doorstep, take_tap
from devices import uid
from devices.contract import Tap

MARK = "past-"
"""How the message ids of made-up taps begin."""
_SEED = 1957
_SATURDAY = 5
_DOOR, _IN, _OUT = "ingresso", "fuori", "dentro"
_READER = "main"  # of the rooms' doors


@dataclass(frozen=True, slots=True)
class Habit:
    """How somebody with a plan comes: how likely on workdays and at weekends, when, how long."""

    workday: float
    weekend: float
    comes: tuple[time, ...]
    stays: timedelta


HABITS = {
    "staff": Habit(0.95, 0.05, (time(8, 15),), timedelta(hours=8, minutes=30)),
    "tempo-pieno": Habit(0.8, 0.15, (time(8, 45), time(9, 30)), timedelta(hours=8)),
    "part-time": Habit(0.6, 0, (time(8, 40), time(14, 0)), timedelta(hours=4)),
    "serale": Habit(0.45, 0.4, (time(18, 10),), timedelta(hours=3)),
    "carnet-10": Habit(0.35, 0, (time(9, 15), time(10, 30)), timedelta(hours=6)),
}
_FORGETS, _LUNCH, _REFUSED = 0.06, 0.3, 0.05


@dataclass(frozen=True, slots=True)
class Passage:
    """Somebody holds a badge to a reader."""

    at: datetime
    person: Person
    reader: str
    door: str = _DOOR


Booker = Callable[[Book, Slot, datetime], object]
"""Books a slot at a moment, within the books that are open."""
_OPENS = time(7)


def live_through(
    book: Book,
    step: Doorstep,
    days: Sequence[date],
    booker: Booker,
    progress: Callable[[], object],
) -> int:
    """Let the doorman take every tap of the days, none of which opens anything; return how many.

    Rooms are booked in the morning, and free again if nobody comes. Nothing of it is announced or
    released later: it was long ago.
    """
    count = 0
    dice = Random(_SEED)  # noqa: S311 - made-up visits, no secret
    calendar, release = step.house.calendar, step.house.release
    for day in days:
        passages = visits_of(day, calendar, dice)
        slots = slots_of(_stays(passages), calendar.zone, dice)
        for slot in slots:
            booker(book, slot, hours.reached(day, _OPENS, calendar.zone))
        looks = [slot.start + release + _SOON for slot in slots]
        happenings: list[Passage | datetime] = [*passages, *_arrivals(slots), *looks]
        for happens in sorted(happenings, key=_at):
            if isinstance(happens, datetime):
                release_missed(book, step.house, happens)
            else:
                count += 1
                take_tap(book, step, _tap(happens, count), guarded=False)
        progress()
    book.head.released = book.head.announced = book.head.seq
    book.head.moved = True
    return count


_SOON = timedelta(seconds=1)


def _at(happens: Passage | datetime) -> datetime:
    return happens if isinstance(happens, datetime) else happens.at


def _stays(passages: Sequence[Passage]) -> Sequence[Stay]:
    """Return from when until when each was there who was let in and left."""
    came: dict[str, datetime] = {}
    left: dict[str, tuple[Person, datetime]] = {}
    for passage in passages:
        if passage.reader == _IN and passage.person.is_welcome:
            came.setdefault(passage.person.name, passage.at)
        elif passage.reader == _OUT:
            left[passage.person.name] = (passage.person, passage.at)
    return [(person, came[name], at) for name, (person, at) in left.items() if name in came]


def _arrivals(slots: Sequence[Slot]) -> Iterator[Passage]:
    for slot in slots:
        if slot.arrives is not None:
            yield Passage(slot.arrives, slot.person, _READER, slot.room)


def days_before(today: date, count: int) -> Sequence[date]:
    """Return the last `count` days before today, the oldest first."""
    return [today - timedelta(days=back) for back in range(count, 0, -1)]


def visits_of(day: date, calendar: SiteCalendar, dice: Random) -> Sequence[Passage]:
    """Return who passes the entrance on a day, in order."""
    free = day.weekday() >= _SATURDAY or calendar.holidays.name(day) is not None
    passages = [
        passage
        for person in PEOPLE
        if dice.random() < _likelihood(person, free=free)
        for passage in _visit(person, day, calendar, dice)
    ]
    return sorted(passages, key=lambda each: each.at)


def _likelihood(person: Person, *, free: bool) -> float:
    habit = HABITS[person.plan]
    if not person.is_welcome:
        return 0 if free else _REFUSED
    return habit.weekend if free else habit.workday


def _visit(person: Person, day: date, calendar: SiteCalendar, dice: Random) -> Iterator[Passage]:
    habit = HABITS[person.plan]
    begin = hours.reached(day, dice.choice(habit.comes), calendar.zone)
    came = begin + timedelta(seconds=dice.randrange(45 * 60))
    left = came + habit.stays + timedelta(seconds=dice.randrange(-40 * 60, 40 * 60))
    yield Passage(came, person, _IN)
    if habit.stays > timedelta(hours=5) and dice.random() < _LUNCH:
        lunch = came + habit.stays / 2
        yield Passage(lunch, person, _OUT)
        yield Passage(lunch + timedelta(minutes=dice.randrange(25, 60)), person, _IN)
    if dice.random() >= _FORGETS:
        yield Passage(left, person, _OUT)


def _tap(passage: Passage, number: int) -> Tap:
    badge = uid.parse(passage.person.card.uid)
    return Tap(passage.door, passage.reader, badge, f"{MARK}{number}", None, passage.at, "")
