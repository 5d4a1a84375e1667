"""`/rooms`: which there are, what is on in each and what comes next; for everybody, no names."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from api.dependencies import PUBLIC, Built, Named, Now, OpenSession
from api.lists import After, Limit, Listed, listed, place_of
from api.moments import Instant
from api.problems import PROBLEMS
from daemon.config import Room as RoomSettings
from daemon.occupancy import Occupancy, occupancy
from daemon.store.objections import Invalid, Unknown

router = APIRouter(prefix="/rooms", tags=["rooms"], responses=PROBLEMS)


class Room(BaseModel):
    """A room. `until`: when the running booking ends, or in a free room the next one begins."""

    id: str
    name: str
    area_m2: float | None
    capacity: int | None
    bookable: bool
    status: Literal["free", "booked", "occupied"]
    until: Instant | None
    next: Instant | None


@router.get("", dependencies=[PUBLIC])
def list_rooms(
    session: OpenSession, parts: Built, now: Now, limit: Limit = 100, after: After = None
) -> Listed[Room]:
    """List the rooms in the order of the settings, each with what is on now and next."""
    house = occupancy(session, parts.settings, now)
    rooms = [_shown(room, house, place) for place, room in enumerate(parts.settings.rooms)]
    place = place_of(after, 1)
    ids = [room.id for room in rooms]
    if place is not None and place[0] not in ids:
        raise Invalid("after", "give back the `next` of the list before")
    begin = 0 if place is None else ids.index(place[0]) + 1
    return listed(rooms[begin:], limit, lambda room: (room.id,))


@router.get("/{room}", dependencies=[PUBLIC])
def get_room(room: Named, session: OpenSession, parts: Built, now: Now) -> Room:
    """Show one room."""
    house = occupancy(session, parts.settings, now)
    for place, each in enumerate(parts.settings.rooms):
        if each.id == room:
            return _shown(each, house, place)
    raise Unknown("room", room)


def _shown(room: RoomSettings, house: Occupancy, place: int) -> Room:
    on = house["rooms"][place]
    return Room.model_validate(
        {
            "id": room.id,
            "name": room.name,
            "area_m2": room.area_m2,
            "capacity": room.capacity,
            "bookable": room.bookable,
            "status": on["status"],
            "until": on["until"],
            "next": on["next"],
        }
    )
