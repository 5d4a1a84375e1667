"""Weekly windows, openings and the site's own day, pure: a moment in, an answer out.

Moments are aware and in UTC. A wall time becomes a moment only through the zone and never by
adding to a local time, because a local hour may be missing (spring) or come twice (autumn). The
wall decides what a window covers: what comes twice is inside twice, what is missing never comes.
"""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from daemon.access.facts import Half, SiteCalendar, Window

Windows = tuple[Window, ...] | None  # None: always; empty: never

_DAY = timedelta(days=1)


def is_inside(windows: Windows, local: datetime) -> bool:
    """Tell whether a local time is in one of the windows; `until` is no longer inside."""
    if windows is None:
        return True
    clock = local.time()
    today = local.weekday()
    for window in windows:
        since, until, days = window.since, window.until, window.weekdays
        if since < until:
            if since <= clock < until and today in days:
                return True
        elif clock >= since:
            if today in days:
                return True
        elif clock < until and (today - 1) % 7 in days:
            return True
    return False


def next_opening(
    windows: Windows, after: datetime, calendar: SiteCalendar, *, holidays: bool, days: int
) -> datetime | None:
    """Return the first moment from `after` on that is inside, and no holiday unless `holidays`.

    Looks `days` local days ahead of the present one; None if nothing opens until then.
    """
    if windows == ():
        return None
    if _is_open(windows, after, calendar, holidays=holidays):
        return after
    clocks = {time.min, *(window.since for window in windows or ())}
    today = after.astimezone(calendar.zone).date()
    for ahead in range(days + 1):
        for moment in _turns(today + ahead * _DAY, clocks, calendar.zone):
            if moment > after and _is_open(windows, moment, calendar, holidays=holidays):
                return moment
    return None


def closing(windows: tuple[Window, ...], at: datetime, calendar: SiteCalendar) -> datetime:
    """Return when the last of the windows that `at` is inside ends; it must be inside of one."""
    local = at.astimezone(calendar.zone)
    today, clock, weekday = local.date(), local.time(), local.weekday()
    ends = []
    for window in windows:
        crosses = window.until <= window.since
        if (
            weekday in window.weekdays
            and window.since <= clock
            and (crosses or clock < window.until)
        ):
            ends.append(reached(today + _DAY if crosses else today, window.until, calendar.zone))
        if crosses and (weekday - 1) % 7 in window.weekdays and clock < window.until:
            ends.append(reached(today, window.until, calendar.zone))
    return max(ends)


def reached(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return the first moment at which the wall on `day` shows `clock`, or has jumped over it."""
    wall = datetime.combine(day, clock)
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    return _jump(day, zone) or moment


def day_bounds(day: date, calendar: SiteCalendar) -> tuple[datetime, datetime]:
    """Return first moment and end of the site's own day, which runs from day-end to day-end."""
    return (
        reached(day, calendar.day_ends, calendar.zone),
        reached(day + _DAY, calendar.day_ends, calendar.zone),
    )


def month_bounds(day: date, calendar: SiteCalendar) -> tuple[datetime, datetime]:
    """Return first moment and end of the month of own days to which `day` belongs."""
    first = day.replace(day=1)
    following = (first + 31 * _DAY).replace(day=1)
    return day_bounds(first, calendar)[0], day_bounds(following, calendar)[0]


def month_of(at: datetime, calendar: SiteCalendar) -> tuple[int, int]:
    """Return year and month to which the own day of a moment belongs."""
    day = local_day(at, calendar)
    return day.year, day.month


def local_day(at: datetime, calendar: SiteCalendar) -> date:
    """Return the site's own day of a moment: before the day-end it is still the day before."""
    today = at.astimezone(calendar.zone).date()
    begun = at >= reached(today, calendar.day_ends, calendar.zone)
    return today if begun else today - _DAY


def half_of(at: datetime, calendar: SiteCalendar) -> Half:
    """Return in which half of its own day a moment lies; the afternoon begins on the stroke."""
    day = local_day(at, calendar)
    turns = day if calendar.half_day_at > calendar.day_ends else day + _DAY
    has_turned = at >= reached(turns, calendar.half_day_at, calendar.zone)
    return Half.AFTERNOON if has_turned else Half.MORNING


def last_day_end(at: datetime, calendar: SiteCalendar) -> datetime:
    """Return the latest day-end that is not after `at`."""
    return reached(local_day(at, calendar), calendar.day_ends, calendar.zone)


def _is_open(windows: Windows, at: datetime, calendar: SiteCalendar, *, holidays: bool) -> bool:
    local = at.astimezone(calendar.zone)
    if not is_inside(windows, local):
        return False
    return holidays or calendar.holidays.name(local.date()) is None


def _turns(day: date, clocks: Iterable[time], zone: ZoneInfo) -> list[datetime]:
    """Return, in order, every moment of `day` at which something may open.

    That is each of the times, twice where it comes twice, and the moment the clocks are changed.
    """
    walls = [datetime.combine(day, clock, zone) for clock in clocks]
    moments = {wall.replace(fold=fold).astimezone(UTC) for wall in walls for fold in (0, 1)}
    jump = _jump(day, zone)
    return sorted(moments if jump is None else moments | {jump})


def _jump(day: date, zone: ZoneInfo) -> datetime | None:
    """Return the moment on `day` at which the clocks are changed, None on an ordinary day."""
    start = datetime.combine(day, time.min, zone)
    end = datetime.combine(day + _DAY, time.min, zone)
    before = start.utcoffset()
    if before == end.utcoffset():
        return None
    midnight = start.astimezone(UTC)

    def has_changed(second: int) -> bool:
        moment = midnight + timedelta(seconds=second)
        return moment.astimezone(zone).utcoffset() != before

    length = (end.astimezone(UTC) - midnight) // timedelta(seconds=1)
    return midnight + timedelta(seconds=bisect_left(range(length), True, key=has_changed))  # noqa: FBT003 - the value sought, not a switch
