"""Usciere's own protocol (CONTRACT 4): topics and payloads in, signals up; deeds in, payloads out.

Translates and refuses; decides nothing, keeps nothing.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from devices import moments, strict_json, uid
from devices.contract import Command, ExitPress, Level, Nonsense, Nudge, Receipt, Signal, Tap
from devices.mqtt.link import Arrival

OLDEST_CLOCK = datetime(2020, 1, 1, tzinfo=UTC)
LONGEST_ID = 128
_CONTACT = {"open": True, "closed": False}
_BOLT = {"locked": True, "unlocked": False}
_ONLINE = {b"true": True, b"false": False}


class Malformed(ValueError):
    """The message breaks the protocol; the sentence says where. `id` if it could be read."""

    def __init__(self, problem: str, id: str | None = None) -> None:  # noqa: A002 - the wire's word
        super().__init__(problem)
        self.id = id


class Native:
    """The topics of one site. `doors`: door -> its readers, the first one being the default."""

    def __init__(self, base: str, site: str, doors: Mapping[str, Sequence[str]]) -> None:
        self.root = f"{base}/{site}/"
        self._doors = doors
        self._prefix = len(f"{self.root}door/")
        self._nudge = f"{self.root}order"

    def subscriptions(self) -> dict[str, bool]:
        """Return topic filter -> whether the retained message is wanted at every start."""
        door = f"{self.root}door/+/"
        return {
            f"{door}tap": False,
            f"{door}exit": False,
            f"{door}command": False,
            f"{door}state": True,
            f"{door}online": True,
            self._nudge: False,
        }

    def topic(self, door: str, word: str) -> str:
        """Return the topic of one door."""
        return f"{self.root}door/{door}/{word}"

    def read(self, arrival: Arrival, received: datetime) -> Signal | None:
        """Return what the message says; None for what is nobody's business here."""
        receipt = (
            None
            if arrival.packet is None
            else Receipt(arrival.session, arrival.packet, arrival.again)
        )
        if arrival.topic == self._nudge:
            return Nudge(received, receipt)
        door, _, word = arrival.topic[self._prefix :].rpartition("/")
        reading = _WORDS.get(word)
        if reading is None or (word == "command" and not arrival.retain):
            return None
        about = _ABOUT.get(word, word)
        known = door if door in self._doors else None
        if arrival.retain and word in _LIVE_ONLY:
            problem = f"a retained message waits on {arrival.topic}; have its sender clear it"
            return self._nonsense("retained", problem, known, arrival, received, about, receipt)
        if known is None:
            problem = f"there is no door {door[:63]!r} in this house"
            return self._nonsense("unknown-door", problem, None, arrival, received, about, receipt)
        try:
            return reading(self, door, arrival, received, receipt)
        except Malformed as why:
            return self._nonsense(
                "malformed", str(why), known, arrival, received, about, receipt, why.id
            )

    def _nonsense(  # noqa: PLR0913 - the fields of the value, in order
        self,
        code: str,
        problem: str,
        door: str | None,
        arrival: Arrival,
        received: datetime,
        about: str,
        receipt: Receipt | None,
        id: str | None = None,  # noqa: A002 - the wire's word
    ) -> Nonsense:
        mark = fingerprint(arrival)
        return Nonsense(code, problem, door, id, received, mark, about, receipt)

    def tap(self, door: str, arrival: Arrival, received: datetime, receipt: Receipt | None) -> Tap:
        """Return the tap in a message; refuses what breaks the protocol."""
        said = _object(arrival.payload)
        tap_id = _id(said)
        try:
            number = uid.parse(_text(said, "uid"))
            at = None if said.get("at") is None else moments.parse(_text(said, "at"))
            reader = self._reader(door, said)
            _pin(said)
        except (uid.NotAUid, moments.NotAMoment, Malformed) as why:
            raise Malformed(str(why), tap_id) from None
        return Tap(
            door,
            reader,
            number,
            tap_id,
            at if at is None or at >= OLDEST_CLOCK else None,
            received,
            "" if tap_id else fingerprint(arrival),
            arrival.waited,
            receipt,
        )

    def _reader(self, door: str, said: Mapping[str, object]) -> str:
        readers = self._doors[door]
        if said.get("reader") is None:
            return readers[0]
        name = _text(said, "reader")
        if name not in readers:
            raise Malformed(f"door {door} has no reader {name[:63]!r}")
        return name

    def exit(
        self, door: str, arrival: Arrival, received: datetime, receipt: Receipt | None
    ) -> ExitPress:
        """Return the press of an exit button."""
        press = _id(_object(arrival.payload))
        mark = "" if press else fingerprint(arrival)
        return ExitPress(door, press, received, mark, arrival.waited, receipt)

    def state(
        self, door: str, arrival: Arrival, received: datetime, receipt: Receipt | None
    ) -> Level:
        """Return the levels a door reports."""
        said = _object(arrival.payload)
        return Level(
            door,
            received,
            open=_level(said, "contact", _CONTACT),
            locked=_level(said, "bolt", _BOLT),
            receipt=receipt,
        )

    def online(
        self, door: str, arrival: Arrival, received: datetime, receipt: Receipt | None
    ) -> Level:
        """Return whether a door's controller is there; an empty message says nothing."""
        if arrival.payload and arrival.payload not in _ONLINE:
            raise Malformed("online is true or false")
        return Level(door, received, online=_ONLINE.get(arrival.payload), receipt=receipt)


