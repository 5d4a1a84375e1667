"""What the settings fit to doors, as `devices` takes it: one fitting a device."""

from collections.abc import Iterable, Iterator

from daemon.config import Door, Settings
from daemon.config.settings import Device, Reader
from devices.contract import Fitting, Part
from devices.kinds import NATIVE


def fittings_of(settings: Settings) -> Iterator[Fitting]:
    """Yield every device at every door, in the order of the settings."""
    for door in settings.doors:
        yield from fittings_at(door)


def fittings_at(door: Door) -> Iterator[Fitting]:
    """Yield the devices at one door."""
    for reader in door.readers:
        yield _fitting(door.id, Part.READER, reader.id, reader)
    yield _fitting(door.id, Part.LOCK, Part.LOCK.value, door.lock)
    if door.contact is not None:
        yield _fitting(door.id, Part.CONTACT, Part.CONTACT.value, door.contact)


def formats_of(fittings: Iterable[Fitting]) -> dict[tuple[str, str], str]:
    """Return (door, reader) -> how it writes numbers, of native readers that do not write hex."""
    return {
        (each.door, each.name): each.uid_format
        for each in fittings
        if each.part is Part.READER and each.driver in NATIVE and each.uid_format != "hex"
    }


def _fitting(door: str, part: Part, name: str, device: Device) -> Fitting:
    uid_format = device.uid_format if isinstance(device, Reader) else "hex"
    return Fitting(door, part, name, device.driver, device.options, uid_format)
