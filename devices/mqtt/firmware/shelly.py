"""Shelly Gen2 and later (Plus, Pro, Gen3, Gen4): RPC over MQTT.

Sources: shelly-api-docs.shelly.cloud, gen2: Mqtt, Switch.Set, RPC channels, notifications. The
relay falls back by itself: `toggle_after`. Answers come to a topic of this device's alone, so that
nobody takes another's answer for its own.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from devices.contract import Action, Command, Fitting, Part
from devices.mqtt.firmware.dialect import (
    Answered,
    Bolt,
    Contact,
    Firmware,
    Heard,
    Message,
    Online,
    Sent,
)
from devices.mqtt.firmware.reading import (
    ANSWERS,
    Line,
    object_in,
    online_in,
    part,
    topic_of,
    word_in,
)
from devices.strict_json import compact

_REMEMBERED = 32
_LAST_ID = 2**31


class Shelly:
    """One relay or input of a Shelly at a door."""

    def __init__(self, fitting: Fitting) -> None:
        self._device = topic_of(fitting.options)
        self._line = Line(f"the Shelly {self._device!r}")
        self._is_lock = fitting.part is Part.LOCK
        self._channel = int(str(fitting.options.get("channel", 0)).rpartition(":")[2] or 0)
        self._inverted = fitting.options.get("inverted") is True
        self._me = f"{ANSWERS}/{fitting.door}/{fitting.name}/{self._device}"
        self._last = 0
        self._asked: dict[int, str] = {}

    def topics(self) -> Mapping[str, bool]:
        """Return topic filter -> whether its retained message is wanted."""
        heard = {f"{self._device}/online": True, f"{self._device}/events/rpc": False}
        if not self._is_lock:
            return heard | {f"{self._device}/status/input:{self._channel}": True}
        return heard | {
            f"{self._device}/status/switch:{self._channel}": True,
            f"{self._me}/rpc": False,
        }

    def hear(self, message: Message) -> Sequence[Heard]:
        """Return what the message says; raises Garbled."""
        if message.topic == f"{self._device}/online":
            said = online_in(word_in(message.payload), "true", "false")
            return [self._line.take(each) for each in said]
        said_all = object_in(message.payload)
        if message.topic == f"{self._me}/rpc":
            return self._answered(said_all)
        if message.topic == f"{self._device}/events/rpc":
            if said_all.get("method") not in ("NotifyStatus", "NotifyFullStatus"):
                return []
            name = "switch" if self._is_lock else "input"
            return self._status(part(part(said_all.get("params")).get(f"{name}:{self._channel}")))
        return self._status(said_all)

    def _status(self, said: Mapping[str, object]) -> Sequence[Heard]:
        """Return the relay's output or the input's state; a notification may tell neither."""
        value = said.get("output" if self._is_lock else "state")
        if not isinstance(value, bool):
            return []
        drawn = value is not self._inverted
        return [Bolt(locked=not drawn) if self._is_lock else Contact(open=drawn)]

    def _answered(self, said: Mapping[str, object]) -> Sequence[Heard]:
        number = said.get("id")
        asked = self._asked.pop(number, None) if type(number) is int else None
        if asked is None:
            return []
        error = part(said.get("error"))
        if not error:
            return [Answered(asked)]
        words = error.get("message", error.get("code"))
        return [Answered(asked, f"the Shelly refuses: {str(words)[:100]!r}")]

    def obey(self, command: Command) -> Sequence[Sent]:
        """Return one request; raises Unreachable while the device's last will stands."""
        self._line.demand()
        self._last = self._last % _LAST_ID + 1
        self._asked[self._last] = command.id
        for number in list(self._asked)[:-_REMEMBERED]:
            del self._asked[number]
        drawn = command.action is not Action.LOCK
        params: dict[str, object] = {"id": self._channel, "on": drawn is not self._inverted}
        if command.action is Action.UNLOCK:
            params["toggle_after"] = command.seconds
        request = {"id": self._last, "src": self._me, "method": "Switch.Set", "params": params}
        return [Sent(f"{self._device}/rpc", compact(request).encode())]

    def tick(self, now: datetime) -> Sequence[Online]:  # noqa: ARG002 - the contract's signature
        """Return nothing: the last will tells."""
        return []


def make(fitting: Fitting) -> Firmware:
    """Return a Shelly of the second generation or later."""
    return Shelly(fitting)
