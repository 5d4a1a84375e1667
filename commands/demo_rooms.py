"""Made-up bookings of past days: who is in takes a room for a while, and mostly comes. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from commands.demo_house import Person

ROOMS = ("sala-riunioni", "sala-conferenze")
_PLANS = frozenset({"staff", "tempo-pieno", "part-time"})
_BOOKS, _MISSES = 0.5, 0.15
_HOUR = timedelta(hours=1)
_LONGEST_DELAY = 10 * 60

Stay = tuple[Person, datetime, datetime]
"""Who was there, from when until when."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A room for somebody. `arrives`: when they hold their badge to its door, None: never."""

    person: Person
    room: str
    start: datetime
    end: datetime
    arrives: datetime | None


def slots_of(stays: Sequence[Stay], zone: ZoneInfo, dice: Random) -> Sequence[Slot]:
    """Return the bookings of a day, no two of a room at the same time."""
    found: list[Slot] = []
    for slot in _wished(stays, zone, dice):
        if not any(each.room == slot.room and _overlap(each, slot) for each in found):
            found.append(slot)
    return found


def _wished(stays: Sequence[Stay], zone: ZoneInfo, dice: Random) -> Iterator[Slot]:
    for person, came, left in stays:
        if person.plan not in _PLANS or dice.random() >= _BOOKS:
            continue
        start = _full_hour(came + _HOUR / 2, zone)
        end = start + dice.choice((1, 1, 2)) * _HOUR
        delay = timedelta(seconds=dice.randrange(_LONGEST_DELAY))
        arrives = None if dice.random() < _MISSES else start + delay
        room = dice.choice(ROOMS)
        if end <= left:
            yield Slot(person, room, start, end, arrives)


def _full_hour(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(minute=0, second=0, microsecond=0) + _HOUR


def _overlap(one: Slot, other: Slot) -> bool:
    return one.start < other.end and other.start < one.end
