"""A time from a day to a day, with hours where they matter, as forms have it. Pure.

No hour means the whole day. Of an hour that comes twice the span has as much as it can: it begins
with the first and ends with the second.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from api.pages import walls
from api.pages.filling import amiss
from api.pages.walls import FIRST, SECOND, Amiss
from devices import moments

SPAN = ("from_day", "from_clock", "until_day", "until_clock")
_DAY = timedelta(days=1)


def boundary_of(said: Mapping[str, str], name: str, zone: ZoneInfo) -> str | None:
    """Return `from` or `until` as the API takes it, None where no day is said; raises Refused."""
    day, clock = (said.get(f"{name}_{part}", "").strip() for part in ("day", "clock"))
    try:
        if not day:
            return None
        if not clock:
            return walls.day_of(day).isoformat()
        turn = FIRST if name == "from" else SECOND
        at = walls.moment_at(walls.day_of(day), walls.clock_of(clock), zone, turn)
        return moments.shown(at)
    except Amiss:
        raise amiss(f"bad_{name}") from None


def span_text(since: datetime, until: datetime, zone: ZoneInfo) -> Mapping[str, str]:
    """Return the texts from which `boundary_of` reads the same; a whole day needs no hour."""
    first, last = (at.astimezone(zone) for at in (since, until))
    whole = last.time() == time.min
    day = last.date() - _DAY if whole else last.date()
    return {
        "from_day": first.date().isoformat(),
        "from_clock": "" if first.time() == time.min else f"{first:%H:%M}",
        "until_day": day.isoformat(),
        "until_clock": "" if whole else f"{last:%H:%M}",
    }
