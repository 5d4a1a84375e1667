"""`/doors`: their state, and what staff order of them, for staff."""

import json
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy.orm import Session

from api.dependencies import STAFF, Acting, Built, Named, Now, OpenSession, Who
from api.lists import After, Limit, Listed, listed, place_of
from api.moments import Instant, Why
from api.parts import Parts
from api.problems import PROBLEMS, Failure
from daemon.access.facts import Hold, Role
from daemon.config import Door as DoorSettings
from daemon.fittings import fittings_at
from daemon.store import acts
from daemon.store.acts import Wish
from daemon.store.forms import Form
from daemon.store.objections import Invalid, Unknown
from daemon.store.people import Act
from daemon.store.tables import DoorRow
from devices.clock import moment
from devices.contract import Part

router = APIRouter(prefix="/doors", tags=["doors"], dependencies=[STAFF], responses=PROBLEMS)

_PAUSE = 0.02
_ALARMS_FOR = timedelta(hours=24)


class ReaderShown(BaseModel):
    """A reader and what a tap at it means."""

    id: str
    role: Role


class Alarm(BaseModel):
    """Something that was not right at this door."""

    seq: int
    at: Instant
    reason: str | None


class Device(BaseModel):
    """A device at a door. `online` null: it has not told, or its door tells for all."""

    part: Part
    id: str
    driver: str
    online: bool | None


class Door(BaseModel):
    """What is known of a door. Null means that no device has told; `alarms`: the last 24 hours."""

    id: str
    name: str
    room: str
    entrance: bool
    readers: list[ReaderShown]
    hold: Hold
    hold_until: Instant | None
    contact: Literal["open", "closed"] | None
    bolt: Literal["locked", "unlocked"] | None
    online: bool | None
    devices: list[Device]
    reported: Instant | None
    alarms: list[Alarm]


class Unlocking(Form):
    """Why the door is opened from afar."""

    reason: Why


class Holding(Form):
    """`open` or `locked`, until an instant or until changed; `normal` ends it."""

    mode: Literal["open", "locked", "normal"]
    until: Instant | None = None
    reason: Why


class Sent(BaseModel):
    """What the doorman did about it. `sent` false: the lock will be told when it is reached."""

    door: str
    action: str
    sent: bool


@router.get("")
def list_doors(
    session: OpenSession, parts: Built, now: Now, limit: Limit = 100, after: After = None
) -> Listed[Door]:
    """List the doors in the order of the settings."""
    place = place_of(after, 1)
    doors = doors_now(session, parts, now)
    ids = [door.id for door in doors]
    begin = ids.index(place[0]) + 1 if place and place[0] in ids else 0
    return listed(doors[begin:], limit, lambda door: (door.id,))


@router.get("/{door}")
def get_door(door: Named, session: OpenSession, parts: Built, now: Now) -> Door:
    """Show one door."""
    _settings(parts, door)
    return next(each for each in doors_now(session, parts, now) if each.id == door)


@router.post("/{door}/unlock")
def unlock(door: Named, form: Unlocking, act: Acting, parts: Built, who: Who) -> Sent:
    """Open a door once, in one's own name."""
    seconds = _settings(parts, door).unlock_seconds
    order = acts.order_unlock(act, Wish(door, form.reason, who.member), seconds)
    if not _carried_out(act, parts, door, order, release=False):
        raise _away("the door was not opened")
    return Sent(door=door, action="unlock", sent=True)


@router.post("/{door}/hold")
def hold(door: Named, form: Holding, act: Acting, parts: Built, who: Who) -> Sent:
    """Hold a door open or locked. Locked holds at once; open takes a lock that hears it."""
    _settings(parts, door)
    _check_until(form, act)
    mode = Hold(form.mode)
    order = acts.order_hold(act, Wish(door, form.reason, who.member), mode, form.until)
    sent = _carried_out(act, parts, door, order, release=mode is Hold.OPEN)
    if mode is Hold.OPEN and not sent:
        raise _away("the door is not held open")
    return Sent(door=door, action=form.mode, sent=sent)


def _carried_out(act: Act, parts: Parts, door: str, order: str, *, release: bool) -> bool:
    """Wait for the doorman; take the order back if he does not come."""
    parts.bell.ring()
    end = parts.steady() + parts.patience
    while parts.steady() < end:
        with parts.store.reading() as session:
            outcome = acts.outcome_of(session, parts.site, order)
        if outcome is not None:
            return outcome == "sent"
        time.sleep(_PAUSE)
    return not acts.withdraw(act, door, order, release=release)


def _away(what: str) -> Failure:
    sentence = f"{what}: the doorman did not answer; look at /readyz, then try again"
    return Failure(HTTPStatus.SERVICE_UNAVAILABLE, "doorman-away", sentence)


def _settings(parts: Parts, door: str) -> DoorSettings:
    found = parts.settings.door(door)
    if found is None:
        raise Unknown("door", door)
    return found


def _check_until(form: Holding, act: Act) -> None:
    if form.until is None:
        return
    if form.mode == "normal":
        raise Invalid("until", "normal has no end; leave it out")
    if form.until <= act.at:
        raise Invalid("until", "that is past already")


def doors_now(session: Session, parts: Parts, now: Now) -> list[Door]:
    """Return all doors as they are now, in the order of the settings."""
    rows = acts.door_rows(session, parts.site)
    alarms: dict[str | None, list[Alarm]] = {}
    for entry in acts.latest_alarms(session, parts.site, now - _ALARMS_FOR):
        alarm = Alarm(seq=entry.seq, at=moment(entry.at), reason=entry.reason)
        alarms.setdefault(entry.door, []).append(alarm)
    return [
        _shown(door, rows.get(door.id) or _UNTOLD, alarms.get(door.id, []), now)
        for door in parts.settings.doors
    ]


_UNTOLD = DoorRow(hold="normal")


def _devices(door: DoorSettings, row: DoorRow) -> Iterator[Device]:
    told: Mapping[str, bool] = json.loads(row.devices or "{}")
    for each in fittings_at(door):
        online = told.get(each.name)
        yield Device(part=each.part, id=each.name, driver=each.driver, online=online)


def _shown(door: DoorSettings, row: DoorRow, alarms: list[Alarm], now: Now) -> Door:
    until = None if row.hold_until is None else moment(row.hold_until)
    over = until is not None and until <= now
    return Door.model_validate(
        {
            "id": door.id,
            "name": door.name,
            "room": door.room,
            "entrance": door.entrance,
            "readers": [ReaderShown(id=each.id, role=each.role) for each in door.readers],
            "hold": "normal" if over else row.hold,
            "hold_until": None if over else until,
            "contact": row.contact,
            "bolt": row.bolt,
            "online": row.online,
            "devices": [*_devices(door, row)],
            "reported": None if row.reported is None else moment(row.reported),
            "alarms": alarms,
        }
    )
