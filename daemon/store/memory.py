"""What the doorman has read and may still believe: nobody else has written since.

SQLite tells: `PRAGMA data_version` changes whenever another connection has committed, and it is
asked inside the write transaction, when nobody else can commit any more. What this connection
itself changes, it changes here too. On any doubt all is forgotten; without SQLite there is none.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from daemon.access.facts import Badge, Hold, Member, Pass, Slot
from daemon.presence import Visit

MOST = 5_000


class Answer(NamedTuple):
    """What was answered before to the same message id at the same door; `unlock`: it opened.

    `packet`: the number under which the broker had handed the message over.
    """

    hash: bytes
    seq: int
    received_at: datetime
    feedback: str | None
    unlock: bool
    packet: int | None = None


class Person(NamedTuple):
    """A known badge and whoever it belongs to."""

    badge: Badge
    member: Member | None
    name: str | None
    language: str | None


Whereabouts = tuple[Visit | None, datetime | None]
"""A member's open visit, and the last moment anything is known of them."""
Place = tuple[str, str, str]
"""Badge, door and reader."""


class Passes(NamedTuple):
    """A member's passes, all or those to one room, that end after `since`: all of them."""

    since: datetime
    passes: tuple[Pass, ...]


class Slots(NamedTuple):
    """A room's slots around any moment from `since` on; before `until`, if that is known."""

    since: datetime | None
    until: datetime | None
    slots: tuple[Slot, ...]


@dataclass(slots=True)
class Memory:
    """All that may be believed, and as of which `version` of the database.

    `foreseen`: what was answered to a message that is about to be looked at, by door and id; good
    once.
    """

    version: int = -1
    people: dict[bytes, Person] = field(default_factory=dict)
    whereabouts: dict[str, Whereabouts] = field(default_factory=dict)
    holds: dict[str, tuple[Hold, datetime | None]] = field(default_factory=dict)
    grants: dict[Place, datetime | None] = field(default_factory=dict)
    passes: dict[tuple[str, str | None], Passes] = field(default_factory=dict)
    slots: dict[str, Slots] = field(default_factory=dict)
    foreseen: dict[tuple[str, str], Answer | None] = field(default_factory=dict)

    def holds_good(self, version: int) -> bool:
        """Tell whether nobody else has written since; if so, or if it is getting much, forget."""
        if version == self.version and max(len(self.people), len(self.grants)) <= MOST:
            return True
        self.forget()
        self.version = version
        return False

    def forget(self) -> None:
        """Believe nothing any more."""
        for each in (self.people, self.whereabouts, self.holds, self.grants):
            each.clear()
        self.forget_bookings()

    def forget_bookings(self) -> None:
        """Believe nothing of passes and slots: whoever changes one on this connection says so."""
        self.passes.clear()
        self.slots.clear()
