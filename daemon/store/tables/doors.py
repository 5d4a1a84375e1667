"""The building and its doors: their state, what is ordered, what taps leave behind."""

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from daemon.store.tables.base import ROWID_FREE, Base, Bytes, Key, Moment, SomeMoment


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
    """What is known and ordered of one door: the hold by staff, the levels its devices reported.

    `devices` is JSON: reader's id, `lock` or `contact` -> whether it is there, as far as it told.
    """

    __tablename__ = "door"
    site: Mapped[Key]
    id: Mapped[Key]
    hold: Mapped[str]
    hold_until: Mapped[SomeMoment]
    contact: Mapped[str | None]
    bolt: Mapped[str | None]
    online: Mapped[bool | None]
    devices: Mapped[str | None] = mapped_column(Text)
    reported: Mapped[SomeMoment]
    __table_args__ = (CheckConstraint("hold in ('normal', 'open', 'locked')", name="door_hold"),)


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
