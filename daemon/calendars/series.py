"""A series and its changes, followed by recurring-ical-events on a wall without zones.

That library is right about rules, exceptions, extra dates, moved instances and "this and all that
follow", and wrong about gaps, lengths and everything that is no busy time. So it gets walls, and
says which entry holds at which wall; zone, length and standing are put to it here.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cached_property
from itertools import takewhile

from dateutil.rrule import rrule
from icalendar import Event, vDDDLists, vDDDTypes
from recurring_ical_events import EventAdapter, Occurrence, Series

from daemon.calendars.entries import Entry
from daemon.calendars.limits import (
    MARGIN,
    MOST_CHANGES_OF_A_SERIES,
    MOST_RULES_OF_A_SERIES,
    MOST_STEPS_OF_A_SERIES,
    MOST_TURNS_OF_A_SERIES,
)
from daemon.calendars.rules import Rule, WalkedEnough
from daemon.calendars.stamps import Length, Stamp, Unusable
from daemon.calendars.words import Span
from daemon.calendars.zones import LIBRARY_TROUBLE, moment_of, wall_of


@dataclass(frozen=True, slots=True)
class Instance:
    """One occurrence: the entry that holds, the start it had by its rule, if any, its moments."""

    entry: Entry
    original: Stamp | None
    start: datetime
    end: datetime


class Plan:
    """All entries of one UID and the window we ask for. Building it walks nothing yet."""

    def __init__(self, entries: Sequence[Entry], window: Span) -> None:
        """Refuse a series that would take too long; `cost` is what walking it takes."""
        cores = [entry for entry in entries if entry.change is None]
        self._core = max(cores, key=lambda entry: entry.sequence, default=None)
        self._wall = _Wall(self._core.start if self._core else _original(entries[0]))
        self._since = wall_of(window.start, self._wall.zone) - MARGIN
        self._until = wall_of(window.end, self._wall.zone) + MARGIN
        self._reach = self._until + _longest_way_back(entries)
        self._adapters = [self._adapter(entry) for entry in entries]
        self._check(entries)
        self.cost = sum(rule.cost for each in self._adapters for rule in each.rules.values())
        if self.cost > MOST_STEPS_OF_A_SERIES:
            raise Unusable(
                "The series repeats too often, or began too long ago, to be followed; "
                "write it as a daily or weekly series with a later start"
            )

    def instances(self) -> Iterator[Instance]:
        """Yield what happens in the window and some time around it, in no order."""
        if self._core is not None and self._core.is_off:
            return
        try:
            series = _Series(self._adapters)
            for found in series.between(self._since, self._until):
                if isinstance(found, _Found):  # they all are, the library can't know
                    yield self._instance(found)
        except LIBRARY_TROUBLE:
            raise Unusable(
                "The series' rule can't be followed; write it anew in the calendar"
            ) from None

    def _check(self, entries: Sequence[Entry]) -> None:
        rules = len(self._core.rules) if self._core else 0
        changes = [entry for entry in entries if entry.change]
        turns = [entry for entry in entries if entry.change and entry.change.onwards]
        if (
            rules > MOST_RULES_OF_A_SERIES
            or len(changes) > MOST_CHANGES_OF_A_SERIES
            or len(turns) > MOST_TURNS_OF_A_SERIES
        ):
            raise Unusable("The series has been changed too often to be followed; begin a new one")
        if any(entry.start.is_day != self._wall.is_day for entry in turns):
            raise Unusable("The series turns from times to whole days; begin a new one there")

    def _adapter(self, entry: Entry) -> "_Adapter":
        event = Event()
        event.add("UID", entry.uid)
        event.add("SEQUENCE", entry.sequence)
        wall = self._wall
        start = entry.start.wall.date() if entry.start.is_day else entry.start.on(wall.zone)
        event["DTSTART"] = vDDDTypes(start)
        event["DTEND"] = vDDDTypes(start + timedelta(entry.length.days) + entry.length.rest)
        if entry.change:
            event["RECURRENCE-ID"] = vDDDTypes(wall.of(entry.change.original))
            if entry.change.onwards:
                event["RECURRENCE-ID"].params["RANGE"] = "THISANDFUTURE"
            return _Adapter(event, entry, {})
        event["EXDATE"] = vDDDLists([wall.left_out(stamp) for stamp in entry.without])
        event["RDATE"] = vDDDLists([wall.of(stamp) for stamp, _ in entry.extra])
        rules = [Rule(rule, entry.start, self._reach) for rule in entry.rules]
        return _Adapter(event, entry, {rule.text: rule for rule in rules})

    def _instance(self, found: "_Found") -> Instance:
        entry, zone = found.entry, self._wall.zone
        if found.is_itself and entry.change:
            original = Stamp(_clock(self._wall.of(entry.change.original)), zone, self._wall.is_day)
            end = entry.length.end(entry.start.wall, entry.start.zone)
            return Instance(entry, original, entry.start.moment, end)
        wall = _clock(found.start)
        original = Stamp(wall - found.moved, zone, self._wall.is_day)
        length = self._periods.get(original.wall) or entry.length
        by_rule = None if entry.is_single else original
        return Instance(entry, by_rule, moment_of(wall, zone), length.end(wall, zone))

    @cached_property
    def _periods(self) -> dict[datetime, Length]:
        extra = self._core.extra if self._core else ()
        return {_clock(self._wall.of(stamp)): length for stamp, length in extra if length}


class _Wall:
    """The wall on which a series is followed: that of its first start."""

    def __init__(self, first: Stamp) -> None:
        self.zone: tzinfo = first.zone
        self.is_day = first.is_day
        self._time = first.wall.time()

    def of(self, stamp: Stamp) -> date:
        """Return a start on this wall; where a day is named, its own time of day is meant."""
        wall = stamp.on(self.zone)
        if self.is_day:
            return wall.date()
        return datetime.combine(wall, self._time) if stamp.is_day else wall

    def left_out(self, stamp: Stamp) -> date:
        """Return an exception on this wall; where a day is named, all of that day is meant."""
        return stamp.wall.date() if stamp.is_day else self.of(stamp)


def _original(entry: Entry) -> Stamp:
    return entry.change.original if entry.change else entry.start


def _longest_way_back(entries: Sequence[Entry]) -> timedelta:
    """Return how far behind the window a rule's start may lie that was moved into it."""
    turns = (each for each in entries if each.change and each.change.onwards)
    ways = (each.change.original.wall - each.start.wall for each in turns if each.change)
    return max([*ways, timedelta()])


