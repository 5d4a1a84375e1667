"""Calendars that are read into bookings of a room."""

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from daemon.store.tables.base import Base, Key, Moment, SomeMoment


class CalendarRow(Base):
    """A calendar that books a room: a feed by its `url`, a CalDAV collection, or one uploaded.

    `copied`: when its last good copy was seen to be the right one, `read`: when it was read into
    bookings. `checked`: the last try. `problem`: why that brought no copy. `due`: the next try of
    a feed. `honoured`: its bookings open doors; not those of a feed whose copy is too old.
    """

    __tablename__ = "calendar"
    site: Mapped[Key]
    id: Mapped[Key]
    room: Mapped[str]
    kind: Mapped[str]
    url: Mapped[str | None] = mapped_column(Text)
    etag: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[str | None] = mapped_column(Text)
    read: Mapped[SomeMoment]
    copied: Mapped[SomeMoment]
    checked: Mapped[SomeMoment]
    problem: Mapped[str | None] = mapped_column(Text)
    problems: Mapped[str] = mapped_column(Text)
    due: Mapped[SomeMoment]
    honoured: Mapped[bool]
    created: Mapped[Moment]
    __table_args__ = (
        CheckConstraint("kind in ('upload', 'feed', 'caldav')", name="calendar_kind"),
        Index("calendar_due", "site", "due"),
    )
