"""The one table of drivers: name -> the module that serves it, imported late.

So a missing vendor library costs only its users. A module of `FIRMWARES` has a `make` (see
`mqtt/firmware/dialect.py`), one of `PORTS` an `open_ports`: fittings -> a `Port` for each wire.
"""

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from devices.contract import DeviceError, Fitting, Port
from devices.mqtt.firmware.dialect import Maker
from devices.readers.port import NOBODY, Experts


class NotInstalled(DeviceError):
    """A driver's library is missing; the sentence says what to install."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Where a driver lives, and the extra that brings its library; None: the core has it all.

    `examines`: it can ask cards to prove themselves.
    """

    module: str
    extra: str | None = None
    examines: bool = False


NATIVE = ("mqtt", "virtual")
FIRMWARES: Mapping[str, Kind] = {
    "esp-rfid": Kind("devices.mqtt.firmware.esp_rfid"),
    "tasmota": Kind("devices.mqtt.firmware.tasmota"),
    "esphome": Kind("devices.mqtt.firmware.esphome"),
    "homeassistant": Kind("devices.mqtt.firmware.homeassistant"),
    "json": Kind("devices.mqtt.firmware.json_reader"),
    "shelly": Kind("devices.mqtt.firmware.shelly"),
    "shelly-gen1": Kind("devices.mqtt.firmware.shelly_gen1"),
    "zigbee2mqtt": Kind("devices.mqtt.firmware.zigbee2mqtt"),
}
PORTS: Mapping[str, Kind] = {
    "nfc": Kind("devices.nfc.ports", "nfc", examines=True),
    "pcsc": Kind("devices.pcsc.ports", "pcsc", examines=True),
    "serial": Kind("devices.serial.ports", "serial"),
    "wedge": Kind("devices.wedge.ports", "wedge"),
    "osdp": Kind("devices.osdp.ports", "osdp"),
}


class _Ports(Protocol):
    def open_ports(
        self, fittings: Sequence[Fitting], experts: Experts = NOBODY
    ) -> Sequence[Port]: ...


class _Firmwares(Protocol):
    make: Maker


def firmware_of(driver: str) -> Maker:
    """Return what makes a firmware's device out of its fitting."""
    return cast("_Firmwares", _module(driver, FIRMWARES[driver])).make


def ports_of(driver: str, fittings: Sequence[Fitting], experts: Experts = NOBODY) -> Sequence[Port]:
    """Return the ports that serve these fittings, all of one driver; raises NotInstalled."""
    kind = PORTS[driver]
    ports = cast("_Ports", _module(driver, kind))
    return ports.open_ports(fittings, experts) if kind.examines else ports.open_ports(fittings)


def _module(driver: str, kind: Kind) -> object:
    try:
        return importlib.import_module(kind.module)
    except ModuleNotFoundError as missing:
        if kind.extra is None:
            raise
        raise NotInstalled(
            f"the driver `{driver}` needs the library {missing.name}: "
            f"install it with `pip install 'usciere[{kind.extra}]'`"
        ) from missing
