"""Usciere's own protocol (CONTRACT 4): topics and payloads in, signals up; deeds in, payloads out.

Translates and refuses; decides nothing, keeps nothing.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from devices import moments, seals, strict_json, uid, uid_formats
from devices.contract import (
    Command,
    ExitPress,
    Gone,
    Level,
    Nonsense,
    Nothing,
    Nudge,
    Pin,
    Receipt,
    Signal,
    Sun,
    Tap,
)
from devices.mqtt.link import SHARED, Arrival
from devices.uid import Uid

OLDEST_CLOCK = datetime(2020, 1, 1, tzinfo=UTC)
LATEST_CLOCK = datetime(9998, 1, 1, tzinfo=UTC)
"""A later moment may have no local time; this one is as far from now as any."""
_OLDEST_PRESS = timedelta(seconds=10)
LONGEST_ID = 128
LONGEST_SUN = 512
_LONGEST_WORD = 63
_NUMBER = re.compile(r"(?:[0-9A-Fa-f][:\- ]?){8}")
_CONTACT = {"open": True, "closed": False}
_BOLT = {"locked": True, "unlocked": False}
_ONLINE = {b"true": True, b"false": False}


class Malformed(ValueError):
    """The message breaks the protocol; the sentence says where. `id` if it could be read."""

    def __init__(self, problem: str, id: str | None = None) -> None:  # noqa: A002 - the wire's word
        super().__init__(problem)
        self.id = id


class Letter(NamedTuple):
    """An arrival with its topic taken apart: the door it speaks of and the word for what."""

    arrival: Arrival
    door: str
    word: str
    received: datetime
    receipt: Receipt | None


class Native:
    """The topics of one site. `doors`: door -> its readers, the first one being the default.

    `formats`: (door, reader) -> how it writes numbers, where that is not plain hex. `shared`: there
    may be several doormen, and what calls for one deed goes to one of them. `keys`: of the doors
    that seal taps and exits, and whose locks obey sealed commands alone.
    """

    def __init__(  # noqa: PLR0913 - all that makes one house's protocol its own
        self,
        base: str,
        site: str,
        doors: Mapping[str, Sequence[str]],
        formats: Mapping[tuple[str, str], str] | None = None,
        *,
        shared: bool = False,
        keys: Mapping[str, bytes] | None = None,
    ) -> None:
        self._keys = keys or {}
        self._site, self._shared = site, shared
        self.root = f"{base}/{site}/"
        self._doors = doors
        self._formats = formats or {}
        self._prefix = len(f"{self.root}door/")
        self._nudge = f"{self.root}order"
        self.presence = f"{self.root}online"
        self._house_topics = frozenset({self._nudge, self.presence})

    def subscriptions(self) -> dict[str, bool]:
        """Return topic filter -> whether the retained message is wanted at every start."""
        door = f"{self.root}door/+/"
        once = f"{SHARED}{self._site}/{door}" if self._shared else door
        colleagues = {self.presence: False} if self._shared else {}
        return {
            f"{once}tap": False,
            f"{once}exit": False,
            f"{once}command": False,
            f"{door}state": True,
            f"{door}online": True,
            self._nudge: False,
            **colleagues,
        }

    def topic(self, door: str, word: str) -> str:
        """Return the topic of one door."""
        return f"{self.root}door/{door}/{word}"

    def read(self, arrival: Arrival, received: datetime) -> Signal:
        """Return what the message says."""
        receipt = (
            None
            if arrival.packet is None
            else Receipt(arrival.session, arrival.packet, arrival.again)
        )
        if arrival.topic in self._house_topics:
            return self._of_the_house(arrival)(received, receipt)
        door, _, word = arrival.topic[self._prefix :].rpartition("/")
        reading = _WORDS.get(word)
        if reading is None or (word == "command" and not arrival.retain):
            return Nothing(received, receipt)
        letter = Letter(arrival, door, word, received, receipt)
        if arrival.retain and word in _LIVE_ONLY:
            problem = f"a retained {word} message waits at {shown(door)}; have its sender clear it"
            return self._nonsense("retained", problem, letter)
        if door not in self._doors:
            problem = f"there is no door {shown(door)} in this house"
            return self._nonsense("unknown-door", problem, letter)
        try:
            return reading(self, letter)
        except Malformed as why:
            return self._nonsense("malformed", str(why), letter, why.id)

    def _of_the_house(self, arrival: Arrival) -> type[Nudge | Gone | Nothing]:
        """Return what a message on the house's own topics is: a nudge, or a doorman's presence."""
        if arrival.topic == self._nudge:
            return Nudge
        return Gone if arrival.payload == b"false" else Nothing

    def _nonsense(
        self,
        code: str,
        problem: str,
        letter: Letter,
        id: str | None = None,  # noqa: A002 - the wire's word
    ) -> Nonsense:
        return Nonsense(
            code,
            problem,
            letter.door if letter.door in self._doors else None,
            id,
            letter.received,
            fingerprint(letter.arrival),
            _ABOUT.get(letter.word, letter.word),
            letter.receipt,
        )

    def tap(self, letter: Letter) -> Tap:
        """Return the tap in a message; refuses what breaks the protocol."""
        arrival = letter.arrival
        said = _object(arrival.payload)
        tap_id = _id(said)
        self._refuse_unsealed(letter, said, tap_id)
        try:
            reader = self._reader(letter.door, said)
            number, alias = self._number(letter.door, reader, _text(said, "uid"))
            at = None if said.get("at") is None else moments.parse(_text(said, "at"))
            pin = _pin(said)
            proof = _sun(said)
        except (uid.NotAUid, moments.NotAMoment, Malformed) as why:
            raise Malformed(str(why), tap_id) from None
        return Tap(
            letter.door,
            reader,
            number,
            tap_id,
            min(at, LATEST_CLOCK) if at is not None and at >= OLDEST_CLOCK else None,
            letter.received,
            "" if tap_id else fingerprint(arrival),
            arrival.waited,
            letter.receipt,
            alias,
            proof=proof,
            pin=pin,
        )

    def _number(self, door: str, reader: str, text: str) -> tuple[Uid, str | None]:
        """Return the number, and the format if that loses digits."""
        written = self._formats.get((door, reader), "hex") if self._formats else "hex"
        return (uid.parse(text), None) if written == "hex" else uid_formats.read(text, written)

    def _reader(self, door: str, said: Mapping[str, object]) -> str:
        readers = self._doors[door]
        if said.get("reader") is None:
            return readers[0]
        name = _text(said, "reader")
        if name not in readers:
            raise Malformed(f"door {door} has no reader {shown(name)}")
        return name

    def exit(self, letter: Letter) -> ExitPress:
        """Return the press of an exit button."""
        arrival = letter.arrival
        said = _object(arrival.payload)
        press = _id(said)
        mark = "" if press else fingerprint(arrival)
        waited = arrival.waited
        if self._refuse_unsealed(letter, said, press):
            try:
                at = moments.parse(_text(said, "at"))
            except moments.NotAMoment as why:
                raise Malformed(str(why), press) from None
            waited = waited or abs(letter.received - at) > _OLDEST_PRESS
        return ExitPress(letter.door, press, letter.received, mark, waited, letter.receipt)

    def _refuse_unsealed(
        self, letter: Letter, said: Mapping[str, object], message: str | None
    ) -> bool:
        """Refuse what a door with a key did not seal; return whether the door has one.

        A seal without moment or id would hold for ever: who hears it could say it again.
        """
        key = self._keys.get(letter.door)
        if key is None:
            return False
        if message is None or said.get("at") is None:
            raise Malformed(f"a sealed {letter.word} needs `id` and `at`", message)
        if not seals.is_sealed(key, letter.arrival.topic, letter.word, said):
            raise Malformed(f"the {letter.word} is not sealed with the key of this door", message)
        return True

    def command(self, order: Command) -> bytes:
        """Return the payload for a door's lock, sealed where the door has a key."""
        payload, key = command(order), self._keys.get(order.door)
        if key is None:
            return payload
        topic = self.topic(order.door, "command")
        made = seals.seal(key, topic, "command", strict_json.parse_object(payload))
        return b'%s,"%s":"%s"}' % (payload[:-1], seals.SEAL.encode(), made.encode())

    def state(self, letter: Letter) -> Level:
        """Return the levels a door reports."""
        said = _object(letter.arrival.payload)
        return Level(
            letter.door,
            letter.received,
            open=_level(said, "contact", _CONTACT),
            locked=_level(said, "bolt", _BOLT),
            receipt=letter.receipt,
        )

    def online(self, letter: Letter) -> Level:
        """Return whether a door's controller is there; an empty message says nothing."""
        payload = letter.arrival.payload
        if payload and payload not in _ONLINE:
            raise Malformed("online is true or false")
        return Level(
            letter.door, letter.received, online=_ONLINE.get(payload), receipt=letter.receipt
        )