def fingerprint(arrival: Arrival) -> str:
    """Return what tells a redelivered message without an id from a new one.

    The broker redelivers under the same packet number (MQTT 5, 4.4), so payload, topic and number
    together name the message within its session.
    """
    mark = hashlib.sha256(arrival.topic.encode() + b"\0" + arrival.payload).hexdigest()
    return f"{mark[:24]}-{arrival.packet or 0}"


def command(order: Command) -> bytes:
    """Return the payload of `door/{door}/command`."""
    tap = "" if order.tap is None else f'"tap":{strict_json.quoted(order.tap)},'
    return (
        f'{{"id":"{order.id}",{tap}"action":"{order.action.value}","seconds":{order.seconds},'
        f'"issued":"{moments.shown(order.issued)}","expires":"{moments.shown(order.expires)}"}}'
    ).encode()


def _object(payload: bytes) -> Mapping[str, object]:
    try:
        return strict_json.parse_object(payload)
    except strict_json.Garbled as why:
        raise Malformed(str(why)) from None


def _text(said: Mapping[str, object], key: str) -> str:
    value = said.get(key)
    if type(value) is not str:
        raise Malformed(f"{key} is missing" if value is None else f"{key} must be a text")
    return value


def _id(said: Mapping[str, object]) -> str | None:
    if said.get("id") is None:
        return None
    value = _text(said, "id")
    if not 1 <= len(value) <= LONGEST_ID or not value.isprintable():
        raise Malformed(f"id must have 1 to {LONGEST_ID} printable characters")
    return value


def _pin(said: Mapping[str, object]) -> None:
    if said.get("pin") is not None:
        _text(said, "pin")


def _level(said: Mapping[str, object], key: str, words: Mapping[str, bool]) -> bool | None:
    if said.get(key) is None:
        return None
    value = _text(said, key)
    if value not in words:
        raise Malformed(f"{key} must be {' or '.join(words)}, not {value[:40]!r}")
    return words[value]


_Reading = Callable[[Native, str, Arrival, datetime, Receipt | None], Signal]
_WORDS: dict[str, _Reading] = {
    "tap": Native.tap,
    "exit": Native.exit,
    "state": Native.state,
    "online": Native.online,
    "command": Native.state,  # only ever read to find a retained one
}
_LIVE_ONLY = frozenset({"tap", "exit", "command"})
_ABOUT = {"state": "door", "online": "door", "command": "door"}
