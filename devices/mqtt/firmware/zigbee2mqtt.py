"""zigbee2mqtt: locks that lock again by themselves, and contacts.

Sources: zigbee2mqtt.io (MQTT topics, availability); converters checked with the real
zigbee-herdsman-converters. A message about an action may still carry the old `state` (issue 22779),
so `lock_state` counts before it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from devices.contract import Action, Command, Fitting, Part, Refused
from devices.mqtt.firmware.dialect import (
    Alarm,
    Bolt,
    Contact,
    Firmware,
    Heard,
    Message,
    Online,
    Sent,
)
from devices.mqtt.firmware.reading import Line, is_object, object_in, online_in, topic_of, word_in

_LOCKED = {"locked": True, "unlocked": False, "not_fully_locked": False}
_STATE = {"LOCK": True, "UNLOCK": False}
_ORDERS = {Action.UNLOCK: b'{"state":"UNLOCK"}', Action.LOCK: b'{"state":"LOCK"}'}


class Zigbee2Mqtt:
    """One zigbee lock or contact at a door."""

    def __init__(self, fitting: Fitting) -> None:
        self._device = topic_of(fitting.options)
        bridge = self._device.partition("/")[0]
        self._wills = (f"{self._device}/availability", f"{bridge}/bridge/state")
        self._line = Line(f"the zigbee device {self._device!r}")
        self._is_lock = fitting.part is Part.LOCK
        self._inverted = fitting.options.get("inverted") is True

    def topics(self) -> Mapping[str, bool]:
        """Return topic filter -> whether its retained message is wanted."""
        return dict.fromkeys((self._device, *self._wills), True)

    def hear(self, message: Message) -> Sequence[Heard]:
        """Return what the message says; raises Garbled."""
        if message.topic in self._wills:
            said = _state_of(message.payload)
            return [self._line.take(each) for each in online_in(said, "online", "offline")]
        return list(self._levels(object_in(message.payload), live=not message.retained))

    def _levels(self, said: Mapping[str, object], *, live: bool) -> Sequence[Heard]:
        heard: list[Heard] = []
        if self._is_lock:
            locked = _word(said, "lock_state", _LOCKED)
            locked = _word(said, "state", _STATE) if locked is None else locked
            if locked is not None:
                heard.append(Bolt(locked))
        elif isinstance(closed := said.get("contact"), bool):
            heard.append(Contact(open=(not closed) is not self._inverted))
        if said.get("tamper") is True and live:
            heard.append(Alarm("tampered"))
        return heard

    def obey(self, command: Command) -> Sequence[Sent]:
        """Return one command; the lock locks again by itself (`auto_relock`)."""
        self._line.demand()
        order = _ORDERS.get(command.action)
        if order is None:
            raise Refused("a zigbee lock locks again by itself and can't be held open from here")
        return [Sent(f"{self._device}/set", order)]

    def tick(self, now: datetime) -> Sequence[Online]:  # noqa: ARG002 - the contract's signature
        """Return nothing: availability tells."""
        return []


def _word(said: Mapping[str, object], key: str, words: Mapping[str, bool]) -> bool | None:
    value = said.get(key)
    return words.get(value) if isinstance(value, str) else None


def _state_of(payload: bytes) -> str:
    """Return the word, which older versions send alone."""
    if not is_object(payload):
        return word_in(payload)
    return str(object_in(payload).get("state", ""))


def make(fitting: Fitting) -> Firmware:
    """Return a zigbee device."""
    return Zigbee2Mqtt(fitting)
