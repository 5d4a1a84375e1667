"""From when on something is an alarm, as `[alarms]` in the settings says. None: never."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """`warning`: how long before a door has stood open for too long staff are warned.

    `silence`: how long a device may be offline. `refusals` within `burst` at one reader are many.
    `drift`: how much a reader's clock may differ from ours.
    """

    warning: timedelta | None = timedelta(seconds=10)
    silence: timedelta | None = timedelta(minutes=10)
    refusals: int | None = 5
    burst: timedelta = timedelta(seconds=60)
    drift: timedelta | None = timedelta(seconds=5)


ORDINARY = Limits()
