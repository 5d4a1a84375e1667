"""A reader whose clock is wrong: three taps in a row that say so, one alarm a reader and day.

Taps that waited in a reader while its line was down look the same, but they arrive together: of
those that come within seconds of each other only the first counts.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

_IN_A_ROW = 3
_APART = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Drift:
    """How many taps in a row were off, when the last of them came, the day staff were alarmed."""

    count: int = 0
    last: datetime | None = None
    told: datetime | None = None


def heard(
    drift: Drift, at: datetime, received: datetime, limit: timedelta, day: datetime
) -> tuple[Drift, bool]:
    """Take in a tap that its reader dates `at`; tell whether staff are to be alarmed.

    `day`: when the site's own day began.
    """
    if abs(received - at) <= limit:
        return replace(drift, count=0, last=None), False
    if drift.last is not None and abs(received - drift.last) < _APART:
        return drift, False
    off = replace(drift, count=drift.count + 1, last=received)
    if off.count < _IN_A_ROW or off.told == day:
        return off, False
    return replace(off, told=day), True
