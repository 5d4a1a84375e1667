"""An iCalendar body in, slots and problems out. Pure: no network, no database, no clock.

A body that is no whole calendar raises Unreadable, and then nothing may be changed: it never means
that everything was cancelled. One bad event costs itself alone and is told as a problem.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import tzinfo
from zoneinfo import ZoneInfo

from daemon.calendars.entries import Entry, Lines, entry_of, lost_change_of, uid_of
from daemon.calendars.limits import (
    MOST_EVENTS,
    MOST_PROBLEMS,
    MOST_SLOTS,
    MOST_SLOTS_OF_A_SERIES,
    MOST_STEPS,
)
from daemon.calendars.lines import RawCalendar, RawEvent, taken_apart
from daemon.calendars.series import Instance, Plan
from daemon.calendars.stamps import Clock, Stamp, Unusable
from daemon.calendars.words import Problem, Reading, Slot, Span, Unreadable
from daemon.calendars.zones import Zones


def read(body: bytes, zone: ZoneInfo, window: Span) -> Reading:
    """Return what a body says about the window; `zone` is the venue's."""
    desk = _Desk(zone, window)
    for calendar in taken_apart(body):
        desk.take(calendar)
    return desk.reading()


def read_all(bodies: Mapping[str, bytes], zone: ZoneInfo, window: Span) -> Reading:
    """Return what several bodies say together, by name; an unreadable one costs itself.

    If none can be read, the whole is Unreadable.
    """
    desk = _Desk(zone, window)
    unreadable = 0
    for name, body in bodies.items():
        try:
            calendars = taken_apart(body)
        except Unreadable as error:
            unreadable += 1
            desk.tell(None, f"{name}: {error}")
            continue
        for calendar in calendars:
            desk.take(calendar)
    if bodies and unreadable == len(bodies):
        raise Unreadable("None of the calendar's objects can be read; check what the server sends")
    return desk.reading()