def _clock(wall: date) -> datetime:
    return wall if isinstance(wall, datetime) else datetime.combine(wall, time.min)


class _Adapter(EventAdapter):
    """An entry as the library wants it."""

    def __init__(self, event: Event, entry: Entry, rules: dict[str, Rule]) -> None:
        super().__init__(event)
        self.entry = entry
        self.rules = rules

    @property
    def rrules(self) -> set[str]:
        return set(self.rules)


class _Found(Occurrence):
    """An occurrence that still knows its entry. `is_itself`: not made by a rule."""

    def __init__(self, adapter: _Adapter, start: date | None, end: date | None) -> None:
        super().__init__(adapter, start, end)
        self.entry = adapter.entry
        self.is_itself = start is None
        self.moved: timedelta = adapter.move_recurrences_by


class _Walk(Series.RecurrenceRules):
    """The library's walk along the rules, with paces that end."""

    core: _Adapter

    def rrulestr(self, rule_string: str) -> rrule:
        rule = super().rrulestr(rule_string)
        paced: rrule = rule.replace(interval=self.core.rules[rule_string].paces(), cache=False)
        paced.string, paced.until = rule.string, rule.until  # type: ignore[attr-defined] # library's
        return paced

    def rrule_between(  # type: ignore[override] # our walls are naive datetimes, all of them
        self, span_start: datetime, span_stop: datetime
    ) -> Iterator[datetime]:
        for rule in self.rrules:
            with suppress(WalkedEnough):
                for start in takewhile(lambda each: each <= span_stop, rule):
                    if start >= span_start:
                        yield start


class _Series(Series):
    """The library's series, with our walk and our occurrences."""

    RecurrenceRules = _Walk

    def occurrence(  # type: ignore[override] # all adapters are ours
        self, adapter: _Adapter, start: date | None = None, end: date | None = None
    ) -> _Found:
        return _Found(adapter, start, end)

    def skip_core_modification(  # type: ignore[override] # all adapters are ours
        self, modification: _Adapter
    ) -> bool:
        """Tell whether this is an outdated series that was exported as a change of the new one."""
        return bool(modification.entry.rules) and modification.sequence < self.recurrence.sequence
