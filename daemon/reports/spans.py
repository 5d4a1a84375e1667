"""Time that was, as reports count it: own days, opening hours without holidays, overlaps."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from daemon.access.facts import SiteCalendar, Window
from daemon.hours import reached
from daemon.recurrence import Span

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def days_between(first: date, end: date) -> Iterator[date]:
    """Yield the days from `first` until before `end`."""
    for number in range((end - first).days):
        yield first + number * _DAY


def open_days(days: Iterable[date], calendar: SiteCalendar) -> list[date]:
    """Return those that are no holidays."""
    return [day for day in days if calendar.holidays.name(day) is None]


def openings(
    days: Iterable[date], windows: Sequence[Window], calendar: SiteCalendar
) -> Sequence[Span]:
    """Return when the house is open on these days, holidays left out, in order and apart."""
    bounds = sorted(
        (reached(day, window.since, calendar.zone), _end(day, window, calendar))
        for day in open_days(days, calendar)
        for window in windows
        if day.weekday() in window.weekdays
    )
    return _apart(bounds)


def overlap(span: Span, others: Sequence[Span]) -> timedelta:
    """Return how long a span lies within the others, which are apart."""
    inside = (min(span.end, other.end) - max(span.start, other.start) for other in others)
    return sum((each for each in inside if each > timedelta()), timedelta())


def hours(length: timedelta) -> float:
    """Return a length in hours, to the hundredth, as it is invoiced."""
    return round(length / _HOUR, 2)


def _end(day: date, window: Window, calendar: SiteCalendar) -> datetime:
    over_midnight = window.until <= window.since
    return reached(day + _DAY if over_midnight else day, window.until, calendar.zone)


def _apart(bounds: Sequence[tuple[datetime, datetime]]) -> Sequence[Span]:
    """Return the same time in spans of which none touches another; what is empty is left out."""
    joined: list[Span] = []
    for start, end in bounds:
        if joined and start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, end))
        elif start < end:
            joined.append(Span(start, end))
    return joined
