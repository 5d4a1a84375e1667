"""Cards at readers that lose digits: an alias opens only if exactly one card gives it.

The number itself is never kept, so what readers may write for a card is worked out as it comes in.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, exists, func, or_, select
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql import Executable

from daemon.store.book import Book
from daemon.store.prepared import insert_for
from daemon.store.tables import AliasRow, BadgeRow, PassRow
from devices import uid_formats
from devices.uid_formats import Number


class Meant(NamedTuple):
    """The card that a text stands for, None if for none or several; `alike`: for how many."""

    card: bytes | None
    alike: int


def _note(dialect: Dialect) -> Executable:
    row: dict[str, Any] = {name: bindparam(name) for name in ("site", "alias", "card")}
    return insert_for(dialect)(AliasRow).values(**row).on_conflict_do_nothing()


_IN_USE = or_(
    exists().where(BadgeRow.site == AliasRow.site, BadgeRow.hash == AliasRow.card),
    exists().where(PassRow.site == AliasRow.site, PassRow.hash == AliasRow.card),
)
_MEANT = (
    select(AliasRow.card)
    .where(AliasRow.site == bindparam("site"), AliasRow.alias == bindparam("alias"), _IN_USE)
    .limit(9)
)
_BY_TEXT = select(AliasRow.card).where(
    AliasRow.site == bindparam("site"),
    AliasRow.alias == bindparam("alias"),
    AliasRow.card == bindparam("alias"),
    _IN_USE,
)
UNUSED = ~_IN_USE
"""The condition of rows for cards that are nobody's any more."""


def note(book: Book, number: Number, key: bytes) -> bytes:
    """Keep what readers may write for a card that comes in; return the card's keyed hash."""
    card = uid_formats.keyed_hash(number, key)
    known = [number] if number.alias is not None else uid_formats.aliases_of(number.uid)
    for alias in known:
        book.run(_note, alias=uid_formats.keyed_hash(alias, key), card=card)
    return card


def meant(book: Book, alias: bytes) -> Meant:
    """Return whose card the alias with this hash stands for, among all in use."""
    cards = book.all(_MEANT, alias=alias)
    return Meant(bytes(cards[0][0]) if len(cards) == 1 else None, len(cards))


def known_by_less(book: Book, texts: Iterable[bytes]) -> bytes | None:
    """Return the one card in use that is known by one of these texts and by nothing more."""
    found = {bytes(row[0]) for text in texts for row in book.all(_BY_TEXT, alias=text)}
    return found.pop() if len(found) == 1 else None


_OTHER = aliased(AliasRow)
_ALIKE = (
    select(AliasRow.card, func.count(_OTHER.card.distinct()))
    .join(
        _OTHER,
        (_OTHER.site == AliasRow.site)
        & (_OTHER.alias == AliasRow.alias)
        & (_OTHER.card != AliasRow.card),
    )
    .where(
        or_(
            exists().where(BadgeRow.site == _OTHER.site, BadgeRow.hash == _OTHER.card),
            exists().where(PassRow.site == _OTHER.site, PassRow.hash == _OTHER.card),
        )
    )
    .group_by(AliasRow.card)
)
_ALIKE_OF = _ALIKE.where(AliasRow.site == bindparam("site"), AliasRow.card == bindparam("card"))


def alike(session: Session, site: str, cards: Sequence[bytes]) -> Mapping[bytes, int]:
    """Return, for each card, how many others some reader can't tell from it, if any."""
    query = _ALIKE.where(AliasRow.site == site, AliasRow.card.in_(cards))
    return {bytes(card): count for card, count in session.execute(query)}


def alike_of(book: Book, card: bytes) -> int:
    """Return the same of one card, in an open book."""
    row = book.one(_ALIKE_OF, card=card)
    return 0 if row is None else int(row[1])
