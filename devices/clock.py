"""The one place that reads the time; everybody else is told.

Stored moments are whole microseconds since 1970 in UTC (`Micros`), so that no database, driver or
summer-time night can bend them; people and rules see aware datetimes.
"""

import time
from datetime import UTC, datetime, timedelta
from typing import NewType, Protocol

Micros = NewType("Micros", int)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Tells the time when asked; tests bring their own."""

    def __call__(self) -> datetime:
        """Return the present moment, aware, in UTC."""


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def steady() -> float:
    """Return seconds on a clock that never jumps, for time limits only."""
    return time.monotonic()


def micros(moment: datetime) -> Micros:
    """Return an aware moment as whole microseconds since 1970 UTC; refuses a naive one."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no offset from UTC")
    since = moment - EPOCH
    return Micros((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


def moment(stored: int) -> datetime:
    """Return stored microseconds as an aware moment in UTC."""
    return EPOCH + timedelta(microseconds=stored)
