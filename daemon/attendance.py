"""How long somebody was at a gathering, pure: what was seen of them in, minutes and per cent out.

Moments are UTC, so a night on which the clocks are changed has the hours that it really has.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

_MINUTE = timedelta(minutes=1)


class Step(IntEnum):
    """What was seen. Of two at the same moment leaving counts last."""

    HERE = 0
    GONE = 1


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody came to the gathering, or went from it."""

    at: datetime
    step: Step


@dataclass(frozen=True, slots=True)
class Window:
    """When a gathering is; `now` cuts off what is yet to come."""

    start: datetime
    end: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class Attendance:
    """`arrived` and `left` within the window; `left` None: nobody saw them go before its end.

    `percent` is of the gathering's whole time. Both are rounded down: never more than was.
    """

    minutes: int = 0
    percent: int = 0
    arrived: datetime | None = None
    left: datetime | None = None
    present: bool = False


def attendance(window: Window, seen: Iterable[Seen]) -> Attendance:
    """Return how much of the window somebody was there.

    Who was there before counts from its start. Who was not seen to go has stayed to the end: most
    rooms have no reader to leave by.
    """
    spans = _spans(sorted(seen, key=lambda each: (each.at, each.step)))
    if window.now < window.start:
        return Attendance()
    end = min(window.end, window.now)
    there = [
        (max(came, window.start), end if went is None else min(went, end), went)
        for came, went in spans
        if came < end and (went is None or went > window.start)
    ]
    if not there:
        return Attendance()
    spent = sum((went - came for came, went, _ in there), timedelta())
    last = there[-1][2]
    left = None if last is None or last > end else last
    percent = 100 * spent // (window.end - window.start)
    present = left is None and window.now < window.end
    return Attendance(spent // _MINUTE, percent, there[0][0], left, present)


def _spans(seen: Sequence[Seen]) -> Sequence[tuple[datetime, datetime | None]]:
    """Return from when until when somebody was there; None: as far as anybody knows, still."""
    spans: list[tuple[datetime, datetime | None]] = []
    since: datetime | None = None
    for each in seen:
        if each.step is Step.HERE:
            since = since or each.at
        elif since is not None:
            if each.at > since:
                spans.append((since, each.at))
            since = None
    return spans if since is None else [*spans, (since, None)]
