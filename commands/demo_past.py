"""Made-up visits of past days, told to the doorman's own code as taps at their own times.

The same days give the same visits: the dice are seeded.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from commands.demo_house import PEOPLE, Person
from daemon import hours
from daemon.access.facts import SiteCalendar
from daemon.store.book import Book
from daemon.taps import Doorstep, take_tap
from devices import uid
from devices.contract import Tap

MARK = "past-"
"""How the message ids of made-up taps begin."""
_SEED = 1957
_SATURDAY = 5
_DOOR, _IN, _OUT = "ingresso", "fuori", "dentro"


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


def live_through(
    book: Book, step: Doorstep, days: Sequence[date], progress: Callable[[], object]
) -> int:
    """Let the doorman take every tap of the days, none of which opens anything; return how many.

    Nothing of it is announced or released later: it was long ago.
    """
    count = 0
    dice = Random(_SEED)  # noqa: S311 - made-up visits, no secret
    for day in days:
        for passage in visits_of(day, step.house.calendar, dice):
            count += 1
            take_tap(book, step, _tap(passage, count), guarded=False)
        progress()
    book.head.released = book.head.announced = book.head.seq
    book.head.moved = True
    return count


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
    return Tap(_DOOR, passage.reader, badge, f"{MARK}{number}", None, passage.at, "")
