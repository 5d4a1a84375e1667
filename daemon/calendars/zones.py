"""Names of time zones, and walls turned into moments. A wall is a naive local time.

A missing wall time (spring) is read with the offset from before the gap, one that comes twice
(autumn) as the first (RFC 5545, 3.3.5). Zones a calendar brings along are its own: icalendar would
keep them for every later calendar of the process, so they never go through its reader by name.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar import Timezone
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from daemon.calendars.limits import MOST_ZONE_RULES

_DAY = timedelta(days=1)
_TZID = re.compile(r"TZID(;[^:]*)?:(.*)", re.IGNORECASE)
_PROBES = (datetime(2026, 1, 15, 12), datetime(2026, 7, 15, 12))  # noqa: DTZ001 - walls
# What icalendar, dateutil and recurring-ical-events may raise over a stranger's calendar.
LIBRARY_TROUBLE = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError)


class Zones:
    """The zones that the times of one calendar may name."""

    def __init__(self, venue: ZoneInfo, own: Iterable[list[str]] = ()) -> None:
        self.venue = venue
        self._raw = {_tzid(lines): lines for lines in own}
        self._found: dict[str, tzinfo | None] = {}

    def named(self, tzid: str) -> tzinfo | None:
        """Return the zone of this name, None where nobody knows it.

        The zone database comes first, then Windows' names, then the end of a globally unique name
        (`/example.org/Europe/Rome`), and only then what the calendar says itself.
        """
        if tzid not in self._found:
            key = _key(tzid)
            self._found[tzid] = ZoneInfo(key) if key else _built(self._raw.get(tzid))
        return self._found[tzid]


def moment_of(wall: datetime, zone: tzinfo) -> datetime:
    """Return the moment in UTC at which the wall shows this."""
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if isinstance(zone, ZoneInfo) or zone is UTC or wall_of(moment, zone) == wall:
        return moment
    # dateutil, which serves zones of a calendar's own, takes the offset from behind the gap.
    before = (wall - _DAY).replace(tzinfo=zone).utcoffset()
    return (wall - (before or timedelta())).replace(tzinfo=UTC)


def wall_of(moment: datetime, zone: tzinfo) -> datetime:
    """Return what the wall shows at this moment."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def _key(tzid: str) -> str | None:
    known = _known()
    cleaned = tzid.strip().strip("/")
    parts = cleaned.split("/") if tzid.startswith("/") else [cleaned]
    endings = ("/".join(parts[index:]) for index in range(min(len(parts), 8)))
    return next((known[each.casefold()] for each in endings if each.casefold() in known), None)


@cache
def _known() -> dict[str, str]:
    """Return every known name, in small letters, and the zone it means."""
    zones = available_timezones()
    windows = {name.casefold(): key for name, key in WINDOWS_TO_OLSON.items() if key in zones}
    return windows | {name.casefold(): name for name in zones}


def _tzid(lines: list[str]) -> str:
    """Return the name a VTIMEZONE has, empty if none."""
    found = next(filter(None, map(_TZID.fullmatch, lines)), None)
    return found[2].strip() if found else ""


def _built(lines: list[str] | None) -> tzinfo | None:
    """Build a zone from its VTIMEZONE, None if that is broken or changes more than yearly.

    It is read without its name, for icalendar keeps whatever has one.
    """
    if not lines:
        return None
    nameless = "\r\n".join(line for line in lines if not _TZID.fullmatch(line))
    try:
        component = Timezone.from_ical(nameless)
        if not isinstance(component, Timezone) or not _is_yearly(component):
            return None
        component.add("TZID", "own")
        zone: tzinfo = component.to_tz(lookup_tzid=False)
        for probe in _PROBES:
            moment_of(probe, zone)
    except LIBRARY_TROUBLE:
        return None
    return zone


def _is_yearly(zone: Timezone) -> bool:
    """Tell whether its rules are few and yearly: anything else may take for ever to be asked."""
    rules = [part.get("RRULE") for part in zone.subcomponents if "RRULE" in part]
    return len(rules) <= MOST_ZONE_RULES and all(rule["FREQ"] == ["YEARLY"] for rule in rules)
