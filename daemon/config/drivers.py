"""Which driver may serve as what at a door, and which keys of its own it takes.

Only names and plain values: what the drivers do is `devices`' business. A driver or key more is a
line in a table here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from daemon.config.problems import Problem, either, in_key, nearest, wrong
from devices.contract import OptionValue, Part

_SERIAL_FORMATS = ("rdm6300", "id12", "line")
_LAST_ADDRESS = 126
_LAST_CHANNEL = 255
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Option:
    """One key of a driver: which values fit, and the words for them."""

    fits: Callable[[object], bool]
    expected: str


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys a driver takes in one part."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST and value.isprintable()


def _is_topic(value: object) -> bool:
    return _is_text(value) and not set("+#") & set(str(value)) and not str(value).startswith("$")


def _is_channel(value: object) -> bool:
    return _is_text(value) or (type(value) is int and 0 <= value <= _LAST_CHANNEL)


def _is_osdp_address(value: object) -> bool:
    return type(value) is int and 0 <= value <= _LAST_ADDRESS


OPTIONS: Mapping[str, Option] = {
    "topic": Option(_is_topic, "the device's base topic, without `+` or `#`"),
    "device": Option(_is_text, 'a device such as "tty:USB0:pn532" or "usb:072f:2200"'),
    "port": Option(_is_text, 'a serial port such as "/dev/ttyUSB0"'),
    "format": Option(lambda value: value in _SERIAL_FORMATS, either(_SERIAL_FORMATS)),
    "path": Option(_is_text, "the path of an input device below `/dev/input/by-id/`"),
    "address": Option(_is_osdp_address, "an OSDP address from 0 to 126"),
    "key_file": Option(_is_text, "the path of a file with the secure channel's key"),
    "uid_path": Option(_is_text, "the number's place in the JSON, such as `event.card.uid`"),
    "online_topic": Option(_is_topic, "the topic of a last will, without `+` or `#`"),
    "channel": Option(_is_channel, "a channel's number from 0 to 255, or its name"),
    "inverted": Option(lambda value: isinstance(value, bool), "true or false"),
}
PATHS = ("path", "key_file")

_NOTHING = Keys()
_TOPIC = Keys(required=("topic",))
_NAMED = Keys(required=("topic",), optional=("channel",))
_TURNED = Keys(required=("topic",), optional=("inverted",))
_SWITCH = Keys(required=("topic",), optional=("channel", "inverted"))
_BUS = Keys(required=("port", "address"), optional=("key_file",))
_BUS_SWITCH = Keys(("port", "address"), ("key_file", "channel", "inverted"))

DRIVERS: Mapping[str, Mapping[Part, Keys]] = {
    "mqtt": {Part.READER: _NOTHING, Part.LOCK: _NOTHING, Part.CONTACT: _NOTHING},
    "virtual": {Part.READER: _NOTHING, Part.LOCK: _NOTHING, Part.CONTACT: _NOTHING},
    "esp-rfid": {Part.READER: _NAMED, Part.LOCK: _NAMED, Part.CONTACT: _SWITCH},
    "tasmota": {Part.READER: _TOPIC, Part.LOCK: _SWITCH, Part.CONTACT: _SWITCH},
    "json": {Part.READER: Keys(required=("topic",), optional=("uid_path", "online_topic"))},
    "esphome": {Part.READER: _NAMED, Part.LOCK: _SWITCH, Part.CONTACT: _SWITCH},
    "homeassistant": {Part.READER: _NAMED, Part.LOCK: _TOPIC, Part.CONTACT: _TURNED},
    "shelly": {Part.LOCK: _SWITCH, Part.CONTACT: _SWITCH},
    "shelly-gen1": {Part.LOCK: _SWITCH, Part.CONTACT: _SWITCH},
    "zigbee2mqtt": {Part.LOCK: _TOPIC, Part.CONTACT: _TURNED},
    "nfc": {Part.READER: Keys(required=("device",))},
    "pcsc": {Part.READER: Keys(optional=("device",))},
    "serial": {Part.READER: Keys(required=("port", "format"))},
    "wedge": {Part.READER: Keys(required=("path",))},
    "osdp": {Part.READER: _BUS, Part.LOCK: _BUS_SWITCH, Part.CONTACT: _BUS_SWITCH},
}


def with_absolute_paths(
    options: Mapping[str, OptionValue], folder: Path
) -> Mapping[str, OptionValue]:
    """Return the options with files named relative to the configuration's folder."""
    return {
        name: str(folder / value) if name in PATHS and isinstance(value, str) else value
        for name, value in options.items()
    }


def driver_problems(
    key: str, part: Part, driver: object, options: Mapping[str, object]
) -> Iterator[Problem]:
    """Yield what is wrong with a device's driver and the keys beside it."""
    if not isinstance(driver, str):
        return
    keys = DRIVERS.get(driver, {}).get(part)
    if keys is None:
        able = [name for name, parts in DRIVERS.items() if part in parts]
        sentence = wrong(driver, f"a driver for a {part}: {either(able)}")
        yield Problem(f"{key}.driver", sentence + nearest(driver, able))
        return
    yield from _missing(key, driver, keys, options)
    for name, value in options.items():
        yield from _odd(f"{key}.{in_key(name)}", driver, keys, (name, value))


def _missing(key: str, driver: str, keys: Keys, options: Mapping[str, object]) -> Iterator[Problem]:
    for name in keys.required:
        if name not in options:
            expected = OPTIONS[name].expected
            yield Problem(f"{key}.{name}", f"missing, and `{driver}` needs it: write {expected}")


def _odd(key: str, driver: str, keys: Keys, option: tuple[str, object]) -> Iterator[Problem]:
    name, value = option
    known = (*keys.required, *keys.optional)
    if name not in known:
        takes = f"takes {either(known)}" if known else "has no keys of its own"
        hint = nearest(name, ("driver", "id", "role", "uid_format", *known))
        yield Problem(key, f"unknown key; the driver `{driver}` {takes} here: leave it out{hint}")
    elif not OPTIONS[name].fits(value):
        yield Problem(key, wrong(value, OPTIONS[name].expected))
