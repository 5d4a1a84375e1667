"""The rules in the order in which they are asked: a file a rule, a line here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from daemon.access.facts import Facts
from daemon.access.rules import (
    badge_blocked,
    badge_expired,
    badge_forged,
    badge_lost,
    booking,
    capacity,
    exits,
    fire,
    gathering,
    guest,
    held_locked,
    late,
    lockdown,
    member_suspended,
    membership_expired,
    membership_not_started,
    open_schedule,
    owner,
    passback,
    pin_needed,
    pin_wrong,
    plan,
    repeat,
    second_badge,
    staff,
    throttled,
    unknown_badge,
    visitor,
    walk_in,
)
from daemon.access.verdict import Verdict
from daemon.access.words import Text


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's two voices.

    `judge` answers None where the rule has nothing against it (a right: where it does not apply);
    `tell` says in words what `judge` saw, and must hold its tongue about nothing.
    """

    name: str
    judge: Callable[[Facts, datetime], Verdict | None]
    tell: Callable[[Facts, datetime], Text]


ALWAYS: tuple[Rule, ...] = (
    Rule("late", late.judge, late.tell),
    Rule("fire", fire.judge, fire.tell),
    Rule("lockdown", lockdown.judge, lockdown.tell),
    Rule("held-locked", held_locked.judge, held_locked.tell),
    Rule("throttled", throttled.judge, throttled.tell),  # the narrower case of the next
    Rule("unknown-badge", unknown_badge.judge, unknown_badge.tell),
)
"""Steps 1 and 2 and whether the badge is known: they also bind who leaves."""

ARRIVING: tuple[Rule, ...] = (
    Rule("badge-lost", badge_lost.judge, badge_lost.tell),
    Rule("badge-blocked", badge_blocked.judge, badge_blocked.tell),
    Rule("badge-expired", badge_expired.judge, badge_expired.tell),
    Rule("badge-forged", badge_forged.judge, badge_forged.tell),
    Rule("owner", owner.judge, owner.tell),
    Rule("member-suspended", member_suspended.judge, member_suspended.tell),
    Rule("membership-not-started", membership_not_started.judge, membership_not_started.tell),
    Rule("membership-expired", membership_expired.judge, membership_expired.tell),
)
"""Steps 3 and 4: what is wrong with a known badge and its owner keeps nobody in."""

RIGHTS: tuple[Rule, ...] = (
    Rule("right: staff", staff.judge, staff.tell),
    Rule("right: plan", plan.judge, plan.tell),
    Rule("right: booking", booking.judge, booking.tell),
    Rule("right: guest", guest.judge, guest.tell),
    Rule("right: visitor", visitor.judge, visitor.tell),
    Rule("right: gathering", gathering.judge, gathering.tell),
    Rule("right: walk-in", walk_in.judge, walk_in.tell),
    Rule("right: open-schedule", open_schedule.judge, open_schedule.tell),
)
"""Step 5: the first that grants is the right by which somebody enters."""

PLACE: tuple[Rule, ...] = (
    Rule("capacity", capacity.judge, capacity.tell),
    Rule("passback", passback.judge, passback.tell),
    Rule("pin-needed", pin_needed.judge, pin_needed.tell),
    Rule("pin-wrong", pin_wrong.judge, pin_wrong.tell),
    Rule("second-badge-needed", second_badge.judge, second_badge.tell),
)
"""Step 6: what a right does not overrule."""

EXIT = Rule("exit", exits.judge, exits.tell)
"""Asked when all the others have refused."""

REPEAT = Rule("repeat", repeat.judge, repeat.tell)
"""Asked when all the others have granted."""

RULES: tuple[Rule, ...] = (*ALWAYS, *ARRIVING, *RIGHTS, *PLACE, EXIT, REPEAT)
"""Every rule, as `explain` lists them."""
