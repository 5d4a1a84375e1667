"""Who there is: members, their badges and plans, and the tokens of programs."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from daemon.store.tables.base import Base, Bytes, Key, Moment, SomeMoment


class MemberRow(Base):
    """A person with a plan. `valid_until` is the first moment after the membership.

    The `said` columns keep the dates as they were written: a date and an instant are both welcome.
    """

    __tablename__ = "member"
    site: Mapped[Key]
    id: Mapped[Key]
    name: Mapped[str]
    email: Mapped[str | None]
    plan: Mapped[str | None]
    role: Mapped[str]
    status: Mapped[str]
    language: Mapped[str | None]
    visibility: Mapped[str]
    valid_from: Mapped[SomeMoment]
    valid_until: Mapped[SomeMoment]
    from_said: Mapped[str | None]
    until_said: Mapped[str | None]
    created: Mapped[Moment]
    __table_args__ = (
        CheckConstraint("role in ('member', 'staff', 'admin')", name="member_role"),
        CheckConstraint("status in ('active', 'suspended')", name="member_status"),
        CheckConstraint("visibility in ('hidden', 'count', 'members')", name="member_visibility"),
        CheckConstraint("valid_until > valid_from", name="member_validity"),
        Index("member_email", "site", "email", unique=True),
        Index("member_name", "site", "name"),
    )


class BadgeRow(Base):
    """A credential, known by the keyed hash of its number and its last four digits."""

    __tablename__ = "badge"
    site: Mapped[Key]
    id: Mapped[Key]
    member: Mapped[str]
    hash: Mapped[Bytes]
    tail: Mapped[str]
    label: Mapped[str | None]
    status: Mapped[str]
    valid_until: Mapped[SomeMoment]
    until_said: Mapped[str | None]
    created: Mapped[Moment]
    __table_args__ = (
        ForeignKeyConstraint(["site", "member"], ["member.site", "member.id"], name="badge_owner"),
        CheckConstraint("status in ('active', 'blocked', 'lost')", name="badge_status"),
        Index("badge_hash", "site", "hash", unique=True),
        Index("badge_member", "site", "member"),
    )


class PlanRow(Base):
    """What a membership allows; `hours` and `rooms` are JSON, checked at the border."""

    __tablename__ = "plan"
    site: Mapped[Key]
    id: Mapped[Key]
    name: Mapped[str | None]
    hours: Mapped[str | None] = mapped_column(Text)
    holidays: Mapped[bool]
    entries_per_month: Mapped[int | None]
    rooms: Mapped[str | None] = mapped_column(Text)


class TokenRow(Base):
    """An API token, known by its SHA-256; the token itself is shown once and never stored."""

    __tablename__ = "token"
    site: Mapped[Key]
    id: Mapped[Key]
    name: Mapped[str]
    role: Mapped[str]
    member: Mapped[str | None]
    hash: Mapped[Bytes]
    created: Mapped[Moment]
    revoked: Mapped[SomeMoment]
    __table_args__ = (
        CheckConstraint("role in ('kiosk', 'member', 'staff', 'admin')", name="token_role"),
        Index("token_hash", "hash", unique=True),
    )
