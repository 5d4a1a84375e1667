"""`/presence`: who is in, for staff; and checking in or out whom no reader saw."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel

from api.dependencies import STAFF, Acting, Built, Now, OpenSession
from api.lists import After, Limit, Listed, listed, place_of
from api.moments import Instant, Why
from api.parts import Parts
from api.problems import PROBLEMS
from api.visits import Visit, shown
from daemon.config.fields import ID_PATTERN
from daemon.occupancy import Present, who_is_in
from daemon.presence import By, Move
from daemon.store import presences
from daemon.store.forms import Form, Id
from daemon.store.objections import Invalid
from daemon.store.people import Act
from daemon.store.presences import Said
from devices import moments

router = APIRouter(prefix="/presence", tags=["presence"], dependencies=[STAFF], responses=PROBLEMS)


_ID = ID_PATTERN.strip("^$")
Person = Annotated[
    str,
    Path(
        pattern=f"^{_ID}(:{_ID}:[0-9]{{1,9}})?$",
        description="a member's id, or a guest as the list has it",
    ),
]


class Inside(BaseModel):
    """Somebody who is in. `name` is null once the person is no member any more.

    `member` of a guest with a lent card is `{kind}:{id}:{place}` of what lets them in.
    """

    member: str
    name: str | None
    room: str
    since: Instant
    began_by: By


class Word(Form):
    """When it was (now, unless said), in which room (the entrance's, unless said), and why."""

    at: Instant | None = None
    room: Id | None = None
    reason: Why | None = None


@router.get("")
def list_presence(
    session: OpenSession, parts: Built, now: Now, limit: Limit = 100, after: After = None
) -> Listed[Inside]:
    """List who is in, the first who came first."""
    place = place_of(after, 2)
    found = [_inside(each) for each in who_is_in(session, parts.settings, now)]
    if place is not None:
        found = [each for each in found if _order(each) > tuple(place)]
    return listed(found, limit, _order)


@router.post("/{member}/check-in")
def check_in(member: Person, act: Acting, parts: Built, word: Word | None = None) -> Visit:
    """Say that somebody is inside, or in another room."""
    return say(act, parts, member, Move.CHECK_IN, word or Word())


@router.post("/{member}/check-out")
def check_out(member: Person, act: Acting, parts: Built, word: Word | None = None) -> Visit:
    """Say that somebody has left."""
    return say(act, parts, member, Move.CHECK_OUT, word or Word())


def say(act: Act, parts: Parts, member: str, move: Move, word: Word) -> Visit:
    """Write down that somebody came or left; refuses a room that is not there."""
    room = word.room or _first_room(parts)
    if parts.settings.room(room) is None:
        raise Invalid("room", f"there is no room {room!r} in the settings")
    said = Said(move, room, word.at, word.reason)
    return shown(presences.say(act, parts.house, member, said))


def _first_room(parts: Parts) -> str:
    """Return the room one enters first: behind the entrance, or the first there is."""
    entrances = [door.room for door in parts.settings.doors if door.entrance]
    return (entrances or [room.id for room in parts.settings.rooms])[0]


def _inside(person: Present) -> Inside:
    return Inside(
        member=person.member,
        name=person.name,
        room=person.room,
        since=person.since,
        began_by=By(person.began_by),
    )


def _order(person: Inside) -> tuple[str, str]:
    return _sortable(person.since), person.member


def _sortable(at: datetime) -> str:
    return moments.shown(at.replace(microsecond=0)) + f"{at.microsecond:06d}"
