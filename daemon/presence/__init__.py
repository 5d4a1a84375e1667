"""Who is in, pure: the movements of one person's presence-day in, that person's visits out.

A presence-day runs from one `day_ends` of the site to the next, and no visit spans it: everything
here speaks of one person and one such day. The journal says what moved; `fold` says what that
means. So a late fact or a correction is folded in with all the rest of its day, and `changes` says
what to write; `step` is the same for the everyday movement that comes after everything known.
"""

from daemon.presence.answers import Changes, changes, inside, presence_after
from daemon.presence.corrections import Bounds, Problem, problem_with
from daemon.presence.folds import fold
from daemon.presence.steps import at_day_end, step
from daemon.presence.visits import By, Correction, Move, Movement, Presence, Visit, visit_id

__all__ = [
    "Bounds",
    "By",
    "Changes",
    "Correction",
    "Move",
    "Movement",
    "Presence",
    "Problem",
    "Visit",
    "at_day_end",
    "changes",
    "fold",
    "inside",
    "presence_after",
    "problem_with",
    "step",
    "visit_id",
]
