"""What may be said about bookings, for HTTP and commands alike."""

from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from daemon import recurrence
from daemon.store.forms import Change, Email, Form, Id, Line, Number
from daemon.store.instants import Instant


class NewGuest(Form):
    """Somebody who comes along. `badge`: the id of a badge given out here, or a card's number."""

    name: Line | None = None
    email: Email | None = None
    badge: Number | None = Field(default=None, repr=False)

    @model_validator(mode="after")
    def _is_somebody(self) -> "NewGuest":
        if self.name is None and self.email is None:
            raise ValueError("a guest needs a name or an email address")
        return self


Guests = Annotated[list[NewGuest], Field(max_length=100)]
Rrule = Annotated[
    str,
    Field(
        max_length=recurrence.LONGEST,
        description="an RFC 5545 recurrence of days with COUNT or UNTIL; hours are the first's",
    ),
]


class NewBooking(Form):
    """A room from `start` until `end`. `member` left out: whoever asks; for staff nobody."""

    room: Id
    start: Instant
    end: Instant
    member: Id | None = None
    title: Line | None = None
    guests: Guests = Field(default_factory=list)
    rrule: Rrule | None = None


class BookingChange(Change):
    """What is to become different; `guests` replaces them all. Only staff may change `member`."""

    stays: ClassVar[frozenset[str]] = frozenset({"room", "start", "end"})

    room: Id | None = None
    start: Instant | None = None
    end: Instant | None = None
    member: Id | None = None
    title: Line | None = None
    guests: Guests | None = None
