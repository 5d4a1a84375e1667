"""A rule of repetition that can't run away, for the library that follows it.

dateutil walks from the first day until something fits, and a rule that never fits (30 February)
takes it to the year 9999. It adds the rule's INTERVAL at every step, so `Paces` is an INTERVAL that
counts, and ends the walk behind the last day we want to know.
"""

from datetime import date, datetime, time, timedelta
from math import ceil, prod

from icalendar import vRecur

from daemon.calendars.limits import FIRST_YEAR, LAST_YEAR
from daemon.calendars.stamps import Stamp, Unusable
from daemon.calendars.zones import wall_of

_DAY = timedelta(days=1)
# The shortest a step may be, and how much longer it takes than a step of a day.
_STEPS = {
    "YEARLY": (timedelta(days=365), 40),
    "MONTHLY": (timedelta(days=28), 4),
    "WEEKLY": (timedelta(days=7), 2),
    "DAILY": (_DAY, 1),
    "HOURLY": (timedelta(hours=1), 1),
    "MINUTELY": (timedelta(minutes=1), 1),
    "SECONDLY": (timedelta(seconds=1), 1),
}
_CLOCKS = ("BYHOUR", "BYMINUTE", "BYSECOND")
_KNOWN = frozenset(
    {
        *("FREQ", "UNTIL", "COUNT", "INTERVAL", "WKST", "BYSETPOS", "BYMONTH", "BYMONTHDAY"),
        *("BYYEARDAY", "BYWEEKNO", "BYDAY", *_CLOCKS),
    }
)


class WalkedEnough(Exception):
    """The walk is behind the last day that matters."""


class Paces(int):
    """An INTERVAL that may be added so many times; it serves one walk."""

    _left: int

    def __new__(cls, interval: int, steps: int) -> "Paces":
        paces = super().__new__(cls, interval)
        paces._left = steps
        return paces

    def __radd__(self, place: int) -> int:
        return place + self._step()

    def __mul__(self, days: int) -> int:
        return self._step() * days

    def _step(self) -> int:
        self._left -= 1
        if self._left < 0:
            raise WalkedEnough
        return int(self)


class Rule:
    """One RRULE on the wall of its series: its text for dateutil, its paces, what it costs."""

    def __init__(self, recur: vRecur, start: Stamp, reach: datetime) -> None:
        """Take a rule that is followed from `start` until the wall shows `reach`."""
        _check(recur)
        self._interval = int(recur.get("INTERVAL", [1])[0])
        frequency = str(recur["FREQ"][0]).upper()
        until = _until(recur, start)
        step, weight = _STEPS[frequency]
        far = max(min(until or reach, reach) - start.wall, timedelta())
        self._steps = ceil(far / (step * self._interval)) + 2
        if step < _DAY and "COUNT" in recur and not any(key.startswith("BY") for key in recur):
            self._steps = min(self._steps, int(recur["COUNT"][0]) + 1)
        self.cost = self._steps * weight * prod(len(recur.get(each, [0])) for each in _CLOCKS)
        self.text = _text(recur, until)

    def paces(self) -> Paces:
        """Return the INTERVAL to walk with, for one walk."""
        return Paces(self._interval, self._steps)


def _check(recur: vRecur) -> None:
    strange = sorted(set(recur) - _KNOWN)
    if strange or str(recur["FREQ"][0]).upper() not in _STEPS:
        raise Unusable(
            f"The series' rule says {', '.join(strange) or 'FREQ'} in a way no door understands; "
            "write it as a daily, weekly, monthly or yearly series"
        )
    if any(int(recur.get(name, [1])[0]) < 1 for name in ("INTERVAL", "COUNT")):
        raise Unusable("The series' rule has an INTERVAL or COUNT below 1; correct it")
    if "COUNT" in recur and "UNTIL" in recur:
        raise Unusable("The series' rule has COUNT and UNTIL; leave one of them out")


def _until(recur: vRecur, start: Stamp) -> datetime | None:
    """Return UNTIL on the wall of the series; a mere day is meant with all its hours."""
    value = recur.get("UNTIL", [None])[0]
    if not isinstance(value, date) or value.year > LAST_YEAR:
        return None
    if value.year < FIRST_YEAR:
        return datetime.combine(date(FIRST_YEAR, 1, 1), time.min)
    if not isinstance(value, datetime):
        return datetime.combine(
            value, time.min if start.is_day else time.max.replace(microsecond=0)
        )
    wall = value if value.tzinfo is None else wall_of(value, start.zone)
    return datetime.combine(wall, time.min) if start.is_day else wall


def _text(recur: vRecur, until: datetime | None) -> str:
    kept = {key: value for key, value in recur.items() if key != "UNTIL"}
    text: str = vRecur(kept).to_ical().decode()
    return text if until is None else f"{text};UNTIL={until:%Y%m%dT%H%M%S}"
