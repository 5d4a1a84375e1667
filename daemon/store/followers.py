"""Who reads the journal entry by entry keeps here how far they got, over every restart.

And who does something once a day, when that was.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon.store.engine import Store
from daemon.store.prepared import insert_for
from daemon.store.tables import FollowerRow, JournalRow


def reached(store: Store, site: str, name: str) -> int:
    """Return the last entry that was dealt with; whoever begins now begins behind the last one."""
    with store.writing() as session:
        row = session.get(FollowerRow, (site, name))
        if row is None:
            last = session.scalar(
                select(JournalRow.seq)
                .where(JournalRow.site == site)
                .order_by(JournalRow.seq.desc())
                .limit(1)
            )
            row = FollowerRow(site=site, name=name, seq=last or 0)
            session.add(row)
        return row.seq


def reach(store: Store, site: str, name: str, seq: int) -> None:
    """Keep that everything up to `seq` was dealt with."""
    with store.writing() as session:
        session.get_one(FollowerRow, (site, name)).seq = seq


def kept(store: Store, site: str, name: str) -> int | None:
    """Return what somebody keeps here, None if nothing yet."""
    with store.reading() as session:
        row = session.get(FollowerRow, (site, name))
        return None if row is None else row.seq


def keep(store: Store, site: str, name: str, value: int) -> None:
    """Keep a number for somebody, instead of the last one."""
    with store.writing() as session:
        session.merge(FollowerRow(site=site, name=name, seq=value))


def try_to_keep(store: Store, site: str, name: str, value: int) -> bool:
    """Keep a number for somebody if that can be done at once; tell whether it could."""
    row = insert_for(store.engine.dialect)(FollowerRow).values(site=site, name=name, seq=value)
    key = [FollowerRow.site, FollowerRow.name]
    return store.takes(row.on_conflict_do_update(index_elements=key, set_={"seq": value}))


def following(
    session: Session, site: str, after: int, reasons: Collection[str], most: int
) -> tuple[Sequence[JournalRow], int]:
    """Return the entries with these reasons among the next `most`, and the last one looked at."""
    query = (
        select(JournalRow)
        .where(JournalRow.site == site, JournalRow.seq > after)
        .order_by(JournalRow.seq)
        .limit(most)
    )
    rows = session.scalars(query).all()
    last = rows[-1].seq if rows else after
    return [row for row in rows if row.reason in reasons], last
