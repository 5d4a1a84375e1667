"""What the doorman can answer: granted or refused, and the stable code that says why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Reason(StrEnum):
    """Stable codes shared by journal, feedback, API and tests; texts are in `words.py`."""

    # 1. the message
    MALFORMED = "malformed"
    UNKNOWN_DOOR = "unknown-door"
    LATE = "late"
    REPLAY = "replay"
    REPEAT = "repeat"
    # 2. the building
    FIRE = "fire"
    LOCKDOWN = "lockdown"
    HELD_LOCKED = "held-locked"
    # 3. the badge
    UNKNOWN_BADGE = "unknown-badge"
    BADGE_LOST = "badge-lost"
    BADGE_BLOCKED = "badge-blocked"
    BADGE_EXPIRED = "badge-expired"
    BADGE_FORGED = "badge-forged"
    THROTTLED = "throttled"
    # 4. the member
    MEMBER_SUSPENDED = "member-suspended"
    MEMBERSHIP_NOT_STARTED = "membership-not-started"
    MEMBERSHIP_EXPIRED = "membership-expired"
    # 5. the right: what grants ...
    STAFF = "staff"
    PLAN = "plan"
    BOOKING = "booking"
    GUEST = "guest"
    VISITOR = "visitor"
    GATHERING = "gathering"
    WALK_IN = "walk-in"
    OPEN_SCHEDULE = "open-schedule"
    EXIT = "exit"
    # ... and what is missing, the most helpful first
    OUTSIDE_HOURS = "outside-hours"
    HOLIDAY = "holiday"
    NO_ENTRIES_LEFT = "no-entries-left"
    BOOKED_BY_OTHER = "booked-by-other"
    TOO_EARLY = "too-early"
    NO_BOOKING = "no-booking"
    ROOM_CLOSED = "room-closed"
    # 6. the place
    CAPACITY = "capacity"
    PASSBACK = "passback"
    PIN_NEEDED = "pin-needed"
    PIN_WRONG = "pin-wrong"
    SECOND_BADGE_NEEDED = "second-badge-needed"
    # the doorman could not look: the facts point at something that is missing
    BROKEN_FACTS = "broken-facts"


BADGE_STEP = frozenset(
    {
        Reason.UNKNOWN_BADGE,
        Reason.BADGE_LOST,
        Reason.BADGE_BLOCKED,
        Reason.BADGE_EXPIRED,
        Reason.BADGE_FORGED,
    }
)
"""Refusals that the throttle counts (CONTRACT 5, step 3)."""


@dataclass(frozen=True, slots=True)
class Granted:
    """The door opens, for `reason`."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Refused:
    """The door stays shut for `reason`; `opens_at`: when the same tap would be granted."""

    reason: Reason
    opens_at: datetime | None = None


Verdict = Granted | Refused
