"""What may be said about gatherings and who comes to them, for HTTP and commands alike."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from daemon.store.code_words import Code, one_of_both
from daemon.store.forms import Change, Email, Form, Id, Line, Number
from daemon.store.instants import Instant

Sort = Literal["course", "workshop", "event"]
Seats = Annotated[int, Field(ge=1, le=1_000_000)]


class NewGathering(Form):
    """A course, workshop or event. No `capacity`: no limit. Its `organiser` sees who comes."""

    title: Line
    kind: Sort = "event"
    room: Id
    start: Instant
    end: Instant
    capacity: Seats | None = None
    organiser: Id | None = None


class GatheringChange(Change):
    """What is to become different."""

    stays: ClassVar[frozenset[str]] = frozenset({"title", "kind", "room", "start", "end"})

    title: Line | None = None
    kind: Sort | None = None
    room: Id | None = None
    start: Instant | None = None
    end: Instant | None = None
    capacity: Seats | None = None
    organiser: Id | None = None


Badge = Annotated[
    Number | None, Field(repr=False, description="a badge's id, or a card's number in hex")
]


class NewAttendee(Form):
    """Somebody for the list.

    Doors know members, by address or badge, and whoever has a card, or a `code` in its place.
    """

    name: Line
    email: Email | None = None
    badge: Badge = None
    code: Code = False

    @model_validator(mode="after")
    def _has_one_of_both(self) -> Self:
        return one_of_both(self, self.badge, code=self.code)


class AttendeeChange(Change):
    """What is to become different; without a badge the address tells who it is.

    With `code` a new one takes the place of card or code.
    """

    stays: ClassVar[frozenset[str]] = frozenset({"name", "code"})

    name: Line | None = None
    email: Email | None = None
    badge: Badge = None
    code: Code = False

    @model_validator(mode="after")
    def _has_one_of_both(self) -> Self:
        return one_of_both(self, self.badge, code=self.code)
