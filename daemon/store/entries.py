"""Journal entries as everybody outside sees them: HTTP, the MQTT topic, the export (CONTRACT 7)."""

import json
from collections.abc import Collection, Sequence
from typing import TypedDict

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from daemon.store.prepared import Row
from daemon.store.tables import JournalRow, SiteRow
from devices.clock import moment
from devices.moments import shown

ENTRIES = (
    select(
        JournalRow.seq,
        JournalRow.id,
        JournalRow.at,
        JournalRow.received_at,
        JournalRow.kind,
        JournalRow.door,
        JournalRow.reader,
        JournalRow.member,
        JournalRow.badge,
        JournalRow.granted,
        JournalRow.reason,
        JournalRow.late,
        JournalRow.detail,
        JournalRow.hash,
    )
    .where(JournalRow.site == bindparam("site"), JournalRow.seq > bindparam("after"))
    .order_by(JournalRow.seq)
    .limit(bindparam("most"))
)
"""The entries behind `after`, at most `most`; cost grows with `most` only."""


class EntryShown(TypedDict):
    """One entry. Times are RFC 3339 in UTC; `detail` is an object or null."""

    seq: int
    id: str
    at: str
    received_at: str
    kind: str
    door: str | None
    reader: str | None
    member: str | None
    badge: str | None
    granted: bool | None
    reason: str | None
    late: bool
    detail: dict[str, object] | None
    hash: str


def entry_shown(row: Row) -> EntryShown:
    """Return a row of `ENTRIES` as it is shown."""
    return EntryShown(
        seq=row[0],
        id=row[1],
        at=shown(moment(row[2])),
        received_at=shown(moment(row[3])),
        kind=row[4],
        door=row[5],
        reader=row[6],
        member=row[7],
        badge=row[8],
        granted=None if row[9] is None else bool(row[9]),
        reason=row[10],
        late=bool(row[11]),
        detail=None if row[12] is None else json.loads(row[12]),
        hash=row[13],
    )


def entries(session: Session, site: str, after: int, limit: int) -> Sequence[EntryShown]:
    """Return the entries behind `after` as they are shown, at most `limit`."""
    rows = session.execute(ENTRIES, {"site": site, "after": after, "most": limit})
    return [entry_shown(row) for row in rows]


def latest_entries(
    session: Session, site: str, kinds: Collection[str], most: int
) -> Sequence[EntryShown]:
    """Return the latest entries of some kinds, newest first, among the latest of the journal."""
    head = select(SiteRow.seq).where(SiteRow.id == site).scalar_subquery()
    query = (
        select(*ENTRIES.selected_columns)
        .where(
            JournalRow.site == site,
            JournalRow.seq > head - _AMONG,
            JournalRow.kind.in_(kinds),
        )
        .order_by(JournalRow.seq.desc())
        .limit(most)
    )
    return [entry_shown(row) for row in session.execute(query)]


_AMONG = 1000
