"""`GET /spaceapi.json`: for the SpaceAPI directory and whoever else wants to know if it is open."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.dependencies import PUBLIC, Built, Now, OpenSession
from api.problems import PROBLEMS
from daemon import spaceapi
from daemon.occupancy import occupancy
from daemon.store.objections import Unknown
from daemon.store.tables import MemberRow, VisitRow
from devices.clock import moment

router = APIRouter(tags=["spaceapi"], responses=PROBLEMS)

_LATEST = 500
_EVERYBODY = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=10"}


@router.get("/spaceapi.json", dependencies=[PUBLIC], response_model=dict[str, Any])
def get_space(session: OpenSession, parts: Built, now: Now) -> JSONResponse:
    """Tell whether the house is open and how many are in; 404 unless the settings have it."""
    about = parts.settings.spaceapi
    if about is None:
        raise Unknown("page", "spaceapi.json")
    house = occupancy(session, parts.settings, now)
    stays = [
        (moment(began), None if ended is None and by is None else moment(ended or began))
        for began, ended, by in _latest(session, parts.site)
    ]
    changed = spaceapi.last_change(reversed(stays), is_open=house["open"])
    return JSONResponse(spaceapi.space(parts.settings, about, house, changed), headers=_EVERYBODY)


def _latest(session: Session, site: str) -> list[tuple[int, int | None, str | None]]:
    """Return the latest visits of those who want to be counted, the newest first."""
    hidden = select(MemberRow.id).where(MemberRow.site == site, MemberRow.visibility == "hidden")
    query = (
        select(VisitRow.began, VisitRow.ended, VisitRow.ended_by)
        .where(VisitRow.site == site, VisitRow.member.not_in(hidden))
        .order_by(VisitRow.began.desc())
        .limit(_LATEST)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]
