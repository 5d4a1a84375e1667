"""A VEVENT as one frozen value, its lines read once and checked. It knows nothing of windows."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TypeVar

from icalendar import vRecur
from icalendar.parser import Contentline, Parameters

from daemon.calendars.limits import LONGEST_TITLE, LONGEST_UID
from daemon.calendars.stamps import NOTHING, Clock, Length, Stamp, Unusable, between, duration

_HEAD = re.compile(r'((?:[^":]|"[^"]*")*):(.*)', re.DOTALL)
_DIGITS = 9  # of a SEQUENCE: fits a database's integer
_NO_PERSON = frozenset({"ROOM", "RESOURCE"})
_Time = TypeVar("_Time")


@dataclass(frozen=True, slots=True)
class Change:
    """Which instance of a series is changed; `onwards`: all that follow are changed alike."""

    original: Stamp
    onwards: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """What one VEVENT says: an event, a series, or one changed instance of it.

    `extra` are RDATEs, with their own length where they are periods, `without` EXDATEs.
    `is_off`: cancelled. `is_free`: it does not keep the room busy. Neither needs a length.
    """

    uid: str
    sequence: int
    start: Stamp
    length: Length
    change: Change | None = None
    rules: tuple[vRecur, ...] = ()
    extra: tuple[tuple[Stamp, Length | None], ...] = ()
    without: tuple[Stamp, ...] = ()
    is_off: bool = False
    is_free: bool = False
    title: str = ""
    organizer: str | None = None
    attendees: tuple[str, ...] = ()

    @property
    def is_single(self) -> bool:
        return not (self.rules or self.extra or self.change)


@dataclass(frozen=True, slots=True)
class Line:
    """One content line, its value as it was written."""

    params: Parameters
    value: str


class Lines:
    """The lines of one event, by name."""

    def __init__(self, lines: list[str]) -> None:
        self._by_name: dict[str, list[str]] = {}
        for line in lines:
            name = re.split(r"[ \t]*[;:]", line, maxsplit=1)[0].upper()
            self._by_name.setdefault(name, []).append(line)

    def one(self, name: str) -> Line | None:
        """Return the only line of this name; two would contradict each other."""
        found = self._by_name.get(name, ())
        if len(found) > 1:
            raise Unusable(f"The event has more than one {name}; leave one of them out")
        return _read(name, found[0]) if found else None

    def all(self, name: str) -> Iterator[Line]:
        for line in self._by_name.get(name, ()):
            yield _read(name, line)

    def legible(self, name: str) -> Iterator[Line]:
        """Yield what can be read; for names and titles, which open no door."""
        for line in self._by_name.get(name, ()):
            try:
                yield _read(name, line)
            except Unusable:
                continue


def uid_of(lines: Lines) -> str:
    """Return the UID, or refuse the event: without one it would be a new one at every reading."""
    line = lines.one("UID")
    uid = line.value.strip() if line else ""
    if not uid:
        raise Unusable("The event has no UID, so it can't be followed; export it with one")
    if len(uid) > LONGEST_UID:
        raise Unusable(
            f"The event's UID is longer than {LONGEST_UID} letters; give it a shorter one"
        )
    return uid


def entry_of(uid: str, lines: Lines, clock: Clock, *, is_off: bool) -> Entry:
    """Return what the lines say; `is_off`: the whole calendar is a cancellation."""
    if lines.one("EXRULE"):
        raise Unusable("The series has an EXRULE, which is outdated; write EXDATEs instead")
    is_off = is_off or _word(lines.one("STATUS")) == "CANCELLED"
    is_free = _word(lines.one("TRANSP")) == "TRANSPARENT"
    start = _start(lines, clock)
    organizer = next(filter(None, map(_address, lines.legible("ORGANIZER"))), None)
    people = filter(None, map(_address, lines.legible("ATTENDEE")))
    return Entry(
        uid=uid,
        sequence=_sequence(lines.one("SEQUENCE")),
        start=start,
        length=NOTHING if is_off or is_free else _length(lines, clock, start),
        change=_change(lines, clock),
        rules=tuple(map(_rule, lines.all("RRULE"))),
        extra=tuple(_each("RDATE", lines, clock.period)),
        without=tuple(_each("EXDATE", lines, clock.stamp)),
        is_off=is_off,
        is_free=is_free,
        title=_title(next(lines.legible("SUMMARY"), None)),
        organizer=organizer,
        attendees=tuple(each for each in dict.fromkeys(people) if each != organizer),
    )


def lost_change_of(uid: str, lines: Lines, clock: Clock) -> Entry | None:
    """Return a refused change as a cancellation: its instance is no longer what the rule says."""
    try:
        change = _change(lines, clock)
    except Unusable:
        return None
    if change is None:
        return None
    alone = Change(change.original, onwards=False)
    return Entry(uid, 0, change.original, NOTHING, change=alone, is_off=True)


def _change(lines: Lines, clock: Clock) -> Change | None:
    line = lines.one("RECURRENCE-ID")
    if line is None:
        return None
    original = clock.stamp("RECURRENCE-ID", line.value, line.params)
    return Change(original, onwards=_param(line, "RANGE") == "THISANDFUTURE")


def _start(lines: Lines, clock: Clock) -> Stamp:
    line = lines.one("DTSTART")
    if line is None:
        raise Unusable("The event has no DTSTART, so nobody knows when it begins; add one")
    return clock.stamp("DTSTART", line.value, line.params)


def _length(lines: Lines, clock: Clock, start: Stamp) -> Length:
    """Return the length; a day without an end is one day, a time without one is nothing."""
    if end := lines.one("DTEND"):
        length = between(start, clock.stamp("DTEND", end.value, end.params))
    elif text := lines.one("DURATION"):
        length = duration("DURATION", text.value)
    else:
        length = Length(int(start.is_day), timedelta())
    if start.is_day and length.rest:
        raise Unusable("The event is of whole days, its DURATION is not; make them alike")
    length.check()
    return length


def _each(
    name: str, lines: Lines, read: Callable[[str, str, Parameters], _Time]
) -> Iterator[_Time]:
    """Yield every time of the lines of this name; an empty line names none."""
    for line in lines.all(name):
        for text in filter(None, line.value.split(",")):
            yield read(name, text, line.params)


def _rule(line: Line) -> vRecur:
    try:
        rule: vRecur | None = vRecur.from_ical(line.value.strip())
    except ValueError:
        rule = None
    if not rule or "FREQ" not in rule:
        raise Unusable(f"RRULE `{line.value[:40]}` can't be read; correct it in the calendar")
    return rule


def _sequence(line: Line | None) -> int:
    text = line.value.strip() if line else "0"
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise Unusable(f"SEQUENCE `{text[:40]}` is no number; correct it in the calendar")
    return int(text)


def _word(line: Line | None) -> str:
    return line.value.strip().upper() if line else ""


def _param(line: Line, name: str) -> str:
    return str(line.params.get(name, "")).upper()


def _title(line: Line | None) -> str:
    if line is None:
        return ""
    text = Contentline(f"SUMMARY:{line.value}").parts()[2] if "\\" in line.value else line.value
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(shown.split())[:LONGEST_TITLE]


def _address(line: Line) -> str | None:
    """Return a person's address; some calendars write it beside a name of their own for him."""
    if _param(line, "CUTYPE") in _NO_PERSON:
        return None
    scheme, colon, address = line.value.strip().partition(":")
    written = address if colon and scheme.lower() == "mailto" else str(line.params.get("EMAIL", ""))
    return written.strip().lower() or None


def _read(name: str, text: str) -> Line:
    """Take a line apart. Heads come back again and again, so each is read only once."""
    found = _HEAD.fullmatch(text)
    params = _params(found[1]) if found else None
    if found is None or params is None:
        raise Unusable(f"The line {name} can't be read; correct it in the calendar")
    return Line(params, found[2])


@lru_cache(maxsize=2000)
def _params(head: str) -> Parameters | None:
    try:
        return Contentline(f"{head}:").raw_parts()[1] if ";" in head else Parameters()
    except ValueError:
        return None
