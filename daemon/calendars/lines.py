"""A body, taken apart: calendars, their events and zones as unfolded lines. No value is read here.

Only lines that a door needs are kept, so a broken description costs nothing. What is left open,
nested wrongly or cut off is told apart: an event that does not end costs itself, a calendar that
does not end is a truncated file and refuses the body.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

from daemon.calendars.limits import LARGEST_BODY, MOST_EVENTS, MOST_ZONE_LINES, MOST_ZONES
from daemon.calendars.words import Unreadable

NEEDED = frozenset(
    {
        *("UID", "SEQUENCE", "STATUS", "TRANSP", "SUMMARY", "ORGANIZER", "ATTENDEE"),
        *("DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "RRULE", "RDATE", "EXDATE", "EXRULE"),
    }
)
_OF_A_ZONE = frozenset({"TZID", "DTSTART", "RRULE", "RDATE", "TZOFFSETFROM", "TZOFFSETTO"})
_OF_A_CALENDAR = frozenset({"METHOD", "X-WR-TIMEZONE"})
_OBSERVANCES = frozenset({"VTIMEZONE", "STANDARD", "DAYLIGHT"})
_PARTS = frozenset({"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE", "VAVAILABILITY"})
_NAME = re.compile(rb"([A-Za-z0-9-]+)[ \t]*[;:]")
_SHOWN = 40


@dataclass(slots=True)
class RawEvent:
    """The needed lines of a VEVENT, those that are no lines at all, and whether it ends."""

    lines: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    is_torn: bool = False


@dataclass(slots=True)
class RawCalendar:
    """A VCALENDAR: its own needed lines, its events, the lines of each zone."""

    lines: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    events: list[RawEvent] = field(default_factory=list)
    zones: list[list[str]] = field(default_factory=list)


def taken_apart(body: bytes) -> list[RawCalendar]:
    """Return the calendars of a body; raise Unreadable for whatever is not a whole calendar."""
    if len(body) > LARGEST_BODY:
        raise Unreadable(
            f"The calendar is larger than {LARGEST_BODY // 2**20} MiB; "
            "publish fewer events, or leave attachments and descriptions out"
        )
    body = body.removeprefix(b"\xef\xbb\xbf")
    _look_at_the_beginning(body)
    desk = _Desk()
    for line in _unfolded(body):
        desk.take(line)
    return desk.finished()


def _look_at_the_beginning(body: bytes) -> None:
    beginning = body[:1024].lstrip()
    if not beginning:
        raise Unreadable("The calendar is empty; check the address, or export it again")
    if beginning.startswith(b"<"):
        raise Unreadable(
            "This is a web page and not a calendar, perhaps a login page; "
            "use the calendar's secret or public iCal address"
        )
    if not beginning.upper().startswith(b"BEGIN:VCALENDAR"):
        raise Unreadable(
            "This is not an iCalendar file: it does not begin with BEGIN:VCALENDAR; "
            "use an address or a file that ends in .ics"
        )


def _unfolded(body: bytes) -> Iterator[bytes]:
    """Yield content lines; what begins with a blank goes on from the line before."""
    if b"\n" not in body:
        body = body.replace(b"\r", b"\n")
    pending: list[bytes] = []
    for raw in BytesIO(body):
        line = raw.rstrip(b"\r\n")
        if pending and line[:1] in {b" ", b"\t"}:
            pending.append(line[1:])
            continue
        if pending:
            yield b"".join(pending)
        pending = [line]
    yield b"".join(pending)


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace")


class _Desk:
    """Where lines are laid out. `_open` is the path of what has begun and not ended."""

    def __init__(self) -> None:
        self._calendars: list[RawCalendar] = []
        self._open: list[str] = []
        self._event: RawEvent | None = None
        self._count = 0

    def take(self, line: bytes) -> None:
        if not line.strip():
            return
        found = _NAME.match(line)
        name = found[1].decode("ascii").upper() if found else None
        if name == "BEGIN":
            self._begin(_text(line).partition(":")[2].strip().upper())
        elif name == "END":
            self._end(_text(line).partition(":")[2].strip().upper())
        else:
            self._keep(name, line)

    def finished(self) -> list[RawCalendar]:
        if self._open:
            raise Unreadable(
                "The calendar breaks off: END:VCALENDAR is missing; fetch or export it again"
            )
        return self._calendars

    def _begin(self, kind: str) -> None:
        if kind == "VCALENDAR":
            self._begin_calendar()
            return
        if kind in _PARTS and self._open:
            self._tear()
            del self._open[1:]
        self._open.append(kind)
        if self._open == ["VCALENDAR", "VEVENT"]:
            self._begin_event()
        elif self._open == ["VCALENDAR", "VTIMEZONE"]:
            self._calendars[-1].zones.append([])
        self._keep_of_zone(f"BEGIN:{kind}", kind)

    def _begin_calendar(self) -> None:
        if self._open:
            raise Unreadable(
                "The calendar breaks off: another one begins before END:VCALENDAR; "
                "fetch or export it again"
            )
        self._open.append("VCALENDAR")
        self._calendars.append(RawCalendar())

    def _begin_event(self) -> None:
        self._count += 1
        if self._count > MOST_EVENTS:
            raise Unreadable(
                f"The calendar has more than {MOST_EVENTS} events; publish fewer, "
                "for example without those of past years"
            )
        self._event = RawEvent()
        self._calendars[-1].events.append(self._event)

    def _end(self, kind: str) -> None:
        if kind not in self._open:
            return
        self._keep_of_zone(f"END:{kind}", kind)
        while (ended := self._open.pop()) != kind:
            if ended == "VEVENT":
                self._tear()
        if kind == "VEVENT":
            self._event = None

    def _tear(self) -> None:
        if self._event is not None:
            self._event.is_torn = True
            self._event = None

    def _keep(self, name: str | None, line: bytes) -> None:
        match self._open:
            case []:
                self._keep_outside(line)
            case ["VCALENDAR"]:
                self._keep_of_calendar(name, line)
            case ["VCALENDAR", "VEVENT"]:
                self._keep_of_event(name, line)
            case ["VCALENDAR", "VTIMEZONE", *_] if name in _OF_A_ZONE:
                self._keep_of_zone(_text(line), "VTIMEZONE")
            case _:
                pass

    def _keep_outside(self, line: bytes) -> None:
        """Take what stands before, between or behind calendars; before the first is nothing."""
        if self._calendars:
            self._calendars[-1].strays.append(_text(line[:_SHOWN]))

    def _keep_of_calendar(self, name: str | None, line: bytes) -> None:
        if name in _OF_A_CALENDAR:
            self._calendars[-1].lines.append(_text(line))
        elif name is None:
            self._calendars[-1].strays.append(_text(line[:_SHOWN]))

    def _keep_of_event(self, name: str | None, line: bytes) -> None:
        if self._event is None:
            return
        if name in NEEDED:
            self._event.lines.append(_text(line))
        elif name is None:
            self._event.strays.append(_text(line[:_SHOWN]))

    def _keep_of_zone(self, line: str, kind: str) -> None:
        if kind not in _OBSERVANCES or self._open[1:2] != ["VTIMEZONE"]:
            return
        zones = self._calendars[-1].zones
        if len(zones) <= MOST_ZONES and len(zones[-1]) < MOST_ZONE_LINES:
            zones[-1].append(line)
