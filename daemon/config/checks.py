"""What no single key can tell: doubled ids, doors without their room, drivers and their keys.

Works on the document as written, whatever is wrong elsewhere in it, so that every problem is
reported at once. Each check costs one walk through the document.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import time

from daemon.config.drivers import driver_problems
from daemon.config.problems import Problem, either, nearest, shown, wrong
from daemon.config.schema import Place, item_at, key_of
from daemon.config.settings import Access, Device, Mqtt, Reader, Site
from daemon.config.table import Table
from devices.contract import Part

Document = Mapping[str, object]
_NAMED_ROOMS = 8


def checked(document: Document) -> list[Problem]:
    """Return what is wrong between the keys."""
    return [problem for check in _CHECKS for problem in check(document)]


def _doubled_ids(document: Document) -> Iterator[Problem]:
    yield from _doubled(document, ("rooms",))
    yield from _doubled(document, ("doors",))
    for place, _ in _tables(document, ("doors",)):
        yield from _doubled(document, (*place, "readers"))


def _doubled(document: Document, place: Place) -> Iterator[Problem]:
    seen: dict[str, Place] = {}
    for item, table in _tables(document, place):
        name = table.get("id", "main" if place[-1] == "readers" else None)
        if not isinstance(name, str):
            continue
        if name in seen:
            first = key_of(document, (*seen[name], "id"))
            key = key_of(document, (*item, "id"))
            yield Problem(key, f"found {shown(name)}, which {first} has already; choose another id")
        seen.setdefault(name, item)


def _doubled_receivers(document: Document) -> Iterator[Problem]:
    seen: dict[str, Place] = {}
    for place, webhook in _tables(document, ("webhooks",)):
        url = webhook.get("url")
        if isinstance(url, str) and url in seen:
            sentence = f"found the address of {key_of(document, seen[url])}; write all its "
            yield Problem(key_of(document, (*place, "url")), f"{sentence}`events` there")
        elif isinstance(url, str):
            seen[url] = place


def _missing_rooms(document: Document) -> Iterator[Problem]:
    ids = (table.get("id") for _, table in _tables(document, ("rooms",)))
    rooms = {name: None for name in ids if isinstance(name, str)}
    for place, door in _tables(document, ("doors",)):
        room = door.get("room")
        if rooms and isinstance(room, str) and room not in rooms:
            some = either(rooms) if len(rooms) <= _NAMED_ROOMS else "the id of one of [[rooms]]"
            yield Problem(
                key_of(document, (*place, "room")),
                f"found {shown(room)}, which is no room; write {some}{nearest(room, [*rooms])}",
            )


def _unlimited_rooms(document: Document) -> Iterator[Problem]:
    for place, room in _tables(document, ("rooms",)):
        if room.get("enforce_capacity") is True and "capacity" not in room:
            yield Problem(
                key_of(document, (*place, "capacity")),
                "missing, but `enforce_capacity` needs it; write how many people may be in",
            )


def _halves_of_nothing(document: Document) -> Iterator[Problem]:
    ends = _clock(document, "site", "day_ends", Site)
    half = _clock(document, "access", "half_day_at", Access)
    if ends is not None and ends == half:
        sentence = f"found {shown(half)}, when the day ends; choose a time that halves the day"
        yield Problem("access.half_day_at", sentence)


def _clock(document: Document, table: str, key: str, model: type[Table]) -> str | None:
    """Return a time of day as it is written, the default if it is not; None if it is none."""
    found = item_at(item_at(document, table), key)
    said = model.model_fields[key].default if found is None else found
    if isinstance(said, time):
        return said.isoformat("minutes")
    return said if isinstance(said, str) else None


def _doors_without_keys(document: Document) -> Iterator[Problem]:
    if item_at(item_at(document, "cards"), "key_file") is not None:
        return
    for place, door in _tables(document, ("doors",)):
        if door.get("strength") == "cryptographic":
            yield Problem(
                key_of(document, (*place, "strength")),
                "found `cryptographic`, but no badge can prove anything without keys; name their "
                "file in [cards] key_file, `usciere cards new-key` makes one",
            )


def _passback_without_exit(document: Document) -> Iterator[Problem]:
    """Refuse to keep out who is inside where nobody can be seen to leave."""
    if any(_lets_leave(door) for _, door in _tables(document, ("doors",))):
        return
    for place, door in _tables(document, ("doors",)):
        if door.get("passback") in ("enforce", "timed"):
            yield Problem(
                key_of(document, (*place, "passback")),
                f"found {shown(door['passback'])}, but no reader in the house has the role `exit`: "
                "who has left would count as inside; add one, or write `alert`",
            )


def _lets_leave(door: Document) -> bool:
    readers = door.get("readers")
    return isinstance(readers, list) and any(
        isinstance(each, dict) and each.get("role") == "exit" for each in readers
    )


def _drivers(document: Document) -> Iterator[Problem]:
    for place, door in _tables(document, ("doors",)):
        for reader, table in _tables(document, (*place, "readers")):
            own = Reader.own_keys()
            yield from _driver(Part.READER, key_of(document, reader), table, own)
        for part in (Part.LOCK, Part.CONTACT):
            match door.get(part.value):
                case dict() as device:
                    key = key_of(document, (*place, part.value))
                    yield from _driver(part, key, device, Device.own_keys())


def _driver(part: Part, key: str, table: Document, own: frozenset[str]) -> Iterator[Problem]:
    options = {name: value for name, value in table.items() if name not in own}
    return driver_problems(key, part, table.get("driver", "mqtt"), options)


def _topics_of_ours(document: Document) -> Iterator[Problem]:
    """Yield devices of other makers that would speak where only our own programs and doors may.

    A device's topics lie below its own, or below it one level down (`stat/<topic>/...`).
    """
    base = item_at(document.get("mqtt"), "base")
    ours = (item_at(document.get("site"), "id"), base or Mqtt.model_fields["base"].default)
    for place, door in _tables(document, ("doors",)):
        readers = list(_tables(document, (*place, "readers")))
        parts = [((*place, part), door.get(part)) for part in ("lock", "contact")]
        for where, device in [*readers, *parts]:
            topic = device.get("topic") if isinstance(device, dict) else None
            if isinstance(topic, str) and topic.strip("/").partition("/")[0] in ours:
                yield Problem(
                    key_of(document, (*where, "topic")),
                    wrong(topic, "a topic of the device's own, not below Usciere's base or site"),
                )


def _tables(document: Document, place: Place) -> Iterator[tuple[Place, Document]]:
    """Yield the tables of a list with their places; skip whatever is not a table."""
    node: object = document
    for key in place:
        node = item_at(node, key)
    for position, item in enumerate(node if isinstance(node, list) else ()):
        if isinstance(item, dict):
            yield (*place, position), item


_CHECKS: tuple[Callable[[Document], Iterator[Problem]], ...] = (
    _doubled_ids,
    _doubled_receivers,
    _missing_rooms,
    _doors_without_keys,
    _passback_without_exit,
    _unlimited_rooms,
    _halves_of_nothing,
    _drivers,
    _topics_of_ours,
)
