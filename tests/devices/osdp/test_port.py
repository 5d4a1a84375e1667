"""A line of OSDP against libosdp's own peripheral device, over a pty."""

import os
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from osdp import Command as Word
from osdp import CommandLEDColor

from devices.contract import (
    Action,
    Command,
    Feedback,
    Fitting,
    Level,
    Nonsense,
    OptionValue,
    Part,
    Port,
    Unreachable,
)
from devices.osdp.installing import install
from devices.osdp.key_file import WELL_KNOWN, key_in, new_key
from devices.osdp.ports import open_ports
from devices.readers.port import Habits
from devices.uid import Uid
from tests.devices.osdp.peripheral import Peripheral
from tests.devices.readers.desk import Ears, until

pytestmark = pytest.mark.wire

KEY = bytes(range(1, 17))
CARD = bytes.fromhex("04A224B1C35880")
NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
CYCLES = 100


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "reader.key"
    file.touch(0o600)
    file.write_text(KEY.hex())
    return file


@pytest.fixture
def device(tmp_path: Path) -> Iterator[Peripheral]:
    made = Peripheral(tmp_path / "ttyRS485", KEY)
    made.plug_in()
    yield made
    if made.path.is_symlink():
        made.unplug()


@pytest.fixture
def ears() -> Ears:
    return Ears()


def fittings(device: Peripheral, key_file: Path) -> Sequence[Fitting]:
    bus: dict[str, OptionValue] = {"port": str(device.path), "address": device.address}
    return [
        Fitting("front", Part.READER, "main", "osdp", {**bus, "key_file": str(key_file)}),
        Fitting("front", Part.LOCK, "lock", "osdp", bus),
        Fitting("front", Part.CONTACT, "contact", "osdp", {**bus, "channel": 1}),
    ]


@contextmanager
def serving(there: Sequence[Fitting], ears: Ears) -> Iterator[Port]:
    [port] = open_ports(there, Habits(0.01, 0.02))
    port.start(ears)
    try:
        yield port
    finally:
        begun = time.monotonic()
        port.stop(2)
    assert time.monotonic() - begun < 1
    assert not [each for each in threading.enumerate() if each.name.startswith("osdp ")]


def command(action: Action = Action.UNLOCK) -> Command:
    return Command("front", "c1", action, 5, NOON, NOON + timedelta(seconds=5))


def is_there(ears: Ears) -> bool:
    return ears.online[-3:] == [True] * 3


def test_a_card_is_a_tap_and_its_answer_is_seen_and_heard(
    device: Peripheral, key_file: Path, ears: Ears
) -> None:
    with serving(fittings(device, key_file), ears) as port:
        ears.wait(is_there)
        assert port.is_up()
        device.shows(CARD, 56)
        ears.wait(lambda e: len(e.taps) == 1)
        port.answer(Feedback("front", "{}", "main", granted=True))
        port.answer(Feedback("front", "{}", "another", granted=False))
        assert port.release(command())
        until(lambda: len(device.told) == 3)
        time.sleep(0.2)
    tap = ears.taps[0]
    assert (tap.uid, tap.alias, tap.door, tap.reader) == (Uid(CARD), None, "front", "main")
    light, sound, output = device.told
    assert (light["command"], light["on_color"]) == (Word.LED, CommandLEDColor.Green)
    assert (sound["command"], sound["rep_count"]) == (Word.Buzzer, 1)
    assert output == {"command": Word.Output, "output_no": 0, "control_code": 5, "timer_count": 50}


@pytest.mark.parametrize(
    ("action", "codes"),
    [(Action.UNLOCK, (5, 6)), (Action.HOLD_OPEN, (2, 1)), (Action.LOCK, (1, 2))],
)
def test_an_output_obeys_every_order_also_turned_round(
    device: Peripheral, key_file: Path, action: Action, codes: tuple[int, int]
) -> None:
    reader, lock, _ = fittings(device, key_file)
    for inverted, code in zip((False, True), codes, strict=True):
        device.told.clear()
        heard = Ears()
        turned = Fitting(*reader_of(lock), {**lock.options, "inverted": inverted})
        with serving([reader, turned], heard) as port:
            heard.wait(lambda e: e.online[-2:] == [True, True])
            assert port.release(command(action))
            until(lambda: len(device.told) == 1)
        assert device.told[0]["control_code"] == code


def reader_of(fitting: Fitting) -> tuple[str, Part, str, str]:
    return fitting.door, fitting.part, fitting.name, fitting.driver


def test_twenty_six_bits_are_an_alias_and_a_wrong_parity_is_told(
    device: Peripheral, key_file: Path, ears: Ears
) -> None:
    with serving(fittings(device, key_file), ears):
        ears.wait(is_there)
        device.shows(b"\xbb\x1dt@", 26, wiegand=True)
        ears.wait(lambda e: len(e.taps) == 1)
        device.shows(b"\xbb\x1dt\x00", 26, wiegand=True)
        ears.wait(lambda e: isinstance(e.heard[-1], Nonsense))
    assert (ears.taps[0].uid, ears.taps[0].alias) == (b"7748328", "wiegand26")


