"""What readers that lose digits write for a card."""

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from daemon.store.tables.base import Base, Key


class AliasRow(Base):
    """Keyed hashes: the text (`alias`) that some reader writes for the card (`card`).

    Kept for every card that is a badge or is lent: afterwards nobody can tell the text. A card of
    which no more is known than a text has that text's hash for both.
    """

    __tablename__ = "card_alias"
    site: Mapped[Key]
    alias: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    card: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    __table_args__ = (Index("card_alias_card", "site", "card"),)
