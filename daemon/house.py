"""The building as the settings describe it, made ready for taps: doors, readers, places."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon import hours
from daemon.access.facts import Passback, Place, SiteCalendar
from daemon.access.words import Language
from daemon.alarms.limits import ORDINARY, Limits
from daemon.config import Door, Settings
from devices.clock import EPOCH


@dataclass(frozen=True, slots=True)
class HouseDoor:
    """A door. `places`: what a tap at each reader means; the first reader is the default.

    `unlock` and `seconds` say the same: how long it stays unlocked.
    """

    id: str
    name: str
    unlock: timedelta
    seconds: int
    held_open: timedelta
    has_contact: bool
    places: Mapping[str, Place]


class Days:
    """The site's own days, the last one asked for at hand: nearly every tap is of the same."""

    def __init__(self, calendar: SiteCalendar) -> None:
        self._calendar = calendar
        self._known = (EPOCH, EPOCH)

    def around(self, at: datetime) -> tuple[datetime, datetime]:
        """Return first moment and end of the own day of `at`, in UTC."""
        known = self._known
        if not known[0] <= at < known[1]:
            known = self._known = hours.day_bounds(
                hours.local_day(at, self._calendar), self._calendar
            )
        return known


@dataclass(frozen=True, slots=True)
class House:
    """One site. Built once at start; nothing in it changes while it runs.

    `overdraws`: who has no entry left is let in all the same, and staff are warned.
    `release`: how long after its start a booking waits for somebody, zero for ever.
    `remote_unlock`: Home Assistant may open doors.
    `second_badge`: how soon the second of two badges must follow the first.
    """

    site: str
    language: Language
    calendar: SiteCalendar
    days: Days
    oldest_tap: timedelta
    repeat: timedelta
    doors: Mapping[str, HouseDoor]
    overdraws: bool = False
    release: timedelta = timedelta()
    release_while_inside: bool = True
    remote_unlock: bool = False
    alarms: Limits = ORDINARY
    second_badge: timedelta = timedelta(seconds=30)

    def readers(self) -> dict[str, list[str]]:
        """Return door -> its readers in order."""
        return {door.id: list(door.places) for door in self.doors.values()}


def house_of(settings: Settings) -> House:
    """Return the house that the settings describe."""
    calendar = settings.calendar()
    return House(
        settings.site.id,
        Language(settings.site.language),
        calendar,
        Days(calendar),
        timedelta(seconds=settings.access.max_tap_age_seconds),
        timedelta(seconds=settings.access.repeat_seconds),
        {door.id: door for door in _doors(settings)},
        settings.access.no_entries == "warn",
        timedelta(minutes=settings.access.release_minutes),
        settings.access.release_while_inside,
        settings.homeassistant is not None and settings.homeassistant.unlock,
        settings.alarms.limits(),
        timedelta(seconds=settings.access.second_badge_seconds),
    )


def _asks_more(door: Door) -> bool:
    return bool(door.passback is not Passback.OFF or door.pin or door.two_badges or door.open)


def _doors(settings: Settings) -> list[HouseDoor]:
    doors = []
    for door in settings.doors:
        room = settings.room(door.room)
        assert room is not None, door.room  # noqa: S101 - the settings were checked
        places = {
            reader.id: Place(
                door.id,
                room.id,
                reader.role,
                room.bookable,
                room.walk_in,
                room.capacity if room.enforce_capacity else None,
                entrance=door.entrance,
                early=timedelta(minutes=settings.access.early_minutes),
                late=timedelta(minutes=settings.access.late_minutes),
                cryptographic=door.strength == "cryptographic",
                passback=door.passback,
                passback_for=timedelta(minutes=settings.access.passback_minutes),
                pin=door.pin,
                two_badges=door.two_badges,
                open_hours=tuple(each.window() for each in door.open),
                asks_more=_asks_more(door),
            )
            for reader in door.readers
        }
        doors.append(
            HouseDoor(
                door.id,
                door.name,
                timedelta(seconds=door.unlock_seconds),
                door.unlock_seconds,
                timedelta(seconds=door.held_open_seconds),
                door.contact is not None,
                places,
            )
        )
    return doors
