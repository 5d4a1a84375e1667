"""Many refusals at one reader within a short time: somebody tries keys. One alarm a burst."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Burst:
    """When this reader refused lately; `told`: staff have been alarmed of this burst."""

    moments: tuple[datetime, ...] = ()
    told: bool = False


def refused(burst: Burst, at: datetime, limit: int, within: timedelta) -> tuple[Burst, bool]:
    """Take in a refusal; tell whether it makes them too many.

    A burst lasts until there were fewer than `limit` of them within the time once more.
    """
    moments = (*(each for each in burst.moments if abs(at - each) < within), at)[-limit:]
    many = len(moments) >= limit
    return Burst(moments, many), many and not burst.told
