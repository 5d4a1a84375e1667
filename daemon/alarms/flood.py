"""Unknown badges that come faster than any reader reads: counted together instead of one by one.

Only what a resting reader refuses anyway. A reader sees a few cards a second; what sends a hundred
is none, and would write more into the journal than anybody could ever read.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

MOST = 80
"""Refusals within a second that are still written one by one."""
TOGETHER = timedelta(seconds=5)
"""How long they are counted until the sum is written down."""
_SECOND = timedelta(seconds=1)
_CALM = 5
"""Who brings no more than these in all that time is no flood any more."""


@dataclass(frozen=True, slots=True)
class Flood:
    """How many came since when. `counted`: they have no entries of their own any more."""

    since: datetime
    count: int = 0
    counted: bool = False


def refused(flood: Flood | None, at: datetime) -> Flood:
    """Take in that a resting reader refused one more unknown badge."""
    if flood is None or not (flood.counted or _within(flood, at, _SECOND)):
        return Flood(at, 1)
    if not flood.counted and flood.count == MOST:
        return Flood(at, 1, counted=True)
    return replace(flood, count=flood.count + 1)


def is_due(flood: Flood, now: datetime) -> bool:
    """Tell whether a sum is to be written down."""
    return flood.counted and not _within(flood, now, TOGETHER)


def told(flood: Flood, now: datetime) -> Flood | None:
    """Take in that the sum was written; None if the flood is over."""
    return None if flood.count <= _CALM else Flood(now, counted=True)


def _within(flood: Flood, at: datetime, time: timedelta) -> bool:
    """Tell whether it is no longer ago; a clock that was set back tells nothing."""
    return timedelta() <= at - flood.since < time
