"""Home Assistant in between: tags that it scanned, locks and contacts that an automation mirrors.

Sources: Home Assistant's `tag_scanned` event (`tag_id`, `device_id`) and its MQTT lock and binary
sensor. docs/adding-a-reader.md has the automation that publishes a tag; `channel` is the scanner's
`device_id`, where several use one topic.
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

_STATUS = "homeassistant/status"
_ORDERS = {Action.UNLOCK: b"UNLOCK", Action.LOCK: b"LOCK"}


class HomeAssistant:
    """One entity of Home Assistant at a door."""

    def __init__(self, fitting: Fitting) -> None:
        base = topic_of(fitting.options)
        self._line = Line("Home Assistant")
        self._is_reader = fitting.part is Part.READER
        self._state = base if self._is_reader else f"{base}/state"
        self._orders = f"{base}/set"
        self._read = _READS[fitting.part]
        self._channel = fitting.options.get("channel")
        self._inverted = fitting.options.get("inverted") is True

    def topics(self) -> Mapping[str, bool]:
        """Return topic filter -> whether its retained message is wanted."""
        return {_STATUS: True, self._state: not self._is_reader}

    def hear(self, message: Message) -> Sequence[Heard]:
        """Return what the message says; raises Garbled."""
        if message.topic == _STATUS:
            said = online_in(word_in(message.payload), "online", "offline")
            return [self._line.take(each) for each in said]
        return self._read(self, message.payload)

    def tag(self, payload: bytes) -> Sequence[Heard]:
        """Return the tag: `tag_id` of an event, or the number alone."""
        if not is_object(payload):
            return [Card(word_in(payload))]
        said = object_in(payload)
        if self._channel is not None and said.get("device_id") != self._channel:
            return []
        if "tag_id" not in said:
            raise Garbled("the event has no `tag_id`")
        return [Card(number_text(said["tag_id"]))]

    def bolt(self, payload: bytes) -> Sequence[Heard]:
        """Return what the lock says of itself."""
        word = word_in(payload)
        if word.upper() == "JAMMED":
            return [Alarm("lock-jammed")]
        return bolt_in(word, "LOCKED", "UNLOCKED")

    def contact(self, payload: bytes) -> Sequence[Heard]:
        """Return what the contact says: ON for open."""
        return contact_in(word_in(payload), "ON", "OFF", inverted=self._inverted)

    def obey(self, command: Command) -> Sequence[Sent]:
        """Return one command; the lock behind Home Assistant ends its own pulse."""
        self._line.demand()
        order = _ORDERS.get(command.action)
        if order is None:
            raise Refused("a lock behind Home Assistant can't be held open from here")
        return [Sent(self._orders, order)]

    def tick(self, now: datetime) -> Sequence[Online]:  # noqa: ARG002 - the contract's signature
        """Return nothing: the last will tells."""
        return []


_READS: Mapping[Part, Callable[[HomeAssistant, bytes], Sequence[Heard]]] = {
    Part.READER: HomeAssistant.tag,
    Part.LOCK: HomeAssistant.bolt,
    Part.CONTACT: HomeAssistant.contact,
}


def make(fitting: Fitting) -> Firmware:
    """Return an entity of Home Assistant."""
    return HomeAssistant(fitting)
