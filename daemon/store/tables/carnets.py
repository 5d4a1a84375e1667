"""Prepaid entries: the carnets that members have, and the days that were paid with them."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped

from daemon.store.tables.base import ROWID_FREE, Base, Key, Moment, SomeMoment


class CarnetRow(Base):
    """So many entries, `used` of them; good from `valid_from` until `valid_until`, half-open.

    The `said` columns keep the dates as they were written, as a member's do.
    """

    __tablename__ = "carnet"
    site: Mapped[Key]
    id: Mapped[Key]
    member: Mapped[str]
    label: Mapped[str | None]
    covers: Mapped[str]
    entries: Mapped[int]
    used: Mapped[int]
    valid_from: Mapped[SomeMoment]
    valid_until: Mapped[SomeMoment]
    from_said: Mapped[str | None]
    until_said: Mapped[str | None]
    created: Mapped[Moment]
    __table_args__ = (
        ForeignKeyConstraint(["site", "member"], ["member.site", "member.id"], name="carnet_owner"),
        CheckConstraint("covers in ('day', 'half-day')", name="carnet_covers"),
        CheckConstraint("used between 0 and entries", name="carnet_used"),
        CheckConstraint("valid_until > valid_from", name="carnet_validity"),
        Index("carnet_member", "site", "member"),
    )


class CarnetUseRow(Base):
    """A day, or a `half` of one, that was paid with a carnet: never the same one twice."""

    __tablename__ = "carnet_use"
    site: Mapped[Key]
    member: Mapped[Key]
    day: Mapped[Key]
    half: Mapped[Key]
    carnet: Mapped[str]
    __table_args__ = (
        CheckConstraint("half in ('day', 'morning', 'afternoon')", name="carnet_use_half"),
        ROWID_FREE,
    )
