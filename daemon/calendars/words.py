"""What a reading says: slots, problems, and the one error that refuses a whole body."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Span(Protocol):
    """The time we ask for: from `start` to before `end`, aware."""

    @property
    def start(self) -> datetime: ...

    @property
    def end(self) -> datetime: ...


class Unreadable(Exception):
    """The body says nothing we may act upon; the sentence says what it is and what to do.

    It never means that the events are gone: whoever asked keeps the last good copy.
    """


@dataclass(frozen=True, slots=True)
class Slot:
    """One stay in the room. `uid` and `recurrence` name it for ever, wherever it is moved.

    `recurrence` is empty for an event that does not repeat, else the start it had by its rule:
    `20260329T080000Z`, or `20260329` for whole days. Moments are in UTC. Addresses are in lower
    case; attendees come in the feed's order, without the organizer and without rooms.
    """

    uid: str
    recurrence: str
    start: datetime
    end: datetime
    title: str
    organizer: str | None
    attendees: tuple[str, ...]
    sequence: int


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and what to do. `uid` is None where no event can be named."""

    uid: str | None
    problem: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a body says about the window, in order of time, and everything that was left out."""

    slots: tuple[Slot, ...]
    problems: tuple[Problem, ...]
