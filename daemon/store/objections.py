"""Why a change to people, plans or bookings is not made; the sentence is for whoever asked.

Objection
├── Unknown    there is no such member, badge, plan, token, visit, door or booking
├── Forbidden  it is not for whoever asked to say
├── Conflict   what is already there stands against it
│   └── Overlap    and that is another booking, from `start` until `end`
└── Invalid    a field says what cannot be; `field` names it as it is named on the wire
"""

from datetime import datetime

BOOKING_CONFLICT = "booking-conflict"


class Objection(Exception):
    """The change is not made. `slug` is stable, for programs."""

    slug = "objection"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Unknown(Objection):
    """There is no such thing."""

    slug = "not-found"

    def __init__(self, what: str, name: str) -> None:
        super().__init__(f"there is no {what} {name!r}")
        self.what = what
        self.name = name


class Forbidden(Objection):
    """It is not for whoever asked to say."""

    slug = "forbidden"


class Conflict(Objection):
    """What is already there stands against it. Never names whose badge or address it is."""

    def __init__(self, slug: str, sentence: str) -> None:
        super().__init__(sentence)
        self.slug = slug


class Overlap(Conflict):
    """Another booking has the room at that time. Says when, never whose it is."""

    def __init__(self, start: datetime, end: datetime) -> None:
        super().__init__(BOOKING_CONFLICT, "another booking has this room at that time")
        self.start = start
        self.end = end


class Invalid(Objection):
    """A field says what cannot be."""

    slug = "invalid"

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