class _Desk:
    """Where calendars are laid out: entries by UID, and what is wrong with them."""

    def __init__(self, zone: ZoneInfo, window: Span) -> None:
        self._zone = zone
        self._window = window
        self._entries: dict[str, list[Entry]] = {}
        self._problems: list[Problem] = []
        self._untold = 0
        self._events = 0
        self._steps = 0

    def take(self, calendar: RawCalendar) -> None:
        """Read all events of a calendar."""
        self._events += len(calendar.events)
        if self._events > MOST_EVENTS:
            raise Unreadable(f"There are more than {MOST_EVENTS} events; publish fewer")
        zones = Zones(self._zone, calendar.zones)
        own = Lines(calendar.lines)
        method = next(own.legible("METHOD"), None)
        is_off = method is not None and method.value.strip().upper() == "CANCEL"
        if is_off and calendar.events:
            self.tell(
                None,
                "The calendar is a cancellation (METHOD:CANCEL): its events give no slot; "
                "import the calendar itself if that is not meant",
            )
        for stray in calendar.strays:
            self._tell_stray(None, stray)
        clock = Clock(zones, self._usual(own, zones))
        for event in calendar.events:
            self._take_event(event, clock, is_off=is_off)

    def tell(self, uid: str | None, problem: str) -> None:
        """Note a problem; beyond a bound they are only counted."""
        if len(self._problems) < MOST_PROBLEMS:
            self._problems.append(Problem(uid, problem))
        else:
            self._untold += 1

    def reading(self) -> Reading:
        """Return the slots of everything taken, in order of time, and the problems."""
        slots: dict[tuple[str, str], Slot] = {}
        for uid, entries in self._entries.items():
            try:
                found = list(self._slots(uid, entries))
            except Unusable as unusable:
                self.tell(uid, str(unusable))
                continue
            for slot in found:
                slots.setdefault((slot.uid, slot.recurrence), slot)
            if len(slots) > MOST_SLOTS:
                raise Unreadable(
                    f"The calendar fills more than {MOST_SLOTS} slots; publish fewer events"
                )
        if self._untold:
            last = f"{self._untold} more problems are not listed; correct these first"
            self._problems.append(Problem(None, last))
        ordered = sorted(slots.values(), key=lambda each: (each.start, each.uid, each.recurrence))
        return Reading(tuple(ordered), tuple(self._problems))

    def _usual(self, lines: Lines, zones: Zones) -> tzinfo | None:
        """Return the zone a calendar gives to times without one (X-WR-TIMEZONE), None if none."""
        line = next(lines.legible("X-WR-TIMEZONE"), None)
        if line is None or not line.value.strip():
            return None
        zone = zones.named(line.value.strip())
        if zone is None:
            self.tell(None, _unknown("X-WR-TIMEZONE", line.value.strip(), self._zone))
        return zone

    def _take_event(self, raw: RawEvent, clock: Clock, *, is_off: bool) -> None:
        lines = Lines(raw.lines)
        uid = None
        try:
            uid = uid_of(lines)
            if raw.is_torn:
                raise Unusable("The event does not end: END:VEVENT is missing; export it again")  # noqa: TRY301 - one place tells
            entry: Entry | None = entry_of(uid, lines, clock, is_off=is_off)
        except Unusable as unusable:
            self.tell(uid, str(unusable))
            entry = lost_change_of(uid, lines, clock) if uid else None
        if entry is not None:
            self._entries.setdefault(entry.uid, []).append(entry)
        for stray in raw.strays:
            self._tell_stray(uid, stray)
        for tzid in sorted(clock.unknown):
            self.tell(uid, _unknown("TZID", tzid, self._zone))
        clock.unknown.clear()

    def _tell_stray(self, uid: str | None, line: str) -> None:
        self.tell(uid, f"The line `{line}` can't be read and was left out; correct or remove it")

    def _slots(self, uid: str, entries: list[Entry]) -> Iterator[Slot]:
        if len(entries) == 1 and entries[0].is_single:
            yield from self._within([_single(entries[0])])
            return
        if _have_twins(entries):
            self.tell(uid, "Two events share this UID, the first was taken; give each its own")
        plan = Plan(entries, self._window)
        self._steps += plan.cost
        if self._steps > MOST_STEPS:
            raise Unreadable(
                "The calendar's series take too long to follow; publish fewer, "
                "or give them later starts"
            )
        for count, slot in enumerate(self._within(plan.instances())):
            if count >= MOST_SLOTS_OF_A_SERIES:
                raise Unusable(
                    f"The series fills more than {MOST_SLOTS_OF_A_SERIES} slots; "
                    "write it as a daily or weekly series"
                )
            yield slot

    def _within(self, instances: Iterable[Instance]) -> Iterator[Slot]:
        for instance in instances:
            entry = instance.entry
            if entry.is_off or entry.is_free:
                continue
            if instance.start < self._window.end and instance.end > self._window.start:
                yield _slot(instance)


def _single(entry: Entry) -> Instance:
    end = entry.length.end(entry.start.wall, entry.start.zone)
    return Instance(entry, None, entry.start.moment, end)


def _have_twins(entries: list[Entry]) -> bool:
    """Tell whether several events claim to be the series itself, and differ."""
    cores = [entry for entry in entries if entry.change is None]
    newest = max((entry.sequence for entry in cores), default=0)
    heads = [entry for entry in cores if entry.sequence == newest]
    return any(other != heads[0] for other in heads[1:])


def _slot(instance: Instance) -> Slot:
    entry = instance.entry
    return Slot(
        uid=entry.uid,
        recurrence=_recurrence(instance.original),
        start=instance.start,
        end=instance.end,
        title=entry.title,
        organizer=entry.organizer,
        attendees=entry.attendees,
        sequence=entry.sequence,
    )


def _recurrence(original: Stamp | None) -> str:
    if original is None:
        return ""
    if original.is_day:
        return f"{original.wall:%Y%m%d}"
    return f"{original.moment:%Y%m%dT%H%M%SZ}"


def _unknown(name: str, tzid: str, zone: ZoneInfo) -> str:
    return (
        f"{name} `{tzid[:60]}` is unknown, so {zone.key} was taken; name a zone such as {zone.key}"
    )
