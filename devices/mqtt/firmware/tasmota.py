"""Tasmota: tags of PN532, RC522, RDM6300 and Wiegand readers, relays with PulseTime, switches.

Sources: arendst/Tasmota xsns_40, 51, 80, 82 and the commands reference of tasmota/docs 9849ab94.
The relay falls back by itself: PulseTime is the device's (1 to 111 tenths, above it seconds + 100).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from devices.contract import Action, Command, Fitting, OptionValue, Part
from devices.mqtt.firmware.dialect import (
    Bolt,
    Card,
    Contact,
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
    number_text,
    object_in,
    online_in,
    part,
    topic_of,
    word_in,
)

_DISCOVERY = "tasmota/discovery/+/config"
_PREFIXES = ("cmnd", "stat", "tele")
_TENTHS_UP_TO, _LONGEST_PULSE = 11, 64_800
_SERIAL = re.compile(r"\x02?([0-9A-Fa-f]{10})([0-9A-Fa-f]{2})\x03?")
_WIEGAND = {26: "wiegand26", 34: "wiegand34"}
_KEYS = frozenset({4, 8})
"""Sizes of what a keypad sends, which is no card."""


class Topics:
    """The device's topics: both usual orders, and the one that its discovery message tells."""

    def __init__(self, device: str) -> None:
        self.device = device
        self._patterns = ["%prefix%/%topic%/", "%topic%/%prefix%/"]
        self._prefixes: Sequence[str] = _PREFIXES
        self.command = self._patterns[0]
        self.words = ("Online", "Offline")

    def learn(self, told: Mapping[str, object]) -> None:
        """Take in a discovery message, if it is this device's."""
        pattern, prefixes = told.get("ft"), told.get("tp")
        if told.get("t") != self.device or not isinstance(pattern, str):
            return
        if not _is_pattern(pattern) or not _are_prefixes(prefixes):
            raise Garbled("the discovery message has an impossible topic")
        assert isinstance(prefixes, list)  # noqa: S101 - narrows the type
        self._patterns = [pattern]
        self._prefixes, self.command = prefixes, pattern
        words = told.get("onln"), told.get("ofln")
        if all(isinstance(word, str) and word for word in words):
            self.words = (str(words[0]), str(words[1]))

    def of(self, prefix: int, word: str) -> list[str]:
        """Return where a word of this prefix (0 cmnd, 1 stat, 2 tele) may come in."""
        return [self._full(pattern, prefix) + word for pattern in self._patterns]

    def to(self, word: str) -> str:
        """Return where a command goes."""
        return self._full(self.command, 0) + word

    def _full(self, pattern: str, prefix: int) -> str:
        named = pattern.replace("%prefix%", self._prefixes[prefix]).replace("%topic%", self.device)
        return named.rstrip("/") + "/"

    def seen(self, topic: str) -> None:
        """Take in which order of topics the device uses."""
        for number, pattern in enumerate(self._patterns):
            for prefix in range(len(_PREFIXES)):
                if topic.startswith(self._full(pattern, prefix)):
                    self.command = self._patterns[number]
                    return


def _is_pattern(pattern: str) -> bool:
    fits = "%prefix%" in pattern and "%topic%" in pattern and len(pattern) <= 128  # noqa: PLR2004 - longer than any
    return fits and not set("+#\0") & set(pattern)


def _are_prefixes(prefixes: object) -> bool:
    if not isinstance(prefixes, list) or len(prefixes) != len(_PREFIXES):
        return False
    return all(isinstance(each, str) and each and not set("+#/\0") & set(each) for each in prefixes)


