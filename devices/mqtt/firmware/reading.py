"""What all firmwares' payloads have in common: JSON or a word, from somebody who may be hostile."""

from collections.abc import Mapping

from devices import strict_json
from devices.contract import OptionValue, Unreachable
from devices.mqtt.firmware.dialect import Bolt, Contact, Garbled, Online

LONGEST_WORD = 256
ANSWERS = "usciere-rpc"
"""The first level of topics on which one device alone answers us."""


def object_in(payload: bytes) -> Mapping[str, object]:
    """Return the JSON object; raises Garbled also for a key that stands twice.

    Tasmota puts the text that lies on a tag into its JSON as it is, so that a tag can bring a
    second `UID` along (READERS-AND-FEEDS, 1.2).
    """
    try:
        return strict_json.parse_object(payload)
    except strict_json.Garbled as why:
        raise Garbled(str(why)) from None


def word_in(payload: bytes) -> str:
    """Return a payload that is a word or a number; raises Garbled."""
    try:
        text = payload.decode("utf-8").strip()
    except UnicodeDecodeError:
        raise Garbled("the message is not UTF-8") from None
    if len(text) > LONGEST_WORD or not text.isprintable():
        raise Garbled("the message is no printable word")
    return text


def is_object(payload: bytes) -> bool:
    """Tell whether the payload wants to be a JSON object."""
    return payload.lstrip()[:1] == b"{"


def part(value: object) -> Mapping[str, object]:
    """Return a value of a JSON object that is one itself, else an empty one."""
    return value if isinstance(value, dict) else {}


def number_text(value: object) -> str:
    """Return a card's number as text; raises Garbled for what is neither text nor whole number."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise Garbled("the card's number is neither a text nor a whole number")


def topic_of(options: Mapping[str, OptionValue]) -> str:
    """Return the device's base topic, without a slash at its end."""
    return str(options["topic"]).rstrip("/")


def online_in(word: str, there: str, away: str) -> list[Online]:
    """Return what a last will says; nothing for an emptied one."""
    if word.lower() == there.lower():
        return [Online(there=True)]
    return [Online(there=False)] if word.lower() == away.lower() else []


def contact_in(word: str, opened: str, closed: str, *, inverted: bool) -> list[Contact]:
    """Return what a contact says by either word, in any case."""
    said = {opened.lower(): True, closed.lower(): False}.get(word.lower())
    return [] if said is None else [Contact(said is not inverted)]


def bolt_in(word: str, locked: str, unlocked: str, *, inverted: bool = False) -> list[Bolt]:
    """Return what a lock or relay says by either word, in any case."""
    said = {locked.lower(): True, unlocked.lower(): False}.get(word.lower())
    return [] if said is None else [Bolt(said is not inverted)]


class Line:
    """Whether a device is there, as far as it or its last will has told."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._away = False

    def take(self, heard: Online) -> Online:
        """Remember and pass on."""
        self._away = not heard.there
        return heard

    def demand(self) -> None:
        """Raise Unreachable for a device that is known to be away."""
        if self._away:
            raise Unreachable(f"{self._name} is offline; its lock was told nothing")
