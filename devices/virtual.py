"""Reader and lock made of memory, which really talk MQTT: for the demo, the commands and tests.

`VirtualDoor` is pure: commands and moments in, the door's state out. `VirtualDoors` gives each a
connection of its own, so that its last will can say that it is gone, as a real controller's does.
"""

import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from devices import moments, strict_json, uid
from devices.clock import Clock
from devices.contract import Action, Command
from devices.mqtt import wire
from devices.mqtt.link import Endpoint, Link
from devices.mqtt.native import Native
from devices.mqtt.outbox import Parcel

log = logging.getLogger(__name__)
ENTERS_AFTER = timedelta(milliseconds=400)
LEAVES_OPEN = timedelta(milliseconds=1200)
_IDLE, _STUMBLE, _GOODBYE = 1.0, 0.2, 1.0


@dataclass(frozen=True, slots=True)
class VirtualReader:
    """A reader of a door: the message it sends for a badge, the same each time it asks again."""

    name: str

    def tap(
        self, badge: uid.Uid, message: str, at: datetime, shown: Mapping[str, str] | None = None
    ) -> bytes:
        """Return the payload of `door/{door}/tap`.

        `shown` is what came beside the number: `sun`, the address that the card showed; `pin`.
        """
        said = {"uid": uid.shown(badge), "id": message, "at": moments.shown(at)}
        return json.dumps({**said, "reader": self.name, **(shown or {})}).encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """A feedback as the reader shows it; `said` is all of it."""

    granted: bool
    reason: str
    message: str
    said: Mapping[str, object]


def answer_to(message: str, payload: bytes) -> Answer | None:
    """Return the feedback if it answers this message; None for somebody else's or rubbish."""
    try:
        said = strict_json.parse_object(payload)
    except strict_json.Garbled:
        return None
    if said.get("tap") != message:
        return None
    reason, text = str(said.get("reason", "")), str(said.get("message", ""))
    return Answer(said.get("granted") is True, reason, text, said)


class VirtualDoor:
    """A door that somebody walks through whenever it is unlocked.

    Obeys a command's id once, and nothing at or after its `expires`.
    """

    def __init__(self, door: str, *, has_contact: bool) -> None:
        self.door = door
        self._has_contact = has_contact
        self._obeyed: dict[str, datetime] = {}
        self._locks_at: datetime | None = None
        self._opens_at: datetime | None = None
        self._closes_at: datetime | None = None
        self.locked = True
        self.open = False

    def obey(self, payload: bytes, now: datetime) -> bool:
        """Do what a command says; tell whether it was done."""
        order = command_in(self.door, payload)
        self._obeyed = {known: end for known, end in self._obeyed.items() if now < end}
        if order is None or now >= order.expires or order.id in self._obeyed:
            return False
        self._obeyed[order.id] = order.expires
        self.locked = order.action is Action.LOCK
        seconds = timedelta(seconds=order.seconds)
        self._locks_at = now + seconds if order.action is Action.UNLOCK else None
        if order.action is Action.UNLOCK and self._has_contact:
            self._opens_at = None if self.open else now + ENTERS_AFTER
            self._closes_at = now + ENTERS_AFTER + LEAVES_OPEN
        return True

    def pass_time(self, now: datetime) -> bool:
        """Let happen what is due; tell whether the state changed."""
        before = (self.locked, self.open)
        if self._opens_at is not None and now >= self._opens_at:
            self.open, self._opens_at = True, None
        if self._closes_at is not None and now >= self._closes_at:
            self.open, self._closes_at = False, None
        if self._locks_at is not None and now >= self._locks_at:
            self.locked, self._locks_at = True, None
        return before != (self.locked, self.open)

    def next_change(self) -> datetime | None:
        """Return when `pass_time` will find something."""
        due = (self._opens_at, self._closes_at, self._locks_at)
        return min((each for each in due if each is not None), default=None)

    def state(self, now: datetime) -> bytes:
        """Return the payload of `door/{door}/state`, the level of all there is."""
        levels = {"contact": "open" if self.open else "closed"} if self._has_contact else {}
        bolt = "locked" if self.locked else "unlocked"
        return json.dumps({**levels, "bolt": bolt, "at": moments.shown(now)}).encode()


