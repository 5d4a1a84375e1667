"""Anything else that publishes a tag: a topic, and the path of the number in its JSON.

`uid_path` is dotted, `payload.card.uid`; without it the message is the number alone. A step that is
a whole number also picks from a list. `online_topic` is a last will that says online or offline.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from devices.contract import Command, Fitting, Refused
from devices.mqtt.firmware.dialect import Card, Firmware, Garbled, Heard, Message, Online, Sent
from devices.mqtt.firmware.reading import number_text, object_in, online_in, topic_of, word_in

_THERE, _AWAY = frozenset({"true", "1", "on"}), frozenset({"false", "0", "off"})


class JsonReader:
    """A reader that somebody built."""

    def __init__(self, fitting: Fitting) -> None:
        self._topic = topic_of(fitting.options)
        path = fitting.options.get("uid_path")
        self._path = [] if path is None else str(path).split(".")
        will = fitting.options.get("online_topic")
        self._will = None if will is None else str(will)

    def topics(self) -> Mapping[str, bool]:
        """Return topic filter -> whether its retained message is wanted."""
        return {self._topic: False} | ({} if self._will is None else {self._will: True})

    def hear(self, message: Message) -> Sequence[Heard]:
        """Return the card, or what the last will says; raises Garbled."""
        if message.topic == self._will:
            return _will_in(word_in(message.payload))
        if not self._path:
            return [Card(word_in(message.payload))]
        found: object = object_in(message.payload)
        for step in self._path:
            found = _step(found, step)
        return [Card(number_text(found))]

    def obey(self, command: Command) -> Sequence[Sent]:
        """Refuse: this is no lock."""
        raise Refused(f"the driver `json` has no lock for {command.door}")

    def tick(self, now: datetime) -> Sequence[Online]:  # noqa: ARG002 - the contract's signature
        """Return nothing: nobody knows how often such a reader speaks."""
        return []


def _will_in(word: str) -> list[Online]:
    if word.lower() in _THERE | _AWAY:
        return [Online(word.lower() in _THERE)]
    return online_in(word, "online", "offline")


def _step(value: object, step: str) -> object:
    if isinstance(value, dict) and step in value:
        return value[step]
    if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
        return value[int(step)]
    raise Garbled(f"the message has no {step!r} where `uid_path` looks for it")


def make(fitting: Fitting) -> Firmware:
    """Return a reader that somebody built."""
    return JsonReader(fitting)
