"""Counters of cards that sign their addresses."""

from sqlalchemy import BigInteger, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from daemon.store.tables.base import Base, Key


class CounterRow(Base):
    """The last counter of the card whose number has this keyed hash; it only ever rises."""

    __tablename__ = "card_counter"
    site: Mapped[Key]
    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    counter: Mapped[int] = mapped_column(BigInteger)
