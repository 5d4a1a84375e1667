"""The tables, typed. Moments are microseconds since 1970 UTC; a database may hold many sites.

Constraints live here as well as in the code: the database is the last doorkeeper.
"""

from typing import Annotated

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Key = Annotated[str, mapped_column(Text, primary_key=True)]
Moment = Annotated[int, mapped_column(BigInteger)]
SomeMoment = Annotated[int | None, mapped_column(BigInteger)]
Bytes = Annotated[bytes, mapped_column()]
ROWID_FREE = {"sqlite_with_rowid": False}


class Base(DeclarativeBase):
    """All tables of Usciere."""


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


class SiteRow(Base):
    """The building's state, and the head of its journal: the next entry takes `seq` + 1.

    `released`: the unlocks of all taps up to this entry have left. `announced`: the entries up to
    this one have been published. `settled`: visits tell what the entries up to this one say.
    `owed`: rows that the last entry still owes; whoever writes next writes them first (`owed.py`).
    """

    __tablename__ = "site"
    id: Mapped[Key]
    seq: Mapped[int] = mapped_column(BigInteger)
    head: Mapped[str]
    released: Mapped[int] = mapped_column(BigInteger)
    announced: Mapped[int] = mapped_column(BigInteger)
    settled: Mapped[int] = mapped_column(BigInteger)
    owed: Mapped[str | None] = mapped_column(Text)
    lockdown: Mapped[bool]
    fire: Mapped[bool]


class DoorRow(Base):
    """What is known and ordered of one door: the hold by staff, the levels its devices reported."""

    __tablename__ = "door"
    site: Mapped[Key]
    id: Mapped[Key]
    hold: Mapped[str]
    hold_until: Mapped[SomeMoment]
    contact: Mapped[str | None]
    bolt: Mapped[str | None]
    online: Mapped[bool | None]
    reported: Mapped[SomeMoment]
    __table_args__ = (CheckConstraint("hold in ('normal', 'open', 'locked')", name="door_hold"),)


class JournalRow(Base):
    """One entry: public columns, personal columns behind a commitment, and the chain.

    `hash` = SHA-256 of the previous hash, the public columns and `commitment`; `commitment` =
    SHA-256 of `salt` and the personal columns (member, badge, detail). Forgetting a person blanks
    the personal columns and the salt, and the chain still verifies.
    """

    __tablename__ = "journal"
    site: Mapped[Key]
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    id: Mapped[str]
    at: Mapped[Moment]
    received_at: Mapped[Moment]
    kind: Mapped[str]
    door: Mapped[str | None]
    reader: Mapped[str | None]
    granted: Mapped[bool | None]
    reason: Mapped[str | None]
    late: Mapped[bool]
    member: Mapped[str | None]
    badge: Mapped[str | None]
    detail: Mapped[str | None] = mapped_column(Text)
    salt: Mapped[bytes | None]
    commitment: Mapped[str]
    hash: Mapped[str]
    __table_args__ = (
        CheckConstraint(
            "kind in ('tap', 'exit', 'door', 'retained', 'presence', 'staff', 'change', 'alarm',"
            " 'system')",
            name="journal_kind",
        ),
        ROWID_FREE,
    )


class AnswerRow(Base):
    """The answer to one message id at one door, kept 24 h: the same id gets the same answer.

    `hash` is the keyed badge hash (empty where no badge was read), `unlock` whether it opened.
    `packet` is the number under which the broker handed the message over, and would do so again.
    """

    __tablename__ = "answer"
    site: Mapped[Key]
    id: Mapped[Key]
    door: Mapped[Key]
    hash: Mapped[Bytes]
    seq: Mapped[int] = mapped_column(BigInteger)
    received_at: Mapped[Moment]
    feedback: Mapped[str | None] = mapped_column(Text)
    unlock: Mapped[bool]
    packet: Mapped[int | None]
    __table_args__ = (Index("answer_received", "received_at"), ROWID_FREE)


class GrantRow(Base):
    """When a badge was last granted at a reader, to tell a repeat."""

    __tablename__ = "last_grant"
    site: Mapped[Key]
    badge: Mapped[Key]
    door: Mapped[Key]
    reader: Mapped[Key]
    at: Mapped[Moment]
    __table_args__ = (ROWID_FREE,)


class RefusalRow(Base):
    """When the badge step refused at a reader, for the throttle; pruned after minutes."""

    __tablename__ = "refusal"
    site: Mapped[Key]
    door: Mapped[Key]
    reader: Mapped[Key]
    at: Mapped[Moment] = mapped_column(primary_key=True)
    __table_args__ = (ROWID_FREE,)


class EntryRow(Base):
    """A day on which a member used one entry of a plan that counts them."""

    __tablename__ = "entry"
    site: Mapped[Key]
    member: Mapped[Key]
    day: Mapped[Key]
    __table_args__ = (ROWID_FREE,)


class VisitRow(Base):
    """One stay. Open while `ended_by` is null; `ended` is null for an invented end."""

    __tablename__ = "visit"
    site: Mapped[Key]
    id: Mapped[Key]
    member: Mapped[str]
    room: Mapped[str]
    began: Mapped[Moment]
    began_by: Mapped[str]
    ended: Mapped[SomeMoment]
    ended_by: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("ended >= began", name="visit_order"),
        Index(
            "visit_open",
            "site",
            "member",
            unique=True,
            sqlite_where=text("ended_by is null"),
            postgresql_where=text("ended_by is null"),
        ),
        Index("visit_began", "site", "began"),
        ROWID_FREE,
    )


class MovementRow(Base):
    """What moved a person, as the journal entry `seq` says it; visits are the fold of these.

    Kept in the order of time: a tap adds to the end, a late fact reads its day.
    """

    __tablename__ = "movement"
    site: Mapped[Key]
    at: Mapped[Moment] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    member: Mapped[str]
    move: Mapped[str]
    room: Mapped[str]
    __table_args__ = (ROWID_FREE,)


class KnownRow(Base):
    """Up to which moment anything is known of a member's movements, corrections included."""

    __tablename__ = "known"
    site: Mapped[Key]
    member: Mapped[Key]
    until: Mapped[Moment]
    __table_args__ = (ROWID_FREE,)


class CorrectionRow(Base):
    """What staff said about a visit afterwards; the fold honours it, the journal keeps both."""

    __tablename__ = "correction"
    site: Mapped[Key]
    visit: Mapped[Key]
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    member: Mapped[str]
    began: Mapped[SomeMoment]
    ended: Mapped[SomeMoment]
    __table_args__ = (Index("correction_member", "site", "member"),)


class PendingRow(Base):
    """A granted tap at a door with a contact that nobody has walked through yet."""

    __tablename__ = "pending"
    site: Mapped[Key]
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    door: Mapped[str]
    member: Mapped[str]
    move: Mapped[str]
    room: Mapped[str]
    at: Mapped[Moment]
    until: Mapped[Moment]


class OrderRow(Base):
    """A staff act that the doorman has yet to carry out; obeyed once, and before `expires`."""

    __tablename__ = "door_order"
    site: Mapped[Key]
    id: Mapped[Key]
    door: Mapped[str]
    action: Mapped[str]
    seconds: Mapped[int]
    issued: Mapped[Moment]
    expires: Mapped[Moment]
    outcome: Mapped[str | None]
    __table_args__ = (
        Index(
            "door_order_waiting",
            "site",
            "issued",
            sqlite_where=text("outcome is null"),
            postgresql_where=text("outcome is null"),
        ),
    )
