"""Programs that are told what stands in the journal."""

from sqlalchemy import BigInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from daemon.store.tables.base import Base, Key, SomeMoment


class WebhookRow(Base):
    """One receiver. `name` and `mark` stand for its address and its settings, and show neither.

    `seq`: the last entry that was dealt with. `failing`: since when it has taken nothing, and
    `problem` says why. `gone`: when it said that it wants no more. `held`: until then one process
    posts to it, and no other.
    """

    __tablename__ = "webhook"
    site: Mapped[Key]
    name: Mapped[Key]
    mark: Mapped[str]
    seq: Mapped[int] = mapped_column(BigInteger)
    failing: Mapped[SomeMoment]
    problem: Mapped[str | None] = mapped_column(Text)
    gone: Mapped[SomeMoment]
    held: Mapped[SomeMoment]
