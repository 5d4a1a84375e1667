"""A pass with a number of uses loses one at a time, and never more than it has."""

from sqlalchemy import bindparam, update

from daemon.access.facts import Pass
from daemon.store.book import Book
from daemon.store.tables import PassRow

_USE = (
    update(PassRow)
    .where(
        PassRow.site == bindparam("site"),
        PassRow.kind == bindparam("pass_kind"),
        PassRow.ref == bindparam("pass_ref"),
        PassRow.place == bindparam("pass_place"),
        PassRow.uses > 0,
    )
    .values(uses=PassRow.uses - 1)
    .returning(PassRow.uses)
)


def use(book: Book, held: Pass) -> bool:
    """Use a pass once, in the transaction that grants by it; False if there was no use left.

    Called for a granted tap that is no repeat and at no exit. Written at once: the next tap in the
    same book reads it. Costs nothing for a pass that holds any number of times.
    """
    if held.uses is None:
        return True
    left = book.all(_USE, pass_kind=held.kind.value, pass_ref=held.ref, pass_place=held.place)
    return bool(left)
