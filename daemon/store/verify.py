"""Walks the journal from its first entry and names the first that is not as it was written.

Memory is constant and nobody waits: entries are read a chunk at a time, each chunk with the site's
row as it is at that moment, so the doorman may go on writing meanwhile.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sqlalchemy import bindparam, select, type_coerce
from sqlalchemy.exc import DatabaseError
from sqlalchemy.types import NullType

from daemon.store.chain import COLUMNS, Broken, Chain, Fault, Head, Sound, Verdict
from daemon.store.engine import Store
from daemon.store.headfile import HeadFile
from daemon.store.prepared import Row
from daemon.store.tables import JournalRow, SiteRow

__all__ = ["Broken", "Fault", "Progress", "Sound", "Verdict", "verify"]

CHUNK = 1000
Progress = Callable[[int, int], None]
"""Told how many entries were walked, of how many."""

_HEAD = select(SiteRow.seq, SiteRow.head).where(SiteRow.id == bindparam("site"))
_ENTRIES = (
    select(*(type_coerce(getattr(JournalRow, name), NullType()) for name in COLUMNS))
    .where(JournalRow.site == bindparam("site"), JournalRow.seq > bindparam("after"))
    .order_by(JournalRow.seq)
    .limit(bindparam("most"))
)
_BEFORE_ALL = -(2**63)


def verify(store: Store, site: str, head_file: Path | None, progress: Progress) -> Verdict:
    """Compare every entry with the chain, and the end with the site's row and the head apart.

    What was forgotten lawfully (personal columns and salt blank) is sound.
    """
    chain = Chain(None if head_file is None else HeadFile(head_file).read())
    head: Head | None = None
    try:
        for head, entries in _chunks(store, site, _BEFORE_ALL):
            broken = next(filter(None, map(chain.take, entries)), None)
            if broken is not None:
                return _moved(store, site, chain, broken)
            progress(chain.seq, max(chain.seq, head[0] if head else 0))
    except DatabaseError as error:
        if not store.is_sqlite:
            raise
        due = chain.seq + 1
        return Broken(due, Fault.ALTERED, f"entry {due} cannot be read: {error.orig}")
    return chain.end(head)


def _moved(store: Store, site: str, chain: Chain, broken: Broken) -> Broken:
    """Look whether the entry that is due stands behind; say so, else what is known already."""
    try:
        for _, entries in _chunks(store, site, chain.seq):
            for entry in entries:
                if entry[0] != broken.seq and chain.belongs_here(entry):
                    problem = f"entry {broken.seq} stands under {entry[0]}"
                    return Broken(broken.seq, Fault.REORDERED, problem)
    except DatabaseError:
        pass  # one fault is enough to name
    return broken


def _chunks(store: Store, site: str, after: int) -> Iterator[tuple[Head | None, Sequence[Row]]]:
    """Read on behind `after`; each time the head, and the entries of the same moment.

    Where a chunk cannot be read its entries come one by one, up to the one that nobody can read.
    """
    most = CHUNK
    while True:
        try:
            head, entries = _read(store, site, after, most)
        except DatabaseError:
            if most == 1:
                raise
            most = 1
            continue
        yield head, entries
        if len(entries) < most:
            return
        after = entries[-1][0]


def _read(store: Store, site: str, after: int, most: int) -> tuple[Head | None, Sequence[Row]]:
    with store.reading() as session:
        head = session.execute(_HEAD, {"site": site}).one_or_none()
        entries = session.execute(_ENTRIES, {"site": site, "after": after, "most": most}).all()
    return None if head is None else (head[0], head[1]), entries
