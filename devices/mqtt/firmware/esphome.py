"""ESPHome: a tag that the device's YAML publishes, a lock or a switch, a binary sensor.

Sources: esphome-docs bac5e2ab (MQTT component, lock, switch, binary sensor). A configuration that
fits is docs/esphome/door.yaml; there the pulse ends on the device (`on_unlock`, `delay`), so the
seconds of a command are the YAML's.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from devices.contract import Action, Command, Fitting, Part, Refused
from devices.mqtt.firmware.dialect import (
    Alarm,
    Card,
    Firmware,
    Garbled,
    Heard,
    Message,
    Online,
    Sent,
)
from devices.mqtt.firmware.reading import (
    Line,
    bolt_in,
    contact_in,
    is_object,
    number_text,
    object_in,
    online_in,
    topic_of,
    word_in,
)

_UNLOCK = {"lock": "UNLOCK", "switch": "ON"}
_LOCK = {"lock": "LOCK", "switch": "OFF"}
_LOCKED = {"lock": ("LOCKED", "UNLOCKED"), "switch": ("OFF", "ON")}
_DEFAULT = {Part.READER: "tag", Part.LOCK: "lock/strike", Part.CONTACT: "binary_sensor/contact"}
_TYPES = {Part.LOCK: "lock", Part.CONTACT: "binary_sensor"}


class EspHome:
    """One part of an ESPHome device at a door."""

    def __init__(self, fitting: Fitting) -> None:
        base = topic_of(fitting.options)
        self._line = Line(f"the ESPHome device {base!r}")
        self._status = f"{base}/status"
        where = _place(fitting)
        self._kind = where.split("/")[0]
        self._is_reader = fitting.part is Part.READER
        self._state = f"{base}/{where}" if self._is_reader else f"{base}/{where}/state"
        self._orders = f"{base}/{where}/command"
        self._read = _READS[fitting.part]
        self._inverted = fitting.options.get("inverted") is True

    def topics(self) -> Mapping[str, bool]:
        """Return topic filter -> whether its retained message is wanted."""
        return {self._status: True, self._state: not self._is_reader}

    def hear(self, message: Message) -> Sequence[Heard]:
        """Return what the message says; raises Garbled."""
        if message.topic == self._status:
            said = online_in(word_in(message.payload), "online", "offline")
            return [self._line.take(each) for each in said]
        return self._read(self, message.payload)

    def tag(self, payload: bytes) -> Sequence[Heard]:
        """Return the tag: a JSON object with `uid`, or the number alone."""
        if not is_object(payload):
            return [Card(word_in(payload))]
        said = object_in(payload)
        if "uid" not in said:
            raise Garbled("the tag has no `uid`")
        return [Card(number_text(said["uid"]))]

    def bolt(self, payload: bytes) -> Sequence[Heard]:
        """Return what the lock says of itself."""
        word = word_in(payload)
        if word.upper() == "JAMMED":
            return [Alarm("lock-jammed")]
        locked, unlocked = _LOCKED.get(self._kind, _LOCKED["switch"])
        return bolt_in(word, locked, unlocked, inverted=self._inverted)

    def contact(self, payload: bytes) -> Sequence[Heard]:
        """Return what the contact says: ON for open."""
        return contact_in(word_in(payload), "ON", "OFF", inverted=self._inverted)

    def obey(self, command: Command) -> Sequence[Sent]:
        """Return one command; how long the strike is drawn stands in the device's YAML."""
        self._line.demand()
        if command.action is Action.HOLD_OPEN:
            raise Refused("an ESPHome lock ends its own pulse and can't be held open from here")
        opens = (command.action is Action.UNLOCK) is not self._inverted
        words = _UNLOCK if opens else _LOCK
        return [Sent(self._orders, words.get(self._kind, words["switch"]).encode())]

    def tick(self, now: datetime) -> Sequence[Online]:  # noqa: ARG002 - the contract's signature
        """Return nothing: the last will tells."""
        return []


def _place(fitting: Fitting) -> str:
    """Return `<type>/<object>` below the device's topic; for a reader whatever its YAML uses."""
    said = str(fitting.options.get("channel", _DEFAULT[fitting.part])).strip("/")
    if fitting.part is Part.READER or "/" in said:
        return said
    return f"{_TYPES[fitting.part]}/{said}"


_READS: Mapping[Part, Callable[[EspHome, bytes], Sequence[Heard]]] = {
    Part.READER: EspHome.tag,
    Part.LOCK: EspHome.bolt,
    Part.CONTACT: EspHome.contact,
}


def make(fitting: Fitting) -> Firmware:
    """Return an ESPHome device."""
    return EspHome(fitting)
