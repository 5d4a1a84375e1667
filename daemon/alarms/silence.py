"""A device that has been offline for too long: one alarm, and a word when it is back.

Silent is what was told to be offline, by its last will or by us where it is plugged in here. A
device that never speaks of its being there cannot be missed.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Silence:
    """A device is offline `since` then; `told`: staff have been alarmed."""

    since: datetime
    told: bool = False


def offline(silence: Silence | None, at: datetime) -> Silence:
    """Take in that it is offline; said again, that changes nothing."""
    return silence or Silence(at)


def is_due(silence: Silence, now: datetime, limit: timedelta) -> bool:
    """Tell whether staff are to be alarmed now."""
    return not silence.told and now - silence.since >= limit


def told(silence: Silence) -> Silence:
    """Take in that staff have been alarmed."""
    return replace(silence, told=True)
