"""The journal: append-only, chained."""

from sqlalchemy import BigInteger, CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from daemon.store.tables.base import ROWID_FREE, Base, Key, Moment


class FollowerRow(Base):
    """Somebody who reads the journal entry by entry, and the last one they have dealt with."""

    __tablename__ = "follower"
    site: Mapped[Key]
    name: Mapped[Key]
    seq: Mapped[int] = mapped_column(BigInteger)


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