def test_an_input_is_the_contact(device: Peripheral, key_file: Path, ears: Ears) -> None:
    def levels() -> list[bool | None]:
        return [each.open for each in ears.heard if isinstance(each, Level) and each.online is None]

    with serving(fittings(device, key_file), ears):
        ears.wait(is_there)
        device.inputs(0, 1)
        ears.wait(lambda _: levels() == [True])
        device.inputs(1, 0)
        ears.wait(lambda _: levels() == [True, False])


def test_a_device_with_another_key_is_away_and_gets_no_order(
    device: Peripheral, key_file: Path, ears: Ears
) -> None:
    key_file.write_text(bytes(range(2, 18)).hex())
    with serving(fittings(device, key_file), ears) as port:
        ears.wait(lambda e: e.online == [False] * 3)
        time.sleep(1)
        assert not port.is_up()
        assert not port.release(command())
        assert not device.is_secure()
    assert device.told == []
    assert True not in ears.online


def test_a_device_in_its_factory_state_is_not_believed(
    tmp_path: Path, key_file: Path, ears: Ears
) -> None:
    device = Peripheral(tmp_path / "ttyNew", None)
    device.plug_in()
    with serving(fittings(device, key_file), ears):
        ears.wait(lambda e: e.online == [False] * 3)
        time.sleep(1)
        assert True not in ears.online
    device.unplug()
    assert device.told == []


def test_a_new_reader_takes_its_key_once_and_is_ours_from_then_on(tmp_path: Path) -> None:
    device = Peripheral(tmp_path / "ttyNew", None)
    device.plug_in()
    file = tmp_path / "new.key"
    install(str(device.path), 1, file, time.sleep)
    assert file.stat().st_mode & 0o777 == 0o600
    [keyset] = device.told
    assert (keyset["command"], keyset["data"]) == (Word.Keyset, key_in(file))
    device.unplug()


def test_install_mode_closes_by_itself(tmp_path: Path, device: Peripheral) -> None:
    """A device under another key takes none."""
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        time.sleep(seconds / 60)

    with pytest.raises(Unreachable, match="factory state"):
        install(str(device.path), 1, tmp_path / "new.key", wait)
    assert 59 < sum(waited) < 61
    assert device.told == []


def test_a_plug_may_be_pulled_a_hundred_times(
    device: Peripheral, key_file: Path, ears: Ears
) -> None:
    def lengths(count: int) -> bool:
        return len(ears.online) == count

    with serving(fittings(device, key_file)[:1], ears):
        ears.wait(lambda e: e.online == [True])
        device.unplug()
        ears.wait(lambda e: e.online == [True, False])
        before = len(list(Path("/proc/self/fd").iterdir()))
        away, back = [], []
        for cycle in range(CYCLES):
            begun = time.monotonic()
            device.plug_in()
            ears.wait(lambda _, n=2 * cycle + 3: lengths(n))  # type: ignore[misc]  # a lambda's default
            back.append(time.monotonic() - begun)
            begun = time.monotonic()
            device.unplug()
            ears.wait(lambda _, n=2 * cycle + 4: lengths(n))  # type: ignore[misc]  # as above
            away.append(time.monotonic() - begun)
        assert len(list(Path("/proc/self/fd").iterdir())) <= before
    assert statistics.median(away) < 1
    assert statistics.median(back) < 3


def test_an_idle_line_costs_little(device: Peripheral, key_file: Path, ears: Ears) -> None:
    [port] = open_ports(fittings(device, key_file))
    port.start(ears)
    ears.wait(is_there)
    [thread] = [each for each in threading.enumerate() if each.name.startswith("osdp ")]
    stat = Path(f"/proc/self/task/{thread.native_id}/stat")
    used = _ticks(stat)
    time.sleep(3)
    share = (_ticks(stat) - used) / os.sysconf("SC_CLK_TCK") / 3
    port.stop(2)
    assert share < 0.07  # 1 % on a quiet machine, of the 3 that it may take


def _ticks(stat: Path) -> int:
    return sum(map(int, stat.read_text().rsplit(")", 1)[1].split()[11:13]))


@pytest.mark.parametrize(
    ("text", "mode", "words"),
    [
        (None, 0o600, "osdp-key"),
        ("00", 0o600, "32 hex digits"),
        ("x" * 32, 0o600, "32 hex digits"),
        (WELL_KNOWN.hex(), 0o600, "everybody knows"),
        ("00" * 16, 0o600, "everybody knows"),
        (KEY.hex(), 0o644, "chmod 600"),
    ],
)
def test_a_key_that_is_none_is_told_in_one_line(
    tmp_path: Path, text: str | None, mode: int, words: str
) -> None:
    file = tmp_path / "x.key"
    if text is not None:
        file.write_text(text)
        file.chmod(mode)
    with pytest.raises(Unreachable, match=words):
        key_in(file)


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    first = new_key(tmp_path / "x.key")
    assert key_in(tmp_path / "x.key") == first
    with pytest.raises(FileExistsError):
        new_key(tmp_path / "x.key")


def test_without_a_key_nothing_is_believed(
    device: Peripheral, key_file: Path, ears: Ears, caplog: pytest.LogCaptureFixture
) -> None:
    _, lock, _ = fittings(device, key_file)
    with serving([lock], ears):
        ears.wait(lambda e: e.online == [False])
    assert "key_file" in caplog.text
