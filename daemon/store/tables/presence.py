"""Who is in: movements, and the visits that are their fold."""

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from daemon.store.tables.base import ROWID_FREE, Base, Key, Moment, SomeMoment


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
