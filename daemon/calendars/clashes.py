"""Which of a calendar's slots can have the room, pure: intervals in, those that overlap out.

Who has the room already keeps it, then who comes first by time. Half-open: back to back is fine.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Claim:
    """A slot that wants the room; `settled`: it has it already, at this very time."""

    key: str
    start: datetime
    end: datetime
    settled: bool = False


def clashes(taken: Iterable[Interval], claims: Iterable[Claim]) -> dict[str, Interval]:
    """Return, by key, the claims that cannot be had, with the interval that stands against each."""
    had = sorted(taken)
    refused: dict[str, Interval] = {}
    for claim in sorted(claims, key=lambda each: (not each.settled, each.start, each.key)):
        against = _against(had, claim)
        if against is None:
            insort(had, (claim.start, claim.end))
        else:
            refused[claim.key] = against
    return refused


def _against(had: Sequence[Interval], claim: Claim) -> Interval | None:
    """Return what overlaps: of disjoint intervals only the last that begins before the end can."""
    place = bisect_left(had, (claim.end,)) - 1
    if place >= 0 and had[place][1] > claim.start:
        return had[place]
    return None
