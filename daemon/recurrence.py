"""Series, pure: a rule and a first interval in, the intervals it means out. RFC 5545, 3.3.10.

Every occurrence begins at the first one's local hour, whatever the clocks do. Where that hour is
left out in a night, the offset before the gap holds (3.3.5): 02:30 becomes 03:30. Where it comes
twice, the first is meant. All are exactly as long as the first (3.8.5.3).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

MOST = 366
"""Occurrences of one series."""
FURTHEST = timedelta(days=731)
"""From its first occurrence to its last."""
LONGEST = 500
"""Characters of a rule."""
_DAY = "(?:MO|TU|WE|TH|FR|SA|SU)"
_PLACE = r"[+-]?[1-5]?"
_PARTS: Mapping[str, str] = {
    "FREQ": "DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": "[1-9][0-9]{0,2}",
    "COUNT": "[1-9][0-9]{0,3}",
    "UNTIL": "[0-9]{8}(?:T[0-9]{6}Z?)?",
    "BYDAY": f"{_PLACE}{_DAY}(?:,{_PLACE}{_DAY})*",
    "BYMONTHDAY": r"[+-]?(?:[1-9]|[12][0-9]|3[01])(?:,[+-]?(?:[1-9]|[12][0-9]|3[01]))*",
    "BYMONTH": "(?:[1-9]|1[0-2])(?:,(?:[1-9]|1[0-2]))*",
    "BYSETPOS": r"[+-]?[1-9][0-9]?(?:,[+-]?[1-9][0-9]?)*",
    "WKST": _DAY,
}
"""What a rule may say, and how. A series is of days: hours come from its first occurrence."""
_ROUND = 400
"""Years after which the Gregorian calendar repeats, weekdays and all."""


class NotASeries(ValueError):
    """The rule means no series of bookings; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` until `end`, half-open; refuses an end that is not after the start."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError("it ends before it begins")


def occurrences(rule: str, first: Span, zone: ZoneInfo) -> Sequence[Span]:
    """Return all that the rule means, `first` included; raises NotASeries."""
    parts = _parts(rule)
    wall = first.start.astimezone(zone).replace(tzinfo=None, fold=0)
    found = list(islice(_walls(parts, wall, zone), MOST + 1))
    if not found or found[0] != wall:
        raise NotASeries("the first booking is not on a day of the rule; begin on one that is")
    if len(found) > MOST:
        raise NotASeries(f"it means more than {MOST} bookings; end it sooner")
    if found[-1] > wall + FURTHEST:
        raise NotASeries("it goes on for more than two years; end it sooner")
    length = first.end - first.start
    spans = [first, *(_span(each, length, zone) for each in found[1:])]
    if any(after.start < before.end for before, after in pairwise(spans)):
        raise NotASeries("its bookings overlap each other; make them shorter or rarer")
    return spans


def _parts(rule: str) -> Mapping[str, str]:
    text = rule.upper().removeprefix("RRULE:")
    if len(rule) > LONGEST:
        raise NotASeries(f"it is longer than {LONGEST} characters")
    parts: dict[str, str] = {}
    for part in text.removesuffix(";").split(";"):
        name, _, value = part.partition("=")
        if name in parts:
            raise NotASeries(f"{name} stands twice")
        if name not in _PARTS:
            raise NotASeries(f"a rule is made of {', '.join(_PARTS)}, such as {_EXAMPLE}")
        if re.fullmatch(_PARTS[name], value, re.ASCII) is None:
            raise NotASeries(_SENTENCES.get(name, f"{name} is not written as RFC 5545 has it"))
        parts[name] = value
    if "FREQ" not in parts:
        raise NotASeries(_SENTENCES["FREQ"])
    if ("COUNT" in parts) is ("UNTIL" in parts):
        raise NotASeries("it needs an end: either COUNT, how many bookings, or UNTIL, the last day")
    return parts


_EXAMPLE = "FREQ=WEEKLY;BYDAY=MO;COUNT=10"
_SENTENCES = {
    "FREQ": "FREQ is DAILY, WEEKLY, MONTHLY or YEARLY",
    "UNTIL": "UNTIL is a day such as 20261231, or an instant such as 20261231T170000Z",
}


def _walls(parts: Mapping[str, str], first: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Give the local beginnings one by one."""
    last = _last(parts["UNTIL"], zone) if "UNTIL" in parts else None
    for wall in _days(parts, first):
        if last is not None and wall > last:
            return
        yield wall


def _days(parts: Mapping[str, str], first: datetime) -> Iterator[datetime]:
    """Give what the rule itself means from `first` on.

    dateutil looks for a next day until the year 9999, minutes long for a rule that never holds
    again. So it is asked late: in a year as near to that end as the calendar's round allows.
    """
    later = (MAXYEAR - first.year) // _ROUND * _ROUND
    text = ";".join(f"{name}={value}" for name, value in parts.items() if name != "UNTIL")
    rule = rrulestr(text, dtstart=first.replace(year=first.year + later))
    return (wall.replace(year=wall.year - later) for wall in rule)


def _last(until: str, zone: ZoneInfo) -> datetime:
    """Return the last local moment at which an occurrence may begin; a day counts to its end."""
    try:
        day = date.fromisoformat(until[:8])
        if len(until) == len("20261231"):
            return datetime.combine(day, time.max)
        wall = datetime.combine(day, time.fromisoformat(until[9:15]))
        if not until.endswith("Z"):
            return wall
        return wall.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise NotASeries(_SENTENCES["UNTIL"]) from None


def _span(wall: datetime, length: timedelta, zone: ZoneInfo) -> Span:
    start = wall.replace(tzinfo=zone).astimezone(UTC)
    return Span(start, start + length)
