"""Rooms for a time: bookings and their guests, series, and the passes by which doors know them."""

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from daemon.store.tables.base import ROWID_FREE, Base, Bytes, Key, Moment, SomeBytes, SomeMoment

LIVE = text("status in ('booked', 'checked-in')")
"""A booking that holds its room; the others only tell what was."""
MISSED = text("status = 'released' and series is not null")
"""An occurrence of a series to which nobody came."""
LONGEST = 31 * 86_400 * 1_000_000
"""Microseconds. No booking is longer, so whatever touches a moment began less than this ago."""


class BookingRow(Base):
    """A room, an interval, a holder. Live ones of a room never overlap; the database sees to it.

    No `member`: staff only. `uid` names it in its `calendar`, or in ours. `sequence` goes up with
    every change (RFC 5545, 3.8.7.4). That it is over follows from the time and is not stored.
    """

    __tablename__ = "booking"
    site: Mapped[Key]
    id: Mapped[Key]
    room: Mapped[str]
    member: Mapped[str | None]
    starts: Mapped[Moment]
    ends: Mapped[Moment]
    title: Mapped[str | None]
    status: Mapped[str]
    source: Mapped[str]
    series: Mapped[str | None]
    calendar: Mapped[str | None]
    uid: Mapped[str | None]
    sequence: Mapped[int]
    checked_in: Mapped[SomeMoment]
    created: Mapped[Moment]
    changed: Mapped[Moment]
    __table_args__ = (
        CheckConstraint("ends > starts", name="booking_order"),
        CheckConstraint(f"ends - starts <= {LONGEST}", name="booking_length"),
        CheckConstraint(
            "status in ('booked', 'checked-in', 'released', 'cancelled')", name="booking_status"
        ),
        CheckConstraint("source in ('usciere', 'calendar')", name="booking_source"),
        Index("booking_room", "site", "room", "starts"),
        Index(
            "booking_live",
            "site",
            "room",
            "starts",
            "ends",
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
        Index("booking_starts", "site", "starts"),
        Index("booking_member", "site", "member", "starts"),
        Index("booking_series", "site", "series", "starts"),
        Index("booking_missed", "site", "series", sqlite_where=MISSED, postgresql_where=MISSED),
        Index("booking_uid", "site", "calendar", "uid", unique=True),
        Index(
            "booking_waiting",
            "site",
            "starts",
            sqlite_where=text("status = 'booked'"),
            postgresql_where=text("status = 'booked'"),
        ),
        ExcludeConstraint(
            ("site", "="),
            ("room", "="),
            (text("int8range(starts, ends)"), "&&"),
            where=LIVE,
            using="gist",
            name="booking_overlap",
        ).ddl_if(dialect="postgresql"),
    )


class SeriesRow(Base):
    """Bookings that came of one wish: `rrule` from the first occurrence on, in the site's zone."""

    __tablename__ = "series"
    site: Mapped[Key]
    id: Mapped[Key]
    room: Mapped[str]
    member: Mapped[str | None]
    rrule: Mapped[str] = mapped_column(Text)
    starts: Mapped[Moment]
    ends: Mapped[Moment]
    created: Mapped[Moment]


class GuestRow(Base):
    """Somebody who comes along to a booking: a member by address or badge, or with a card, or none.

    `hash` and `tail` are a card's that no member has, kept as a badge's are.
    """

    __tablename__ = "guest"
    site: Mapped[Key]
    booking: Mapped[Key]
    place: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str | None]
    member: Mapped[str | None]
    hash: Mapped[SomeBytes]
    tail: Mapped[str | None]
    __table_args__ = (ROWID_FREE,)


class PassRow(Base):
    """What lets one person in for a time. All that a door asks, in one table, whatever it comes of.

    `kind` and `ref` say what it comes of: the booking (`booking` for the holder, `guest`), the
    `visitor`, the `gathering`; `place` numbers the people of one. Whose it is: a `member`, or the
    bearer of a card (`hash`, `tail`), who then has a `name`. `room` None: only `doors`, a JSON
    list. Rows that no longer hold are taken away by whoever changes what they come of; time ends
    the others. `uses` counts down; None: any number.
    """

    __tablename__ = "pass"
    site: Mapped[Key]
    kind: Mapped[Key]
    ref: Mapped[Key]
    place: Mapped[int] = mapped_column(primary_key=True)
    member: Mapped[str | None]
    hash: Mapped[SomeBytes]
    tail: Mapped[str | None]
    name: Mapped[str | None]
    room: Mapped[str | None]
    doors: Mapped[str | None] = mapped_column(Text)
    host: Mapped[str | None]
    starts: Mapped[Moment]
    ends: Mapped[Moment]
    uses: Mapped[int | None]
    __table_args__ = (
        CheckConstraint("kind in ('booking', 'guest', 'visitor', 'gathering')", name="pass_kind"),
        CheckConstraint("ends > starts", name="pass_order"),
        CheckConstraint("uses >= 0", name="pass_uses"),
        Index("pass_member", "site", "member", "ends"),
        Index("pass_room", "site", "member", "room", "ends"),  # for those who book much
        Index("pass_hash", "site", "hash", "ends"),
        ROWID_FREE,
    )


class FeedKeyRow(Base):
    """What opens one calendar feed and nothing else: a room's, or a member's own bookings.

    Known by its SHA-256 only, as a token is. `owner`: the member who asked for it; None: staff.
    """

    __tablename__ = "feed_key"
    site: Mapped[Key]
    id: Mapped[Key]
    kind: Mapped[str]
    ref: Mapped[str]
    owner: Mapped[str | None]
    hash: Mapped[Bytes]
    created: Mapped[Moment]
    revoked: Mapped[SomeMoment]
    __table_args__ = (
        CheckConstraint("kind in ('room', 'member')", name="feed_key_kind"),
        Index("feed_key_hash", "hash", unique=True),
    )
