"""May staff correct a visit like this? What a correction then means is in `folds.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from daemon.presence.visits import Correction, Visit


class Problem(StrEnum):
    """Why a correction is refused. When several are true, the first in this order is named."""

    NO_SUCH_VISIT = "no-such-visit"
    OUTSIDE_THE_DAY = "outside-the-day"
    IN_THE_FUTURE = "in-the-future"
    ENDS_BEFORE_IT_BEGINS = "ends-before-it-begins"
    OVERLAPS_ANOTHER = "overlaps-another"


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where a correction may lie: in the presence-day [begins, ends), and not after `now`."""

    begins: datetime
    ends: datetime
    now: datetime


def problem_with(correction: Correction, visits: Sequence[Visit], bounds: Bounds) -> Problem | None:
    """Return why staff may not correct one of the day's `visits` (in order) so, None if they may.

    An end may touch `bounds.ends` and the beginning of the next visit. An invented end of the
    visit before takes no room: it moves.
    """
    place = {visit.id: number for number, visit in enumerate(visits)}.get(correction.visit_id)
    if place is None:
        return Problem.NO_SUCH_VISIT
    problem = _problem_with_moments(correction, bounds)
    if problem is not None:
        return problem
    began = correction.began or visits[place].began
    ended = correction.ended or visits[place].ended
    if ended is not None and ended < began:
        return Problem.ENDS_BEFORE_IT_BEGINS
    earlier, later = visits[:place], visits[place + 1 :]
    if earlier and began < (earlier[-1].ended or earlier[-1].began):
        return Problem.OVERLAPS_ANOTHER
    if later and later[0].began < (ended or began):
        return Problem.OVERLAPS_ANOTHER
    return None


def _problem_with_moments(correction: Correction, bounds: Bounds) -> Problem | None:
    given = [each for each in (correction.began, correction.ended) if each is not None]
    if any(not bounds.begins <= each <= bounds.ends for each in given):
        return Problem.OUTSIDE_THE_DAY
    if correction.began == bounds.ends:
        return Problem.OUTSIDE_THE_DAY
    if any(each > bounds.now for each in given):
        return Problem.IN_THE_FUTURE
    return None
