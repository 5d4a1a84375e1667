"""What doors that ask for more than a badge need to know: PINs, and who tapped first."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from daemon.store.tables.base import ROWID_FREE, Base, Bytes, Key, Moment, SomeMoment


class PinRow(Base):
    """A member's PIN, known by its keyed hash; `wrong` ones in a row, the last at `wrong_at`."""

    __tablename__ = "pin"
    site: Mapped[Key]
    member: Mapped[Key]
    hash: Mapped[Bytes]
    wrong: Mapped[int] = mapped_column(default=0)
    wrong_at: Mapped[SomeMoment]
    __table_args__ = (
        ForeignKeyConstraint(["site", "member"], ["member.site", "member.id"], name="pin_owner"),
        CheckConstraint("wrong >= 0", name="pin_wrong"),
    )


class FirstBadgeRow(Base):
    """Whose badge, the first of two, a door has just seen; gone after minutes."""

    __tablename__ = "first_badge"
    site: Mapped[Key]
    door: Mapped[Key]
    member: Mapped[str]
    at: Mapped[Moment]
    __table_args__ = (ROWID_FREE,)
