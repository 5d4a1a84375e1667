"""Shelly's first generation (Shelly 1, 1PM, 2.5, Door/Window 2).

Sources: shelly-api-docs.shelly.cloud, gen1: MQTT. Its relay takes no time over MQTT, so `auto_off`
is set once on the device (`/settings/relay/0?auto_off=5`); one that stays drawn is an alarm.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from devices.contract import Action, Command, Fitting, Part
from devices.mqtt.firmware.dialect import Alarm, Bolt, Firmware, Heard, Message, Sent
from devices.mqtt.firmware.reading import Line, bolt_in, contact_in, online_in, topic_of, word_in

_PATIENCE = timedelta(seconds=10)
"""Beyond the seconds of a command: then a drawn relay has no `auto_off`."""


class ShellyGen1:
    """One relay, input or sensor of a first Shelly at a door."""

    def __init__(self, fitting: Fitting) -> None:
        self._device = topic_of(fitting.options)
        self._line = Line(f"the Shelly {self._device!r}")
        self._is_lock = fitting.part is Part.LOCK
        self._relay = f"{self._device}/relay/{fitting.options.get('channel', 0)}"
        self._input = f"{self._device}/input/{fitting.options.get('channel', 0)}"
        self._inverted = fitting.options.get("inverted") is True
        self._locks_by: datetime | None = None

    def topics(self) -> Mapping[str, bool]:
        """Return topic filter -> whether its retained message is wanted."""
        levels = [self._relay] if self._is_lock else [self._input, f"{self._device}/sensor/state"]
        return dict.fromkeys((f"{self._device}/online", *levels), True)

    def hear(self, message: Message) -> Sequence[Heard]:
        """Return what the message says; raises Garbled."""
        word = word_in(message.payload)
        if message.topic == f"{self._device}/online":
            return [self._line.take(each) for each in online_in(word, "true", "false")]
        if message.topic == self._relay:
            return self._bolt(word)
        opened, closed = ("1", "0") if message.topic == self._input else ("open", "close")
        return contact_in(word, opened, closed, inverted=self._inverted)

    def _bolt(self, word: str) -> Sequence[Bolt]:
        said = bolt_in(word, "off", "on", inverted=self._inverted)
        if any(each.locked for each in said):
            self._locks_by = None
        return said

    def obey(self, command: Command) -> Sequence[Sent]:
        """Return one command; raises Unreachable while the device's last will stands."""
        self._line.demand()
        if command.action is Action.UNLOCK:
            self._locks_by = command.issued + timedelta(seconds=command.seconds) + _PATIENCE
        else:
            self._locks_by = None
        drawn = command.action is not Action.LOCK
        return [Sent(f"{self._relay}/command", b"on" if drawn is not self._inverted else b"off")]

    def tick(self, now: datetime) -> Sequence[Heard]:
        """Return an alarm, once, for a relay that has stayed drawn."""
        if self._locks_by is None or now < self._locks_by:
            return []
        self._locks_by = None
        return [Alarm("left-unlocked")]


def make(fitting: Fitting) -> Firmware:
    """Return a Shelly of the first generation."""
    return ShellyGen1(fitting)
