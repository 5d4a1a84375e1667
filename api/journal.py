"""`GET /journal`: what happened, entry by entry, for staff."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from api.dependencies import STAFF, Built, OpenSession
from api.lists import Limit, Listed
from api.problems import PROBLEMS
from daemon.store.entries import ENTRIES, entry_shown

router = APIRouter(prefix="/journal", tags=["journal"], dependencies=[STAFF], responses=PROBLEMS)


class Entry(BaseModel):
    """One entry; `seq` rises without gaps, `granted` is null where nothing was decided."""

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


@router.get("")
def get_journal(
    session: OpenSession,
    parts: Built,
    limit: Limit = 100,
    after: Annotated[int, Query(ge=0, le=2**63 - 1, description="the last `seq` seen")] = 0,
) -> Listed[Entry]:
    """List entries behind `after`, oldest first; `next` is the `seq` to go on after."""
    asked = {"site": parts.site, "after": after, "most": limit + 1}
    rows = session.execute(ENTRIES, asked).all()
    items = [Entry.model_validate(entry_shown(row)) for row in rows[:limit]]
    return Listed(items=items, next=str(items[-1].seq) if len(rows) > limit else None)
