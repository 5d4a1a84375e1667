"""The times of an event as its calendar writes them: a wall with its zone, a day, a length.

The texts are read by icalendar's types and without their zone; the zone comes by `zones`.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from icalendar import vDDDTypes, vDuration
from icalendar.parser import Parameters

from daemon.calendars.limits import FIRST_YEAR, LAST_YEAR, LONGEST
from daemon.calendars.zones import Zones, moment_of, wall_of

_TIME = r"T(\d+[HMS])+"
_DURATION = re.compile(rf"([+-]?)P((?:\d+[WD])*)({_TIME})?", re.IGNORECASE)


class Unusable(Exception):
    """An event gives no slot; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time on the wall of a zone; a whole day is its midnight."""

    wall: datetime
    zone: tzinfo
    is_day: bool

    @property
    def moment(self) -> datetime:
        return moment_of(self.wall, self.zone)

    def on(self, zone: tzinfo) -> datetime:
        """Return what the wall of another zone shows then; a day is the same day everywhere."""
        if self.is_day or zone is self.zone:
            return self.wall
        return wall_of(self.moment, zone)


@dataclass(frozen=True, slots=True)
class Length:
    """Days are nominal (the same clock on another day), the rest is exact (RFC 5545, 3.3.6)."""

    days: int
    rest: timedelta

    def end(self, wall: datetime, zone: tzinfo) -> datetime:
        """Return the moment at which something of this length ends that starts at this wall."""
        return moment_of(wall + timedelta(days=self.days), zone) + self.rest

    def check(self) -> None:
        """Refuse what keeps no room busy."""
        whole = timedelta(days=self.days) + self.rest
        if whole < timedelta():
            raise Unusable("The event ends before it begins; correct its start or its end")
        if whole > LONGEST:
            raise Unusable(f"The event lasts longer than {LONGEST.days} days; correct its end")
        if not whole:
            raise Unusable("The event has no length or no end; give it an end after its start")


NOTHING = Length(0, timedelta())


class Clock:
    """Reads the texts of times; `unknown` gathers the names of zones that nobody knows.

    `usual` is the zone of times that name none. Where it is None, they are the venue's, and those
    in UTC stay in UTC; else those in UTC are meant on its wall (Google's X-WR-TIMEZONE).
    """

    def __init__(self, zones: Zones, usual: tzinfo | None) -> None:
        self.unknown: set[str] = set()
        self._zones = zones
        self._usual = usual

    @property
    def venue(self) -> tzinfo:
        return self._zones.venue

    def stamp(self, name: str, text: str, params: Parameters) -> Stamp:
        """Return a DATE or DATE-TIME."""
        try:
            value = vDDDTypes.from_ical(text.strip())
        except ValueError:
            value = None
        if not isinstance(value, date):
            raise Unusable(f"{name} `{text[:40]}` is no date or time; correct it in the calendar")
        return self._stamp(name, value, params)

    def period(self, name: str, text: str, params: Parameters) -> tuple[Stamp, Length | None]:
        """Return a start and, where it is a PERIOD, its length."""
        first, slash, second = text.partition("/")
        start = self.stamp(name, first, params)
        if not slash:
            return start, None
        is_length = second.upper().startswith(("P", "+P"))
        if is_length:
            length = duration(name, second)
        else:
            length = between(start, self.stamp(name, second, params))
        length.check()
        return start, length

    def _stamp(self, name: str, value: date, params: Parameters) -> Stamp:
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise Unusable(f"{name} is in the year {value.year}; correct it in the calendar")
        if not isinstance(value, datetime):
            return Stamp(datetime.combine(value, time.min), self.venue, is_day=True)
        if value.tzinfo is not None:
            zone = self._usual or UTC
            return Stamp(wall_of(value, zone), zone, is_day=False)
        return Stamp(value, self._zone(params), is_day=False)

    def _zone(self, params: Parameters) -> tzinfo:
        tzid = params.get("TZID")
        if tzid is None:
            return self._usual or self.venue
        zone = self._zones.named(str(tzid))
        if zone is None:
            self.unknown.add(str(tzid))
        return zone or self.venue


def duration(name: str, text: str) -> Length:
    """Return a DURATION, its days and weeks apart from its hours: P1D may last 23 hours."""
    found = _DURATION.fullmatch(text.strip())
    if found is None or not (found[2] or found[3]) or found[1] == "-":
        raise Unusable(f"{name} `{text[:40]}` is no length, such as PT1H; correct it")
    try:
        days = vDuration.from_ical(f"P{found[2]}") if found[2] else timedelta()
        rest = vDuration.from_ical(f"P{found[3]}") if found[3] else timedelta()
    except (ValueError, OverflowError):
        raise Unusable(f"{name} `{text[:40]}` is no length, such as PT1H; correct it") from None
    return Length(days.days, rest)


def between(start: Stamp, end: Stamp) -> Length:
    """Return the length from start to end: exact, or in days where both are days.

    A missing hour may swallow all of a short event (02:30 to 03:30 on a night in March); its
    length is then what the wall says.
    """
    if start.is_day != end.is_day:
        raise Unusable("One of start and end is a day and the other a time; make them alike")
    if start.is_day:
        return Length((end.wall - start.wall).days, timedelta())
    exact = end.moment - start.moment
    if exact <= timedelta() and start.zone is end.zone:
        exact = end.wall - start.wall
    return Length(0, exact)
