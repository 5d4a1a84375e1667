"""Visitors, and gatherings with who is on their lists. What doors ask are their passes."""

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from daemon.store.tables.base import Base, Key, Moment, SomeBytes, SomeMoment
from daemon.store.tables.rooms import LONGEST


class VisitorRow(Base):
    """A member's visitor: a name on the list, or with a card (`hash`, `tail`) somebody let in.

    `uses`: how often in all; None: any number. `used`: how often until the pass was last written
    (what is left since stands there). `arrived`: first granted tap. `removed`: taken off the list;
    the row stays, because whoever came counts for the host's month.
    """

    __tablename__ = "visitor"
    site: Mapped[Key]
    id: Mapped[Key]
    name: Mapped[str]
    host: Mapped[str]
    email: Mapped[str | None]
    hash: Mapped[SomeBytes]
    tail: Mapped[str | None]
    starts: Mapped[Moment]
    ends: Mapped[Moment]
    doors: Mapped[str] = mapped_column(Text)
    uses: Mapped[int | None]
    used: Mapped[int]
    while_host_in: Mapped[bool]
    arrived: Mapped[SomeMoment]
    removed: Mapped[SomeMoment]
    created: Mapped[Moment]
    __table_args__ = (
        CheckConstraint("ends > starts", name="visitor_order"),
        CheckConstraint("uses >= 1", name="visitor_uses"),
        CheckConstraint("used >= 0", name="visitor_used"),
        Index("visitor_starts", "site", "starts"),
        Index("visitor_host", "site", "host", "starts"),
        Index("visitor_hash", "site", "hash", "ends"),
    )


class GatheringRow(Base):
    """A course, workshop or event in a room. `capacity` None: no limit. `places`: ever given."""

    __tablename__ = "gathering"
    site: Mapped[Key]
    id: Mapped[Key]
    title: Mapped[str]
    kind: Mapped[str]
    room: Mapped[str]
    starts: Mapped[Moment]
    ends: Mapped[Moment]
    capacity: Mapped[int | None]
    organiser: Mapped[str | None]
    places: Mapped[int]
    created: Mapped[Moment]
    __table_args__ = (
        CheckConstraint("ends > starts", name="gathering_order"),
        CheckConstraint(f"ends - starts <= {LONGEST}", name="gathering_length"),
        CheckConstraint("kind in ('course', 'workshop', 'event')", name="gathering_kind"),
        CheckConstraint("capacity >= 1", name="gathering_capacity"),
        Index("gathering_starts", "site", "starts"),
    )


class AttendeeRow(Base):
    """Somebody on a gathering's list: a member, the bearer of a card, or a name only.

    `place` numbers them within the gathering and is never given twice: journal entries name it.
    """

    __tablename__ = "attendee"
    site: Mapped[Key]
    id: Mapped[Key]
    gathering: Mapped[str]
    place: Mapped[int]
    name: Mapped[str]
    email: Mapped[str | None]
    member: Mapped[str | None]
    hash: Mapped[SomeBytes]
    tail: Mapped[str | None]
    created: Mapped[Moment]
    __table_args__ = (
        Index("attendee_place", "site", "gathering", "place", unique=True),
        Index("attendee_email", "site", "gathering", "email", unique=True),
        Index("attendee_member", "site", "gathering", "member", unique=True),
        Index("attendee_hash", "site", "gathering", "hash", unique=True),
    )
