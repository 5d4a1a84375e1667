"""`GET /occupancy`: how full the house is, for everybody; names only of those who allow it."""

from fastapi import APIRouter
from pydantic import BaseModel

from api.dependencies import PUBLIC, Built, Now, OpenSession, Who
from api.problems import PROBLEMS
from daemon.occupancy import exact_occupancy, occupancy, who_is_in

router = APIRouter(prefix="/occupancy", tags=["occupancy"], responses=PROBLEMS)


class RoomOccupancy(BaseModel):
    """One room; `status` is free, booked or occupied, `next` when the next booking begins.

    `until`: when the running booking ends, or in a free room the next one begins.
    """

    id: str
    name: str
    present: int
    capacity: int | None
    status: str
    until: str | None
    next: str | None
    blurred: bool | None = None


class Somebody(BaseModel):
    """Somebody inside who lets members know."""

    name: str
    room: str


class Occupancy(BaseModel):
    """`open`: somebody is inside. `people`, from the kiosk on: who lets it be known.

    `blurred`, for the public where small counts are not told: a `present` is the most it can be.
    """

    site: str
    name: str
    at: str
    open: bool
    present: int
    capacity: int | None
    rooms: list[RoomOccupancy]
    people: list[Somebody] | None = None
    blurred: bool | None = None


@router.get("", dependencies=[PUBLIC], response_model_exclude_unset=True)
def get_occupancy(session: OpenSession, parts: Built, who: Who, now: Now) -> Occupancy:
    """Tell how full the house and its rooms are."""
    if not who.may("kiosk"):
        return Occupancy.model_validate(occupancy(session, parts.settings, now))
    inside = who_is_in(session, parts.settings, now)
    house = exact_occupancy(session, parts.settings, now, inside)
    counts = Occupancy.model_validate(house)
    people = [
        Somebody(name=each.name, room=each.room)
        for each in inside
        if each.name is not None and each.visibility == "members"
    ]
    return counts.model_copy(update={"people": people})
