"""esp-rfid on an ESP8266, in its three dialects: 1.0 (`stable`), 1.3 and 2.0.

Sources: esprfid/esp-rfid, branches stable fef1d9b8, tag 1.3.7 a12272da, dev 56c0fb9f (README-MQTT).
Which dialect it is shows by where its boot and heartbeat come in: on the topic itself (1.0), on
`sync` (1.3), on `send` (2.0). The device opens by itself for cards that it knows; the pulse is its
own `activateTime`. Nothing is retained but `avty`; else a heartbeat that stays away tells.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum

from devices.contract import Action, Command, Fitting, Part, Refused, Unreachable
from devices.mqtt.firmware.dialect import (
    Alarm,
    Bolt,
    Card,
    Contact,
    Firmware,
    Heard,
    Message,
    Online,
    Pressed,
    Sent,
)
from devices.mqtt.firmware.reading import (
    bolt_in,
    contact_in,
    number_text,
    object_in,
    online_in,
    topic_of,
    word_in,
)
from devices.strict_json import compact

_OVERDUE = timedelta(minutes=10)
"""Three heartbeats of 180 s, and then some."""
_LETS_IN = frozenset({"Always", "Admin"})
_DOOR_LOG = {"Door Open": True, "Door Closed": False}
_TAMPERED = "Door was tampered!"
_LONGEST_NAME = 64


class Dialect(Enum):
    """By the part of the topic that tells it; the value is where commands go, None: nowhere."""

    STABLE = None
    V1_3 = ""
    V2 = "/cmd"


_TELLS = {"": Dialect.STABLE, "/sync": Dialect.V1_3, "/send": Dialect.V2}


class EspRfid:
    """One part of an esp-rfid at a door. `channel`: its host name, where several share a topic."""

    def __init__(self, fitting: Fitting) -> None:
        self._topic = topic_of(fitting.options)
        self._part = fitting.part
        self._inverted = fitting.options.get("inverted") is True
        host = fitting.options.get("channel")
        self._host = None if host is None else str(host)
        self._address: str | None = None
        self._dialect: Dialect | None = None
        self._heard: datetime | None = None
        self._there: bool | None = None

    def topics(self) -> Mapping[str, bool]:
        """Return topic filter -> whether its retained message is wanted."""
        spoken = ("", "/send", "/sync", "/tag", "/io/lock0", "/io/door", "/io/tamper")
        return {self._topic + word: False for word in spoken} | {f"{self._topic}/avty": True}

    def hear(self, message: Message) -> Sequence[Heard]:
        """Return what the message says; raises Garbled."""
        word = message.topic.removeprefix(self._topic)
        if word == "/avty":
            return self._all(online_in(word_in(message.payload), "online", "offline"))
        if word.startswith("/io/"):
            return self._all(self._input(word, word_in(message.payload)))
        said = object_in(message.payload)
        return self._all(self._told(word, said, message)) if self._is_mine(said) else []

    def _told(self, word: str, said: Mapping[str, object], message: Message) -> Sequence[Heard]:
        kind = said.get("type")
        if kind in ("boot", "heartbeat"):
            return self._alive(word, said, message)
        if kind == "access":
            return self._access(said)
        return self._log(said) if said.get("cmd") == "event" else []

    def _is_mine(self, said: Mapping[str, object]) -> bool:
        if self._host is None:
            return True
        return self._host in (said.get("hostname"), said.get("door"))

    def _all(self, heard: Sequence[Heard]) -> Sequence[Heard]:
        """Return what concerns this part of the device."""
        for each in heard:
            if isinstance(each, Online):
                self._there = each.there
        mine = _CONCERNS[self._part]
        return [each for each in heard if isinstance(each, mine)]

    def _alive(self, word: str, said: Mapping[str, object], message: Message) -> Sequence[Heard]:
        self._heard = message.received
        dialect = _TELLS.get(word)
        if dialect is not None and (dialect is not Dialect.STABLE or self._dialect is None):
            self._dialect = dialect
        for key in ("ip", "Local IP"):
            value = said.get(key)
            if isinstance(value, str) and 0 < len(value) <= _LONGEST_NAME and value.isprintable():
                self._address = value
        return [Online(there=True)]

    def _access(self, said: Mapping[str, object]) -> Sequence[Heard]:
        text = number_text(said.get("uid"))
        access = said.get("access")
        granted = access if isinstance(access, list) else [access]
        opened = any(isinstance(each, str) and each in _LETS_IN for each in granted)
        if text.strip():
            return [Card(text, opened=opened)]
        # A blank number: the exit button, or the answer to our own `opendoor`.
        return [Pressed()] if said.get("username") == "Button" else []

    def _log(self, said: Mapping[str, object]) -> Sequence[Heard]:
        what = said.get("desc")
        if not isinstance(what, str):
            return []
        if what in _DOOR_LOG:
            return [Contact(_DOOR_LOG[what] is not self._inverted)]
        return [Alarm("tampered")] if what == _TAMPERED else []

    def _input(self, word: str, value: str) -> Sequence[Heard]:
        if word == "/io/lock0":
            return bolt_in(value, "LOCKED", "UNLOCKED")
        if word == "/io/door":
            return contact_in(value, "ON", "OFF", inverted=self._inverted)
        return [Alarm("tampered")] if value.upper() == "ON" else []

    def obey(self, command: Command) -> Sequence[Sent]:
        """Return `opendoor`; raises Unreachable until the device has told its address."""
        if command.action is not Action.UNLOCK:
            raise Refused("an esp-rfid can only be opened; it locks again by itself")
        if self._there is False:
            raise Unreachable(f"the esp-rfid at {self._topic!r} is offline; it was told nothing")
        if self._dialect is Dialect.STABLE:
            raise Refused("esp-rfid 1.0 takes no commands; update it to 1.3 or later")
        if self._dialect is None or self._dialect.value is None or self._address is None:
            raise Unreachable(
                f"the esp-rfid at {self._topic!r} has not told its address yet; "
                "it does with its next heartbeat"
            )
        order = {"cmd": "opendoor", "doorip": self._address}
        return [Sent(self._topic + self._dialect.value, compact(order).encode())]

    def tick(self, now: datetime) -> Sequence[Heard]:
        """Return that the device is away, once, when its heartbeat stays away."""
        if self._heard is None or now - self._heard < _OVERDUE:
            return []
        self._heard, self._there = None, False
        return [Online(there=False)]


_CONCERNS: Mapping[Part, tuple[type, ...]] = {
    Part.READER: (Card, Online, Pressed, Alarm),
    Part.LOCK: (Bolt, Online),
    Part.CONTACT: (Contact, Online),
}


def make(fitting: Fitting) -> Firmware:
    """Return an esp-rfid."""
    return EspRfid(fitting)
