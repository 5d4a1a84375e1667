"""Home Assistant finds the house by itself: doors, people and rooms, as one device.

Sources: Home Assistant's MQTT discovery (device form, 2024.11 and later); accepted by the real
2025.4.4 (`make peers`). What Home Assistant asks for comes on a topic of its own, a door each.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from devices.contract import Nonsense, Nothing, Receipt, Remote, Signal
from devices.mqtt.link import Arrival
from devices.mqtt.native import fingerprint, shown
from devices.strict_json import compact

ORDERS = "homeassistant"
"""`{base}/{site}/homeassistant/{door}/set`: where Home Assistant asks for a door."""
STATES = "doors"
"""`{base}/{site}/doors`: what every door is, retained."""


class Named(NamedTuple):
    """A door or room, by id and the name that people give it."""

    id: str
    name: str


class Discovery:
    """What is told to Home Assistant. `unlocks`: whether it may ask for a door to open."""

    def __init__(  # noqa: PLR0913 - the parts of a house
        self,
        prefix: str,
        root: str,
        site: Named,
        doors: Sequence[Named],
        rooms: Sequence[Named],
        *,
        unlocks: bool,
    ) -> None:
        self._root = root
        self._site = site
        self._doors = doors
        self._rooms = rooms
        self._unlocks = unlocks
        self.topic = f"{prefix}/device/usciere_{site.id}/config"

    @property
    def subscriptions(self) -> Mapping[str, bool]:
        """Return topic filter -> whether the retained message is wanted."""
        return {f"{self._root}{ORDERS}/+/set": False}

    def hears(self, topic: str) -> bool:
        """Tell whether a topic is one on which Home Assistant asks."""
        return topic.startswith(f"{self._root}{ORDERS}/")

    def read(self, arrival: Arrival, received: datetime) -> Signal:
        """Return what Home Assistant asks for; that a door be locked needs no asking."""
        receipt = None
        if arrival.packet is not None:
            receipt = Receipt(arrival.session, arrival.packet, arrival.again)
        name = arrival.topic.removeprefix(f"{self._root}{ORDERS}/").removesuffix("/set")
        word, mark = arrival.payload.strip().upper(), fingerprint(arrival)
        door = next((each.id for each in self._doors if each.id == name), None)
        code, problem = "malformed", "Home Assistant says UNLOCK, OPEN or LOCK"
        if arrival.retain:
            code, problem = "retained", f"a retained order waits at {shown(name)}; have it cleared"
        elif door is None:
            code, problem = "unknown-door", f"there is no door {shown(name)} in this house"
        elif word in _OPENS:
            return Remote(door, received, mark, arrival.waited, receipt)
        elif word == b"LOCK":
            return Nothing(received, receipt)
        return Nonsense(code, problem, door, None, received, mark, "door", receipt)

    def payload(self) -> bytes:
        """Return the device with all that belongs to it, to be retained."""
        about = {"identifiers": [f"usciere_{self._site.id}"], "name": self._site.name}
        parts: dict[str, Mapping[str, object]] = {"people": self._people()}
        for door in self._doors:
            parts |= self._door(door)
        for room in self._rooms:
            parts |= self._room(room)
        said = {
            "device": about | {"manufacturer": "Usciere"},
            "origin": {"name": "usciere"},
            "availability_topic": f"{self._root}online",
            "payload_available": "true",
            "payload_not_available": "false",
            "components": parts,
        }
        return compact(said).encode()

    def _id(self, *words: str) -> str:
        return "_".join(("usciere", self._site.id, *words))

    def _people(self) -> Mapping[str, object]:
        return {
            "platform": "sensor",
            "unique_id": self._id("people"),
            "name": "People",
            "icon": "mdi:account-multiple",
            "state_class": "measurement",
            "state_topic": f"{self._root}occupancy",
            "value_template": "{{ value_json.present }}",
        }

    def _door(self, door: Named) -> Mapping[str, Mapping[str, object]]:
        parts: dict[str, Mapping[str, object]] = {
            f"{door.id}_contact": self._about_door(door, "contact", "door", "open"),
            f"{door.id}_online": self._about_door(door, "online", "connectivity", "True"),
        }
        if not self._unlocks:
            parts[f"{door.id}_bolt"] = self._about_door(door, "bolt", "lock", "unlocked")
            return parts
        bolt = f"value_json['{door.id}'].bolt"
        parts[f"{door.id}_lock"] = {
            "platform": "lock",
            "unique_id": self._id(door.id, "lock"),
            "name": door.name,
            "command_topic": f"{self._root}{ORDERS}/{door.id}/set",
            "state_topic": f"{self._root}{STATES}",
            "value_template": f"{{{{ {bolt} | upper if {bolt} else 'None' }}}}",
            "optimistic": False,
            "qos": 1,
            "retain": False,
        }
        return parts

    def _about_door(self, door: Named, word: str, kind: str, on: str) -> Mapping[str, object]:
        value = f"value_json['{door.id}'].{word}"
        return {
            "platform": "binary_sensor",
            "unique_id": self._id(door.id, word),
            "name": f"{door.name} {word}",
            "device_class": kind,
            "state_topic": f"{self._root}{STATES}",
            "value_template": f"{{{{ 'None' if {value} is none else {value} }}}}",
            "payload_on": on,
            "payload_off": _OFF[on],
        }

    def _room(self, room: Named) -> Mapping[str, Mapping[str, object]]:
        found = f"(value_json.rooms | selectattr('id', 'eq', '{room.id}') | first)"
        status = {
            "platform": "sensor",
            "unique_id": self._id(room.id, "status"),
            "name": room.name,
            "device_class": "enum",
            "options": ["free", "booked", "occupied"],
            "state_topic": f"{self._root}occupancy",
            "value_template": f"{{{{ {found}.status }}}}",
        }
        present = {
            "platform": "sensor",
            "unique_id": self._id(room.id, "people"),
            "name": f"{room.name} people",
            "state_class": "measurement",
            "state_topic": f"{self._root}occupancy",
            "value_template": f"{{{{ {found}.present }}}}",
        }
        return {f"{room.id}_status": status, f"{room.id}_people": present}


_OPENS = (b"UNLOCK", b"OPEN")
_OFF = {"open": "closed", "True": "False", "unlocked": "locked"}
