"""Devices of other makers at the broker: what their firmwares hear becomes signals.

A card that stays at a reader is one tap: many firmwares say it again and again, and esp-rfid says
an unknown one twice. A message that the broker hands over once more is none of these.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from devices import uid_formats
from devices.contract import (
    Command,
    ExitPress,
    Fitting,
    Level,
    Nonsense,
    Nothing,
    Part,
    Receipt,
    Signal,
    Tap,
    Trouble,
)
from devices.kinds import FIRMWARES, firmware_of
from devices.mqtt.firmware.dialect import (
    Alarm,
    Answered,
    Bolt,
    Card,
    Contact,
    Firmware,
    Garbled,
    Heard,
    Message,
    Online,
    Pressed,
    Sent,
)
from devices.mqtt.link import Arrival
from devices.mqtt.native import fingerprint, shown
from devices.uid import NotAUid

STAYS = timedelta(seconds=0.7)
"""A card that is said again within this time has not been taken away."""
_NEVER_LIVE = (Card, Pressed, Alarm)
"""What a retained message must not say: it may be from any day."""

Device = tuple[Fitting, Firmware]


class Foreign:
    """The devices of a house whose firmware is not ours. `topics` grows as they are discovered."""

    def __init__(self, fittings: Iterable[Fitting]) -> None:
        self._devices: list[Device] = [
            (fitting, firmware_of(fitting.driver)(fitting))
            for fitting in fittings
            if fitting.driver in FIRMWARES
        ]
        self._locks = {
            fitting.door: firmware
            for fitting, firmware in self._devices
            if fitting.part is Part.LOCK
        }
        self._at: dict[str, list[Device]] = defaultdict(list)
        self._filters: dict[str, list[Device]] = defaultdict(list)
        self._shown: dict[tuple[str, str], tuple[str, datetime]] = {}
        self.topics: dict[str, bool] = {}
        self._look_at_topics(self._devices)

    def __len__(self) -> int:
        return len(self._devices)

    def _look_at_topics(self, devices: Iterable[Device]) -> None:
        for device in devices:
            for topic, wanted in device[1].topics().items():
                index = self._filters if "+" in topic or topic.endswith("#") else self._at
                if device not in index[topic]:
                    index[topic].append(device)
                self.topics[topic] = self.topics.get(topic, False) or wanted

    def read(self, arrival: Arrival, received: datetime) -> Sequence[Signal]:
        """Return what the message says, to at least one signal; the last has its receipt."""
        message = Message(arrival.topic, arrival.payload, arrival.retain, received)
        devices = self._listeners(arrival.topic)
        signals = [
            signal for device in devices for signal in self._signals(device, message, arrival)
        ]
        self._look_at_topics(devices)
        receipt = None
        if arrival.packet is not None:
            receipt = Receipt(arrival.session, arrival.packet, arrival.again)
        if not signals:
            return [Nothing(received, receipt)]
        # A tap is told from its redelivery by the receipt, so it comes last and has it.
        signals.sort(key=lambda signal: isinstance(signal, Tap | ExitPress))
        return [*signals[:-1], signals[-1]._replace(receipt=receipt)]

    def _listeners(self, topic: str) -> list[Device]:
        found = list(self._at.get(topic, ()))
        for each, devices in self._filters.items():
            if _fits(each, topic):
                found += [device for device in devices if device not in found]
        return found

    def _signals(self, device: Device, message: Message, arrival: Arrival) -> Iterator[Signal]:
        fitting, firmware = device
        try:
            for heard in firmware.hear(message):
                yield self._signal(fitting, heard, message, arrival)
        except Garbled as why:
            yield _nonsense("malformed", str(why), fitting, message, arrival)

    def _signal(self, fitting: Fitting, heard: Heard, message: Message, arrival: Arrival) -> Signal:
        if message.retained and isinstance(heard, _NEVER_LIVE):
            where = shown(message.topic)
            problem = f"a retained message waits at {where}; have its sender clear it"
            return _nonsense("retained", problem, fitting, message, arrival)
        if isinstance(heard, Card):
            return self._tap(fitting, heard, message, arrival)
        if isinstance(heard, Pressed):
            return ExitPress(
                fitting.door,
                None,
                message.received,
                fingerprint(arrival),
                arrival.waited,
                opened=True,
            )
        return _of_device(fitting, heard, message.received)

    def _tap(self, fitting: Fitting, card: Card, message: Message, arrival: Arrival) -> Signal:
        try:
            number = uid_formats.read(card.text, card.written or fitting.uid_format)
        except NotAUid as why:
            return _nonsense("malformed", str(why), fitting, message, arrival)
        if self._stays(fitting, card, message.received) and not arrival.again:
            return Nothing(message.received)
        return Tap(
            fitting.door,
            fitting.name,
            number.uid,
            None,
            None,
            message.received,
            fingerprint(arrival),
            arrival.waited,
            None,
            number.alias,
            opened=card.opened,
        )

    def _stays(self, fitting: Fitting, card: Card, now: datetime) -> bool:
        """Tell whether the card was there just now; remember that it is."""
        place = (fitting.door, fitting.name)
        before = self._shown.get(place)
        self._shown[place] = (card.text, now)
        return before is not None and before[0] == card.text and now - before[1] < STAYS

    def tick(self, now: datetime) -> Sequence[Signal]:
        """Return what the passing of time says."""
        return [
            _of_device(fitting, heard, now)
            for fitting, firmware in self._devices
            for heard in firmware.tick(now)
            if isinstance(heard, Online | Alarm | Bolt | Contact | Answered)
        ]

    def has_lock(self, door: str) -> bool:
        """Tell whether this door's lock is one of these."""
        return door in self._locks

    def obey(self, command: Command) -> Sequence[Sent]:
        """Return what makes the door's lock obey; raises Unreachable or Refused."""
        return self._locks[command.door].obey(command)


def _of_device(
    fitting: Fitting, heard: Online | Contact | Bolt | Alarm | Answered, now: datetime
) -> Signal:
    match heard:
        case Online(there):
            return Level(fitting.door, now, online=there, device=fitting.name)
        case Contact(is_open):
            return Level(fitting.door, now, open=is_open)
        case Bolt(locked):
            return Level(fitting.door, now, locked=locked)
        case Alarm(code):
            return Trouble(fitting.door, fitting.name, code, now)
        case Answered(_, None):
            return Nothing(now)
        case Answered(_, problem):
            return Trouble(fitting.door, fitting.name, "lock-refused", now, problem)


def _nonsense(
    code: str, problem: str, fitting: Fitting, message: Message, arrival: Arrival
) -> Nonsense:
    about = "tap" if fitting.part is Part.READER else "door"
    sentence = f"{fitting.driver} {fitting.name}: {problem}"
    mark = fingerprint(arrival)
    return Nonsense(code, sentence, fitting.door, None, message.received, mark, about)


def _fits(pattern: str, topic: str) -> bool:
    """Tell whether a topic is one of a filter's (MQTT 5, 4.7)."""
    wanted, given = pattern.split("/"), topic.split("/")
    for number, level in enumerate(wanted):
        if level == "#":
            return not topic.startswith("$")
        if number >= len(given) or level not in {"+", given[number]}:
            return False
    return len(wanted) == len(given)
