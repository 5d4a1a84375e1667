"""`/visits`: who was here and when, for staff; corrections keep the first word in the journal."""

from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from api.dependencies import STAFF, Acting, Built, Named, OpenSession
from api.lists import After, Limit, Listed, listed, moment_place_of
from api.moments import Instant
from api.problems import PROBLEMS
from daemon import presence
from daemon.config.fields import ID_PATTERN
from daemon.store import presences
from daemon.store.forms import Change, Line
from daemon.store.presences import Righting, Wanted
from devices import moments

router = APIRouter(prefix="/visits", tags=["visits"], dependencies=[STAFF], responses=PROBLEMS)


class Visit(BaseModel):
    """One stay. `ended` is null while it is open, and for an invented end (inferred or auto)."""

    id: str
    member: str
    room: str
    began: Instant
    began_by: presence.By
    ended: Instant | None
    ended_by: presence.By | None


class VisitChange(Change):
    """How it really was."""

    stays: ClassVar[frozenset[str]] = frozenset({"began", "ended"})

    began: Instant | None = None
    ended: Instant | None = None
    note: Line | None = None


Member = Annotated[str | None, Query(pattern=ID_PATTERN)]
Since = Annotated[Instant | None, Query(alias="from", description="begun at this instant or later")]
Until = Annotated[Instant | None, Query(alias="to", description="begun before this instant")]


def wanted_of(
    member: Member = None, since: Since = None, until: Until = None, after: After = None
) -> Wanted:
    return Wanted(member, since, until, moment_place_of(after))


@router.get("")
def list_visits(
    session: OpenSession,
    parts: Built,
    wanted: Annotated[Wanted, Depends(wanted_of)],
    limit: Limit = 100,
) -> Listed[Visit]:
    """List visits by their beginning, the oldest first."""
    found = presences.list_visits(session, parts.site, wanted, limit + 1)
    return listed([shown(v) for v in found], limit, lambda v: (moments.shown(v.began), v.id))


@router.get("/{visit}")
def get_visit(visit: Named, session: OpenSession, parts: Built) -> Visit:
    """Show one visit."""
    return shown(presences.visit_of(session, parts.site, visit))


@router.patch("/{visit}")
def correct_visit(visit: Named, form: VisitChange, act: Acting, parts: Built) -> Visit:
    """Set a visit right, within its day and without overlap."""
    righting = Righting(form.began, form.ended, form.note)
    return shown(presences.set_right(act, parts.house, visit, righting))


def shown(visit: presence.Visit) -> Visit:
    """Return a visit as it goes out."""
    return Visit(
        id=visit.id,
        member=visit.member,
        room=visit.room,
        began=visit.began,
        began_by=visit.began_by,
        ended=visit.ended,
        ended_by=visit.ended_by,
    )
