"""When a message that nobody took is sent again, and when no more. Pure: times are arguments."""

from datetime import datetime, timedelta

SPAN = timedelta(days=3)
"""So long a message waits for its receiver."""
_FIRST, _LONGEST = timedelta(seconds=5), timedelta(hours=1)
_DOUBLINGS = 20  # far more than lead to the longest pause


def pause(tries: int, chance: float) -> timedelta:
    """Return how long to wait after so many tries in a row that failed, 1 or more.

    Twice as long each time, up to an hour. `chance`, from 0 to 1, decides within the upper half,
    so that all who were turned away together do not come back together.
    """
    nominal = min(_FIRST * (1 << min(tries - 1, _DOUBLINGS)), _LONGEST)
    return nominal * (0.5 + chance / 2)


def is_past_hope(received: datetime, failing: datetime, at: datetime) -> bool:
    """Tell whether an entry has waited for long enough, after a try that failed.

    `failing`: since when its receiver has taken nothing. What waited because nobody was here to
    send it has waited for nobody, so it is tried for as long as anything else.
    """
    return at - max(received, failing) >= SPAN
