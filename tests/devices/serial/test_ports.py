"""Serial readers as ports, on ptys: plugged in, pulled out, held to and broken."""

import os
import pty
import statistics
import threading
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from devices.contract import Nonsense
from devices.readers.port import Habits
from devices.serial.ports import open_ports
from devices.uid import Uid
from tests.devices.readers.desk import Ears, fitting

pytestmark = pytest.mark.wire

FRAME = b"\x0214008EC793CE\x03"
SETTLED = 0.6
CYCLES = 100


class Plug:
    """A reader at a pty, whose other end has a name that stays."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._master = -1

    def plug_in(self) -> None:
        self._master, slave = pty.openpty()
        tty.setraw(slave)
        self.path.symlink_to(os.ttyname(slave))
        os.close(slave)

    def unplug(self) -> None:
        self.path.unlink()
        os.close(self._master)

    def says(self, data: bytes) -> None:
        os.write(self._master, data)


@pytest.fixture
def plug(tmp_path: Path) -> Iterator[Plug]:
    made = Plug(tmp_path / "ttyUSB0")
    made.plug_in()
    yield made
    if made.path.is_symlink():
        made.unplug()


@pytest.fixture
def ears() -> Ears:
    return Ears()


@contextmanager
def listens(plug: Plug, ears: Ears, dialect: str = "line", **more: str) -> Iterator[None]:
    reader = fitting("serial", port=str(plug.path), format=dialect)
    if more:
        reader = type(reader)(
            reader.door, reader.part, reader.name, reader.driver, reader.options, more["uid_format"]
        )
    [port] = open_ports([reader], Habits(0.0, 0.02))
    port.start(ears)
    ears.wait(lambda e: e.online == [True])
    yield
    begun = time.monotonic()
    port.stop(2)
    assert time.monotonic() - begun < 1
    assert not [each for each in threading.enumerate() if each.name.startswith("serial ")]


def test_a_card_is_one_tap_however_often_its_frame_comes(plug: Plug, ears: Ears) -> None:
    with listens(plug, ears, "rdm6300"):
        time.sleep(SETTLED)
        for _ in range(12):
            plug.says(FRAME)
            time.sleep(0.065)
        ears.wait(lambda e: len(e.taps) == 1)
        time.sleep(0.6)
        plug.says(FRAME + FRAME)
        ears.wait(lambda e: len(e.taps) == 2)
    tap = ears.taps[0]
    assert (tap.uid, tap.alias, tap.door, tap.reader) == (
        Uid(bytes.fromhex("14008EC793")), None, "front", "main"
    )  # fmt: skip


def test_a_line_is_read_in_the_readers_format(plug: Plug, ears: Ears) -> None:
    with listens(plug, ears, uid_format="em4100"):
        time.sleep(SETTLED)
        plug.says(b"0009357203\r\n")
        ears.wait(lambda e: len(e.taps) == 1)
    assert (ears.taps[0].uid, ears.taps[0].alias) == (b"9357203", "em4100")


def test_what_does_not_fit_is_told_and_not_quoted(plug: Plug, ears: Ears) -> None:
    with listens(plug, ears):
        plug.says(b"hello\n\xff\xfe\n")
        ears.wait(lambda e: len([each for each in e.heard if isinstance(each, Nonsense)]) == 2)
    for each in ears.heard:
        if isinstance(each, Nonsense):
            assert (each.code, each.door) == ("malformed", "front")
            assert "hello" not in each.problem


def test_two_cards_in_one_breath_are_two_taps(plug: Plug, ears: Ears) -> None:
    with listens(plug, ears):
        time.sleep(SETTLED)
        plug.says(b"04A224B1C35880\nDEADBEEF\n")
        ears.wait(lambda e: len(e.taps) == 2)


def test_a_plug_may_be_pulled_a_hundred_times(plug: Plug, ears: Ears) -> None:
    with listens(plug, ears):
        plug.unplug()
        ears.wait(lambda e: e.online == [True, False])
        before = len(list(Path("/proc/self/fd").iterdir()))
        away, back = [], []
        for cycle in range(1, CYCLES + 1):
            begun = time.monotonic()
            plug.plug_in()
            ears.wait(lambda e, n=2 * cycle + 1: len(e.online) == n)  # type: ignore[misc]  # a lambda's default
            back.append(time.monotonic() - begun)
            begun = time.monotonic()
            plug.unplug()
            ears.wait(lambda e, n=2 * cycle + 2: len(e.online) == n)  # type: ignore[misc]  # as above
            away.append(time.monotonic() - begun)
        assert len(list(Path("/proc/self/fd").iterdir())) <= before
        assert statistics.median(away) < 1
        assert statistics.median(back) < 3


def test_an_idle_line_costs_little(plug: Plug, ears: Ears) -> None:
    with listens(plug, ears):
        [thread] = [each for each in threading.enumerate() if each.name.startswith("serial ")]
        stat = Path(f"/proc/self/task/{thread.native_id}/stat")
        used = _ticks(stat)
        time.sleep(2)
        share = (_ticks(stat) - used) / os.sysconf("SC_CLK_TCK") / 2
        assert share < 0.07  # nothing to speak of on a quiet machine, of the 3 % that it may take


def _ticks(stat: Path) -> int:
    return sum(map(int, stat.read_text().rsplit(")", 1)[1].split()[11:13]))


@pytest.mark.parametrize("there", ["nothing", "a file", "a folder"])
def test_what_is_no_line_is_said_once(
    tmp_path: Path, ears: Ears, there: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "tty"
    if there == "a file":
        path.write_text("x")
    if there == "a folder":
        path.mkdir()
    [port] = open_ports([fitting("serial", port=str(path), format="line")], Habits(0.0, 0.01))
    port.start(ears)
    ears.wait(lambda e: e.online == [False])
    time.sleep(0.1)
    port.stop(2)
    [record] = caplog.records
    assert str(path) in record.getMessage()