class Tasmota:
    """One part of a Tasmota device at a door."""

    def __init__(self, fitting: Fitting) -> None:
        self._topics = Topics(topic_of(fitting.options))
        self._line = Line(f"the Tasmota device {self._topics.device!r}")
        self._part = fitting.part
        self._read = _READS[fitting.part]
        self._number = _number(fitting.options)
        self._inverted = fitting.options.get("inverted") is True

    def topics(self) -> Mapping[str, bool]:
        """Return topic filter -> whether its retained message is wanted."""
        wanted = {_DISCOVERY: True}
        for word in _WORDS[self._part]:
            found = word.format(n="" if self._number == 1 else self._number)
            for topic in (*self._topics.of(2, found), *self._topics.of(1, found)):
                wanted[topic] = self._part is not Part.READER
        return wanted | dict.fromkeys(self._topics.of(2, "LWT"), True)

    def hear(self, message: Message) -> Sequence[Heard]:
        """Return what the message says; raises Garbled."""
        if message.topic.startswith("tasmota/discovery/"):
            self._topics.learn(object_in(message.payload))
            return []
        if not message.retained:
            self._topics.seen(message.topic)
        if message.topic in self._topics.of(2, "LWT"):
            words = word_in(message.payload), *self._topics.words
            return [self._line.take(each) for each in online_in(*words)]
        return list(self._read(self, message))

    def tags(self, message: Message) -> Iterator[Card]:
        """Yield the tag in a message, if there is one."""
        if message.topic.endswith("/LWT"):
            return
        said = object_in(message.payload)
        for reader in ("PN532", "RC522"):
            if "UID" in part(said.get(reader)):
                yield Card(number_text(part(said[reader])["UID"]))
        if "UID" in part(said.get("RDM6300")):
            yield _rdm6300(number_text(part(said["RDM6300"])["UID"]))
        if "UID" in part(said.get("Wiegand")):
            yield from _wiegand(part(said["Wiegand"]))
        for port in ("SSerialReceived", "SerialReceived"):
            if port in said:
                yield from _serial(number_text(said[port]))

    def relay(self, message: Message) -> Iterator[Bolt]:
        """Yield what the relay is, said alone or in JSON."""
        word = self._switch(message, ("POWER", f"POWER{self._number}"))
        if word is not None:
            yield from bolt_in(word, "OFF", "ON", inverted=self._inverted)

    def contact(self, message: Message) -> Iterator[Contact]:
        """Yield what the switch input is: ON for open."""
        word = self._switch(message, (f"Switch{self._number}",))
        if word is not None:
            yield from contact_in(word, "ON", "OFF", inverted=self._inverted)

    def _switch(self, message: Message, names: Sequence[str]) -> str | None:
        if not message.payload.lstrip().startswith(b"{"):
            return word_in(message.payload)
        said = object_in(message.payload)
        names = names if self._number == 1 else names[-1:]
        for name in names:
            value = part(said.get(name)).get("Action", said.get(name))
            if isinstance(value, str):
                return value
        return None

    def obey(self, command: Command) -> Sequence[Sent]:
        """Return one Backlog; raises Unreachable while the device's last will stands."""
        self._line.demand()
        said = _ORDERS[command.action](self._number, command.seconds, self._inverted)
        return [Sent(self._topics.to("Backlog"), said.encode())]

    def tick(self, now: datetime) -> Sequence[Online]:  # noqa: ARG002 - the contract's signature
        """Return nothing: the last will tells."""
        return []


def _number(options: Mapping[str, OptionValue]) -> int:
    """Return the number of relay or switch; the first one unless said."""
    digits = re.search(r"[0-9]+$", str(options.get("channel", 1)))
    return int(digits[0]) if digits else 1


def _rdm6300(text: str) -> Card:
    """Return a card without its version byte: what EM4100 cards have printed on them."""
    if not re.fullmatch(r"[0-9A-Fa-f]{8}", text):
        raise Garbled("an RDM6300 gives 8 hexadecimal digits")
    return Card(str(int(text, 16)), "em4100")


def _wiegand(said: Mapping[str, object]) -> Iterator[Card]:
    size = said.get("Size")
    if type(size) is not int or size in _KEYS:
        return
    text = number_text(said["UID"])
    if text[-1:] in {"h", "H"}:  # SetOption123 1
        if not re.fullmatch(r"[0-9A-Fa-f]{1,16}h", text, re.IGNORECASE):
            raise Garbled("a Wiegand number with an h is hexadecimal")
        text = str(int(text[:-1], 16))
    yield Card(text, _WIEGAND.get(size))


def _serial(text: str) -> Iterator[Card]:
    """Yield the EM4100 card that a serial bridge passed on; anything else is not ours."""
    found = _SERIAL.fullmatch(text)
    if found is None:
        return
    number, check = bytes.fromhex(found[1]), int(found[2], 16)
    for byte in number:
        check ^= byte
    if check:
        raise Garbled("the checksum of the serial reader does not fit")
    yield Card(found[1], "hex")


def _unlock(number: int, seconds: int, inverted: bool) -> str:  # noqa: FBT001 - one of three alike
    if inverted:  # PulseTime only ever ends ON, so the device's own Delay ends OFF
        return f"PulseTime{number} 0; Power{number} OFF; Delay {seconds * 10}; Power{number} ON"
    pulse = seconds * 10 if seconds <= _TENTHS_UP_TO else min(seconds, _LONGEST_PULSE) + 100
    return f"PulseTime{number} {pulse}; Power{number} ON"


def _hold_open(number: int, _: int, inverted: bool) -> str:  # noqa: FBT001 - as above
    return f"PulseTime{number} 0; Power{number} {'OFF' if inverted else 'ON'}"


def _lock(number: int, _: int, inverted: bool) -> str:  # noqa: FBT001 - as above
    return f"Power{number} {'ON' if inverted else 'OFF'}"


_ORDERS: Mapping[Action, Callable[[int, int, bool], str]] = {
    Action.UNLOCK: _unlock,
    Action.HOLD_OPEN: _hold_open,
    Action.LOCK: _lock,
}
_READS: Mapping[Part, Callable[[Tasmota, Message], Iterator[Heard]]] = {
    Part.READER: Tasmota.tags,
    Part.LOCK: Tasmota.relay,
    Part.CONTACT: Tasmota.contact,
}
_WORDS: Mapping[Part, Sequence[str]] = {
    Part.READER: ("SENSOR", "RESULT"),
    Part.LOCK: ("RESULT", "POWER{n}"),
    Part.CONTACT: ("SENSOR", "RESULT"),
}


def make(fitting: Fitting) -> Firmware:
    """Return a Tasmota device."""
    return Tasmota(fitting)