def command_in(door: str, payload: bytes) -> Command | None:
    """Return the command in a payload; None for one that a lock must not understand."""
    try:
        said = strict_json.parse_object(payload)
        return Command(
            door,
            _text(said["id"]),
            Action(_text(said["action"])),
            _seconds(said.get("seconds", 0)),
            moments.parse(_text(said["issued"])),
            moments.parse(_text(said["expires"])),
        )
    except (strict_json.Garbled, KeyError, ValueError):
        return None


def _text(value: object) -> str:
    if type(value) is not str:
        raise ValueError("a text was expected")
    return value


def _seconds(value: object) -> int:
    if type(value) is not int or not 0 <= value <= 86_400:  # noqa: PLR2004 - a day
        raise ValueError("seconds are a whole number, at most a day")
    return value


@dataclass(frozen=True, slots=True)
class Street:
    """Where virtual doors stand: how each reaches the broker, the topics, the clocks."""

    endpoint: Callable[[str], Endpoint]
    topics: Native
    clock: Clock
    steady: Callable[[], float]


class VirtualDoors:
    """Doors that live in threads between `start` and `stop`; to be run beside a doorman."""

    def __init__(self, street: Street, doors: Mapping[str, bool]) -> None:
        """Take door -> whether it has a contact."""
        self._street = street
        self._doors = doors
        self._end = threading.Event()
        self._lives: list[_Life] = []

    def start(self) -> None:
        """Begin to connect; doors come online by themselves, and again after an outage."""
        self._end.clear()
        self._lives = [
            _Life(self._street, VirtualDoor(door, has_contact=contact), self._end)
            for door, contact in self._doors.items()
        ]
        for life in self._lives:
            life.start()

    def is_alive(self) -> bool:
        """Tell whether all of them run."""
        return all(life.is_alive() for life in self._lives)

    def stop(self, limit: float) -> None:
        """Take the doors offline, each within `limit` seconds; may be called twice."""
        self._end.set()
        for life in self._lives:
            life.link.wake()
        for life in self._lives:
            life.join(limit)


class _Life(threading.Thread):
    """One door at its own connection."""

    def __init__(self, street: Street, door: VirtualDoor, end: threading.Event) -> None:
        super().__init__(name=f"virtual {door.door}", daemon=True)
        self._street = street
        self._door = door
        self._end = end
        self._told = False
        topics, name = street.topics, door.door
        endpoint = street.endpoint(name)
        online = topics.topic(name, "online")
        self.link = Link(endpoint, {topics.topic(name, "command"): False}, online, street.steady)
        state = topics.topic(name, "state")
        self._state = wire.address(state, properties=endpoint.five, expiry=None)

    def run(self) -> None:
        while not self._end.is_set():
            try:
                self._turn()
            except Exception:
                log.exception("virtual door %s stumbled and goes on", self._door.door)
                self._end.wait(_STUMBLE)
        self.link.close(_GOODBYE)

    def _turn(self) -> None:
        """Hear, move, tell."""
        clock, link = self._street.clock, self.link
        for arrival in link.wait(self._patience()):
            if not arrival.retain and self._door.obey(arrival.payload, clock()):
                self._told = False
            if arrival.packet is not None:
                link.acknowledge(arrival.session, arrival.packet)
        if self._door.pass_time(clock()):
            self._told = False
        if not link.connected:
            self._told = False
        elif not self._told:
            link.publish(Parcel(self._state, self._door.state(clock()), retain=True))
            link.flush()
            self._told = True

    def _patience(self) -> float:
        due = self._door.next_change()
        if due is None:
            return _IDLE
        return min(_IDLE, max(0.0, (due - self._street.clock()).total_seconds()))
