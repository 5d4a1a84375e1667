"""What all tables share: the metadata, and columns in a word."""

from typing import Annotated

from sqlalchemy import BigInteger, Text
from sqlalchemy.orm import DeclarativeBase, mapped_column

Key = Annotated[str, mapped_column(Text, primary_key=True)]
Moment = Annotated[int, mapped_column(BigInteger)]
SomeMoment = Annotated[int | None, mapped_column(BigInteger)]
Bytes = Annotated[bytes, mapped_column()]
SomeBytes = Annotated[bytes | None, mapped_column()]
ROWID_FREE = {"sqlite_with_rowid": False}


class Base(DeclarativeBase):
    """All tables of Usciere."""
