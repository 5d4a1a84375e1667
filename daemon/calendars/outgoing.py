"""Bookings as an iCalendar (RFC 5545): what a calendar program subscribes to.

The same bookings give the same bytes, so that whoever has them already is told so. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
_PRODUCT = "-//Usciere//Usciere//IT"
_REFRESH = "PT15M"


@dataclass(frozen=True, slots=True)
class Appointment:
    """One booking as somebody may see it. `sequence` goes up with every change."""

    uid: str
    start: datetime
    end: datetime
    summary: str
    location: str
    sequence: int
    changed: datetime
    cancelled: bool


def written(name: str, appointments: Sequence[Appointment], zone: ZoneInfo) -> bytes:
    """Return the calendar `name` in the zone's own hours, with the zone's rules for the readers."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("x-published-ttl", _REFRESH)
    for each in appointments:
        calendar.add_component(_event(each, zone))
    if appointments:
        first = min(each.start for each in appointments)
        last = max(each.end for each in appointments)
        calendar.add_missing_timezones(date(first.year - 1, 1, 1), date(last.year + 2, 1, 1))
        for timezone in calendar.timezones:
            _set_right(timezone)
    return bytes(calendar.to_ical())


def mark(name: str, appointments: Sequence[Appointment]) -> str:
    """Return what changes with the calendar, as an entity tag; costs less than writing it."""
    return f'"{sha256(repr((name, *appointments)).encode()).hexdigest()[:32]}"'


def _set_right(timezone: Timezone) -> None:
    """Let summer time begin when it does.

    A change is told in the time that ends with it (3.6.5); icalendar 7.3 tells the one that leaves
    an hour out in the time that begins, so that a strict reader is an hour late.
    """
    for each in timezone.subcomponents:
        assert isinstance(each, TimezoneStandard | TimezoneDaylight)  # noqa: S101 - narrows the type
        left_out = each.TZOFFSETTO - each.TZOFFSETFROM
        if left_out <= timedelta():
            continue
        each.DTSTART -= left_out
        later = [at - left_out for at, _ in each.rdates]
        each.pop("RDATE", None)
        if later:
            each.add("RDATE", later)


def _event(each: Appointment, zone: ZoneInfo) -> Event:
    event = Event()
    event.add("uid", each.uid)
    event.add("dtstamp", each.changed)
    event.add("last-modified", each.changed)
    event.add("sequence", each.sequence)
    event.add("dtstart", _wall(each.start, zone))
    event.add("dtend", _wall(each.end, zone))
    event.add("summary", each.summary)
    event.add("location", each.location)
    event.add("status", "CANCELLED" if each.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if each.cancelled else "OPAQUE")
    return event


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    """Return the local time; in UTC where the clock shows it a second time (3.3.5 reads the first).

    Whole seconds: iCalendar knows no smaller ones.
    """
    local = at.replace(microsecond=0).astimezone(zone)
    return local.astimezone(UTC) if local.fold else local
