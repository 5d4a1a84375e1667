"""Enrolments at a reader: who waits for a card there, and what became of it."""

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from daemon.store.tables.base import Base, Key, Moment

_OUTCOMES = "outcome in ('enrolled', 'unfit', 'withdrawn', 'expired')"


class EnrolmentRow(Base):
    """Staff wait for a member's card at a reader, until `expires`. Kept for an hour after that.

    `seq`: the journal's last entry then. `badge`: what was given out. `problem`: why a card that
    was held there is unfit. `originality`: what the maker's signature said of it.
    """

    __tablename__ = "enrolment"
    site: Mapped[Key]
    id: Mapped[Key]
    door: Mapped[str]
    reader: Mapped[str]
    member: Mapped[str]
    label: Mapped[str | None]
    by_name: Mapped[str]
    by_token: Mapped[str | None]
    opened: Mapped[Moment]
    expires: Mapped[Moment]
    seq: Mapped[int] = mapped_column(BigInteger)
    outcome: Mapped[str | None]
    badge: Mapped[str | None]
    problem: Mapped[str | None]
    originality: Mapped[str | None]
    __table_args__ = (
        CheckConstraint(_OUTCOMES, name="enrolment_outcome"),
        Index(
            "enrolment_waiting",
            "site",
            "door",
            "reader",
            unique=True,
            sqlite_where=text("outcome is null"),
            postgresql_where=text("outcome is null"),
        ),
    )
