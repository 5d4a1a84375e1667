"""The words of presence: what moves, what a visit is, what staff may say about it. Values only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Move(StrEnum):
    """What a movement says: four reader roles, and staff who check somebody in or out."""

    ENTRY = "entry"
    EXIT = "exit"
    TOGGLE = "toggle"
    ROOM = "room"
    CHECK_IN = "check-in"
    CHECK_OUT = "check-out"


class By(StrEnum):
    """How a visit began or ended (CONTRACT 6)."""

    TAP = "tap"
    INFERRED = "inferred"
    AUTO = "auto"
    STAFF = "staff"


class Presence(StrEnum):
    """The word a reader shows after a tap that moved somebody."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Movement:
    """Somebody moved at `at`; `seq`, from 1 up, is the journal entry that says so."""

    at: datetime
    seq: int
    member: str
    move: Move
    room: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay. `room` is where the person is now, or was last.

    Open as long as `ended_by` is None. `ended` is None also for an invented end (closed as
    inferred or auto). The id comes from the opening movement, so a replay gives the same ids.
    """

    id: str
    member: str
    room: str
    began: datetime
    began_by: By
    ended: datetime | None = None
    ended_by: By | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """Staff set a visit right; None leaves that side as it was. `seq` is its journal entry."""

    seq: int
    visit_id: str
    began: datetime | None = None
    ended: datetime | None = None


def visit_id(opened_by: int) -> str:
    """Return the id of the visit that the movement of this seq opens."""
    return f"v{opened_by}"
