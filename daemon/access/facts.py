"""Everything a decision may know, read beforehand in one go. Nothing here looks anything up.

Moments are aware datetimes in UTC. Times of day and weekdays are local to the site's zone.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo


class Role(StrEnum):
    """What a tap at this reader means for presence (CONTRACT 3 and 6)."""

    ENTRY = "entry"
    EXIT = "exit"
    TOGGLE = "toggle"
    ROOM = "room"


class Hold(StrEnum):
    """What staff have ordered for a door."""

    NORMAL = "normal"
    OPEN = "open"
    LOCKED = "locked"


class BadgeStatus(StrEnum):
    """What has become of a badge."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    LOST = "lost"


class Shown(StrEnum):
    """What a badge showed of itself: its number alone, a proof that holds, a proof that fails."""

    NUMBER = "number"
    PROOF = "proof"
    FORGERY = "forgery"


class MemberStatus(StrEnum):
    """Whether a member is welcome at all."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class Window:
    """A weekly window. `weekdays`: 0 is Monday. `until` <= `since` crosses midnight."""

    weekdays: frozenset[int]
    since: time
    until: time


@dataclass(frozen=True, slots=True)
class Plan:
    """What a membership allows.

    `windows` None: always; empty: never. `rooms` None: every room that is not bookable.
    """

    id: str
    windows: tuple[Window, ...] | None = None
    holidays: bool = False
    entries_per_month: int | None = None
    rooms: frozenset[str] | None = None


class Cover(StrEnum):
    """How much of the site's own day one entry of a carnet is good for."""

    DAY = "day"
    HALF = "half-day"


class Half(StrEnum):
    """A half of the site's own day, parted where the settings say."""

    MORNING = "morning"
    AFTERNOON = "afternoon"


@dataclass(frozen=True, slots=True)
class Carnet:
    """Prepaid entries of a member, `left` of them; good from `start` until `end`, half-open."""

    id: str
    covers: Cover
    left: int
    start: datetime | None
    end: datetime | None
    sold: datetime


class Holidays(Protocol):
    """Tells whether a local date is a holiday. The shell builds it from the `holidays` library."""

    def name(self, day: date) -> str | None:
        """Return the holiday's name, or None on an ordinary day."""


@dataclass(frozen=True, slots=True)
class SiteCalendar:
    """The site's own time: zone, when its day ends, its holidays, where a day is halved."""

    zone: ZoneInfo
    day_ends: time
    holidays: Holidays
    half_day_at: time = time(13, 30)


@dataclass(frozen=True, slots=True)
class Message:
    """Step 1: what is odd about the message itself. `repeat_of`: last granted at this reader."""

    late: bool = False
    repeat_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Building:
    """Step 2: orders for the building and this door. A hold has ended at `hold_until`."""

    fire: bool = False
    lockdown: bool = False
    hold: Hold = Hold.NORMAL
    hold_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Badge:
    """Step 3: the badge as enrolled. `valid_until` is the first moment it no longer holds.

    `lent`: no member's, but the card of a guest, a visitor or an attendee, known by its passes.
    """

    id: str
    tail: str
    status: BadgeStatus = BadgeStatus.ACTIVE
    valid_until: datetime | None = None
    lent: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """Step 4: the badge's owner.

    `valid_from` is the first moment of membership, `valid_until` the first moment after it.
    `plan_id` is what the member's record names, `plan` what was found under that name: a name
    without a plan is a rule that points at something missing, and refuses. `days_used` counts the
    days of the tap's local month on which an entry of the plan was used; `used_today` says whether
    an entry covers the tap's own day (`day_ends` to `day_ends`), `used_halves` which halves of it.
    `overdraws`: without an entry left they are let in all the same, and counted on.
    """

    id: str
    staff: bool = False
    status: MemberStatus = MemberStatus.ACTIVE
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    plan_id: str | None = None
    plan: Plan | None = None
    days_used: int = 0
    used_today: bool = False
    used_halves: frozenset[Half] = frozenset()
    carnets: tuple[Carnet, ...] = ()
    overdraws: bool = False


