"""The machine's own clock, put forward or back: the wall's time against one that never jumps."""

from datetime import datetime, timedelta
from typing import NamedTuple

LIMIT = timedelta(seconds=5)
"""A clock that is kept right is never put by more."""


class Glance(NamedTuple):
    """What the wall and the steady clock (in seconds) showed at one moment."""

    wall: datetime
    steady: float


def put_by(before: Glance, after: Glance) -> timedelta:
    """Return how far the clock was put between two glances, zero if by no more than `LIMIT`."""
    put = after.wall - before.wall - timedelta(seconds=after.steady - before.steady)
    return put if abs(put) > LIMIT else timedelta()


def behind(now: datetime, newest: datetime) -> timedelta:
    """Return how far the clock is behind what was written last (below zero), zero if it is not."""
    return now - newest if newest - now > LIMIT else timedelta()
