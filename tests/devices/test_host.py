"""What is at this host, as one: each lock obeys on its own line, signals come by one queue."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from devices.contract import Action, Command, Fitting, Level, OptionValue, Part
from devices.host import Host
from tests.devices.osdp.peripheral import Peripheral
from tests.devices.readers.desk import until

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
KEY = bytes(range(1, 17))


def test_each_lock_obeys_on_its_own_line(tmp_path: Path) -> None:
    file = tmp_path / "reader.key"
    file.touch(0o600)
    file.write_text(KEY.hex())
    devices = {door: Peripheral(tmp_path / door, KEY) for door in ("front", "back")}
    fittings = []
    for door, device in devices.items():
        device.plug_in()
        bus: dict[str, OptionValue] = {"port": str(device.path), "address": 1}
        options = {**bus, "key_file": str(file)}
        fittings.append(Fitting(door, Part.LOCK, "lock", "osdp", options))
    woken: list[None] = []
    host = Host(fittings, lambda: woken.append(None))
    host.start()
    there: set[str] = set()

    def all_there() -> bool:
        heard = [each for each in host.heard() if isinstance(each, Level) and each.online]
        there.update(each.door for each in heard)
        return there == set(devices)

    until(all_there)
    for door, device in devices.items():
        assert host.has_lock(door)
        end = NOON + timedelta(seconds=5)
        assert host.release(Command(door, door, Action.UNLOCK, 5, NOON, end))
        until(lambda peer=device: len(peer.told) == 1)  # type: ignore[misc]  # a lambda's default
    assert not host.has_lock("side")
    assert woken
    host.stop(2)
    for device in devices.values():
        assert len(device.told) == 1
        device.unplug()