def shown(text: str) -> str:
    """Return a device's word as it may be written down: short, and nothing like a badge number."""
    return "(a long number)" if _NUMBER.search(text) else repr(text[:_LONGEST_WORD])


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
        f'{{"id":"{order.id}",{tap}"action":"{order.action!s}","seconds":{order.seconds},'
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


def _pin(said: Mapping[str, object]) -> Pin | None:
    return None if said.get("pin") is None else Pin(_text(said, "pin"))


def _sun(said: Mapping[str, object]) -> Sun | None:
    if said.get("sun") is None:
        return None
    url = _text(said, "sun")
    if not 1 <= len(url) <= LONGEST_SUN or not (url.isascii() and url.isprintable()):
        raise Malformed(f"sun must have 1 to {LONGEST_SUN} printable ASCII characters")
    return Sun(url)


def _level(said: Mapping[str, object], key: str, words: Mapping[str, bool]) -> bool | None:
    if said.get(key) is None:
        return None
    value = _text(said, key)
    if value not in words:
        raise Malformed(f"{key} must be {' or '.join(words)}, not {shown(value)}")
    return words[value]


_Reading = Callable[[Native, Letter], Signal]
_WORDS: dict[str, _Reading] = {
    "tap": Native.tap,
    "exit": Native.exit,
    "state": Native.state,
    "online": Native.online,
    "command": Native.state,  # only ever read to find a retained one
}
_LIVE_ONLY = frozenset({"tap", "exit", "command"})
_ABOUT = {"state": "door", "online": "door", "command": "door"}
