"""Hours on the wall, as forms have them, become moments. Pure.

In the two nights in which the clocks are changed an hour is left out or comes twice: the first is
refused, of the second the form must say which one it means.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST, SECOND = "first", "second"
"""Which of two equal hours is meant."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1971, 9997
_ONE_DAY = timedelta(days=1)


class Amiss(ValueError):
    """There is no such day or hour; `word` says which: day, clock, left_out, twice."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def day_of(text: str) -> date:
    """Return the day written as 2026-11-23; raises Amiss."""
    try:
        found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None or not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise Amiss("day")
    return found


def clock_of(text: str) -> time:
    """Return the time of day written as 09:30; raises Amiss."""
    if _CLOCK.fullmatch(text) is None:
        raise Amiss("clock")
    return time.fromisoformat(text)


def moment_at(day: date, clock: time, zone: ZoneInfo, turn: str = "") -> datetime:
    """Return the moment, in UTC, at which the wall on `day` shows `clock`.

    `turn`: FIRST or SECOND where it comes twice. Raises Amiss where it never comes, or comes twice
    and `turn` says nothing.
    """
    wall = datetime.combine(day, clock)
    early, late = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early.astimezone(zone).replace(tzinfo=None, fold=0) != wall:
        raise Amiss("left_out")
    if early != late and turn not in {FIRST, SECOND}:
        raise Amiss("twice")
    return late if turn == SECOND else early


def end_day(day: date, begins: time, ends: time) -> date:
    """Return the day on which it ends where no other is said: an end not later is of the next."""
    return day if ends > begins else day + _ONE_DAY


def day_text(at: datetime, zone: ZoneInfo) -> str:
    """Return the day of a moment as forms have it."""
    return at.astimezone(zone).date().isoformat()


def clock_text(at: datetime, zone: ZoneInfo) -> str:
    """Return the time of day of a moment as forms have it."""
    return at.astimezone(zone).strftime("%H:%M")


def turn_of(at: datetime, zone: ZoneInfo) -> str:
    """Return which of two equal hours a moment lies in; nothing for any other hour."""
    local = at.astimezone(zone)
    early, late = local.replace(fold=0).utcoffset(), local.replace(fold=1).utcoffset()
    if early == late:
        return ""
    return SECOND if local.fold else FIRST