class Passback(StrEnum):
    """What becomes of who enters though they are inside already."""

    OFF = "off"
    ALERT = "alert"
    ENFORCE = "enforce"
    TIMED = "timed"


@dataclass(frozen=True, slots=True)
class Place:
    """Steps 5 and 6: the door, the room behind it, and how full that room is.

    `enforced_capacity` None: the room never refuses for being full. `early` and `late`: how much
    before and after its interval a booking opens. `cryptographic`: badges must prove themselves.
    `passback_for`: how long after somebody came a `timed` passback holds. `open_hours`: when the
    door is open to all badges. `asks_more`: one of the last five is used here.
    """

    door: str
    room: str
    role: Role
    bookable: bool = False
    walk_in: bool = False
    enforced_capacity: int | None = None
    present: int = 0
    already_there: bool = False
    entrance: bool = False
    early: timedelta = timedelta()
    late: timedelta = timedelta()
    cryptographic: bool = False
    passback: Passback = Passback.OFF
    passback_for: timedelta = timedelta()
    pin: bool = False
    two_badges: bool = False
    open_hours: tuple[Window, ...] = ()
    asks_more: bool = False


class PinShown(StrEnum):
    """What was entered beside the badge: nothing, the member's PIN, anything else."""

    NONE = "none"
    RIGHT = "right"
    WRONG = "wrong"


class PassKind(StrEnum):
    """What a pass comes of: one's own booking, an invitation to one, a visit, a gathering."""

    BOOKING = "booking"
    GUEST = "guest"
    VISITOR = "visitor"
    GATHERING = "gathering"


@dataclass(frozen=True, slots=True)
class Pass:
    """What lets the one who taps in for a time, half-open; `ref` is the id of what it comes of.

    It opens the doors of its `room` and the entrance, or without a room the `doors` it names.
    `place` numbers the people of one `ref`. `uses` None: any number. `host`: the member who
    answers for its bearer. `host_is_in` None: nobody asked, it holds whether or not.
    """

    kind: PassKind
    ref: str
    start: datetime
    end: datetime
    room: str | None = None
    doors: frozenset[str] = frozenset()
    uses: int | None = None
    host: str | None = None
    place: int = 0
    host_is_in: bool | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A live booking of the room behind the door, whoever holds it; `member` None: staff."""

    booking: str
    start: datetime
    end: datetime
    member: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All a decision needs.

    `refusals`: when step 3 refused at this reader in the last 90 s, `throttled` ones not counted.
    `passes`: those of the badge or its member that hold now or later, the first to end first.
    `slots`: the room's live bookings around the moment in their order: the one that ended last, any
    that runs, and the next two; empty where the room is not bookable. `before`: the one right
    before the next pass to this room, where that lies behind all of these.

    Read only where the place asks more: `inside_since` when the visit they are on began, `pin` what
    was entered and `has_pin` whether there is one to compare, `first` who else has just tapped at a
    door of two badges, `staff_came` whether any of them has been in today.
    """

    place: Place
    calendar: SiteCalendar
    message: Message = field(default=Message())
    building: Building = field(default=Building())
    badge: Badge | None = None
    member: Member | None = None
    refusals: tuple[datetime, ...] = ()
    passes: tuple[Pass, ...] = ()
    slots: tuple[Slot, ...] = ()
    before: Slot | None = None
    shown: Shown = Shown.NUMBER
    inside_since: datetime | None = None
    pin: PinShown = PinShown.NONE
    has_pin: bool = False
    first: str | None = None
    staff_came: bool = False

    @property
    def is_new_arrival(self) -> bool:
        """Tell whether somebody wants to come in, and is not only tapping twice."""
        return self.place.role is not Role.EXIT and self.message.repeat_of is None
