"""Who signs in at the pages: accounts, one-time codes that open them, sessions."""

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from daemon.store.tables.base import Base, Bytes, Key, Moment, SomeMoment

_LIVE = text("ended is null")


class AccountRow(Base):
    """A member's way in. `password` is an argon2 hash, absent until the one-time code is used."""

    __tablename__ = "account"
    site: Mapped[Key]
    id: Mapped[Key]
    name: Mapped[str]
    member: Mapped[str]
    password: Mapped[str | None] = mapped_column(Text)
    created: Mapped[Moment]
    ended: Mapped[SomeMoment]
    __table_args__ = (
        Index(
            "account_name",
            "site",
            "name",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index(
            "account_member",
            "site",
            "member",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
    )


class CodeRow(Base):
    """A one-time code, known by its SHA-256: for an account, or without one for the first admin."""

    __tablename__ = "account_code"
    site: Mapped[Key]
    id: Mapped[Key]
    account: Mapped[str | None]
    hash: Mapped[Bytes]
    until: Mapped[Moment]


class SessionRow(Base):
    """Somebody signed in, by account or by token; known by the SHA-256 of what the cookie holds.

    `role` is the one of the sign-in: whoever has another one today has to sign in again.
    """

    __tablename__ = "session"
    site: Mapped[Key]
    id: Mapped[Key]
    hash: Mapped[Bytes]
    account: Mapped[str | None]
    token: Mapped[str | None]
    role: Mapped[str]
    began: Mapped[Moment]
    seen: Mapped[Moment]
    __table_args__ = (
        CheckConstraint("(account is null) <> (token is null)", name="session_of_one"),
        Index("session_hash", "hash", unique=True),
    )
