"""The building as the settings describe it, made ready for taps: doors, readers, places."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from daemon.access.facts import Place, SiteCalendar
from daemon.access.words import Language
from daemon.config import Settings


@dataclass(frozen=True, slots=True)
class HouseDoor:
    """A door. `places`: what a tap at each reader means; the first reader is the default."""

    id: str
    name: str
    unlock: timedelta
    held_open: timedelta
    has_contact: bool
    places: Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class House:
    """One site. Built once at start; nothing in it changes while it runs."""

    site: str
    language: Language
    calendar: SiteCalendar
    oldest_tap: timedelta
    repeat: timedelta
    doors: Mapping[str, HouseDoor]

    def readers(self) -> dict[str, list[str]]:
        """Return door -> its readers in order."""
        return {door.id: list(door.places) for door in self.doors.values()}


def house_of(settings: Settings) -> House:
    """Return the house that the settings describe."""
    return House(
        settings.site.id,
        Language(settings.site.language),
        settings.calendar(),
        timedelta(seconds=settings.access.max_tap_age_seconds),
        timedelta(seconds=settings.access.repeat_seconds),
        {door.id: door for door in _doors(settings)},
    )


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
            )
            for reader in door.readers
        }
        doors.append(
            HouseDoor(
                door.id,
                door.name,
                timedelta(seconds=door.unlock_seconds),
                timedelta(seconds=door.held_open_seconds),
                door.contact is not None,
                places,
            )
        )
    return doors
