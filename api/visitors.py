"""`/visitors`: somebody's guests. Members see and change their own, staff all."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.dependencies import MEMBER, Acting, Asking, Built, Named, OpenSession
from api.lists import After, Limit, Listed, Since, Until, listed, moment_place_of
from api.moments import Instant
from api.problems import PROBLEMS
from daemon.config.fields import ID_PATTERN
from daemon.store import visitor_checks, visitor_views, visitors
from daemon.store.visitor_checks import Reception
from daemon.store.visitor_forms import NewVisitor, VisitorChange
from daemon.store.visitor_views import Wanted
from devices import moments

router = APIRouter(prefix="/visitors", tags=["visitors"], dependencies=[MEMBER], responses=PROBLEMS)


class Visitor(BaseModel):
    """Somebody's guest. `tail`: the last digits of a card; without one no door knows them.

    `uses` null: any number. `arrived`: when a door first let them in. `code`: what they type in,
    given only in the answer to the request that asked for one.
    """

    model_config = ConfigDict(from_attributes=True, serialize_by_alias=True)

    id: str
    name: str
    host: str
    email: str | None
    tail: str | None
    since: Annotated[Instant, Field(validation_alias="since", serialization_alias="from")]
    until: Instant
    doors: Sequence[str]
    uses: int | None
    uses_left: int | None
    while_host_in: bool
    arrived: Instant | None
    code: str | None = None


def reception_of(parts: Built) -> Reception:
    return visitor_checks.reception_of(parts.settings, parts.key)


Here = Annotated[Reception, Depends(reception_of)]
Host = Annotated[str | None, Query(pattern=ID_PATTERN)]


def wanted_of(
    host: Host = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 100,
    after: After = None,
) -> Wanted:
    return Wanted(limit + 1, host, since, until, moment_place_of(after))


@router.get("")
def list_visitors(
    session: OpenSession,
    parts: Built,
    asker: Asking,
    wanted: Annotated[Wanted, Depends(wanted_of)],
    limit: Limit = 100,
) -> Listed[Visitor]:
    """List visitors by when they may come."""
    found = visitor_views.visitors(session, parts.site, wanted, asker)
    return listed([_shown(each) for each in found], limit, lambda v: (moments.shown(v.since), v.id))


@router.post("", status_code=201)
def add_visitor(
    form: NewVisitor, act: Acting, asker: Asking, here: Here, response: Response
) -> Visitor:
    """Announce a visitor; a member's are his own. A card's number or code is never shown again."""
    visitor = visitors.add_visitor(act, asker, form, here)
    response.headers["Location"] = f"/api/v1/visitors/{visitor.id}"
    return _shown(visitor)


@router.get("/{visitor}")
def get_visitor(visitor: Named, session: OpenSession, parts: Built, asker: Asking) -> Visitor:
    """Show one visitor."""
    return _shown(visitor_views.visitor_of(session, parts.site, visitor, asker))


@router.patch("/{visitor}")
def change_visitor(
    visitor: Named, form: VisitorChange, act: Acting, asker: Asking, here: Here
) -> Visitor:
    """Change what is said; null clears. Holds from the next tap on; uses stay used."""
    return _shown(visitors.change_visitor(act, asker, visitor, form, here))


@router.delete("/{visitor}", status_code=204)
def end_visitor(visitor: Named, act: Acting, asker: Asking) -> None:
    """Take a visitor off the list: no door opens from the next tap on."""
    visitors.end_visitor(act, asker, visitor)


def _shown(visitor: visitor_views.Visitor) -> Visitor:
    return Visitor.model_validate(visitor)
