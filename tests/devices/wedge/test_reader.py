"""A keyboard that is a reader.

There may be no /dev/uinput to make one with, so events come through a pipe as the kernel writes
them, and evdev's own types take them apart; opening a device that is not there is evdev's own.
"""

import errno
import os
import struct
import time
from collections.abc import Iterator

import pytest
from evdev import InputEvent, ecodes

from devices.contract import Nonsense, Unreachable
from devices.readers.port import Found, Habits, ReaderPort
from devices.wedge.ports import open_ports
from devices.wedge.reader import WedgeReader
from tests.devices.readers.desk import Ears, fitting
from tests.devices.wedge.test_keys import CODES, RETURN

EVENT = struct.Struct("llHHi")
"""struct input_event of the kernel: seconds, microseconds, type, code, value."""


class Keyboard:
    """What of an InputDevice is used, on a pipe."""

    def __init__(self) -> None:
        self.fd, self._in = os.pipe()
        os.set_blocking(self.fd, False)
        self.grabbed = self.closed = 0
        self.refuses: int | None = None
        self._clock = 0

    def grab(self) -> None:
        if self.refuses is not None:
            raise OSError(self.refuses, "no")
        self.grabbed += 1

    def read(self) -> Iterator[InputEvent]:
        data = os.read(self.fd, EVENT.size * 64)
        if not data:
            raise OSError(errno.ENODEV, "gone")
        for fields in EVENT.iter_unpack(data):
            yield InputEvent(*fields)

    def close(self) -> None:
        self.closed += 1
        os.close(self.fd)

    def types(self, text: str) -> None:
        for sign in text:
            code = RETURN if sign == "\n" else CODES[sign]
            self._clock += 4000
            for kind, number, value in (
                (ecodes.EV_MSC, 4, 458_756),
                (ecodes.EV_KEY, code, 1),
                (ecodes.EV_KEY, code, 0),
                (ecodes.EV_SYN, 0, 0),
            ):
                os.write(self._in, EVENT.pack(1_762_171_200, self._clock, kind, number, value))

    def unplug(self) -> None:
        os.close(self._in)


def test_what_it_types_is_a_tap_and_lands_nowhere_else() -> None:
    keyboard, ears = Keyboard(), Ears()
    reader = fitting("wedge", path="/dev/input/by-id/reader")
    port = ReaderPort(
        reader,
        lambda: WedgeReader("/dev/input/by-id/reader", "em4100", lambda _: keyboard),
        Habits(0.0, 30),
    )
    port.start(ears)
    ears.wait(lambda e: e.online == [True])
    assert keyboard.grabbed == 1
    time.sleep(0.6)
    keyboard.types("0009357203\n")
    ears.wait(lambda e: len(e.taps) == 1)
    keyboard.types("14008EC793\n")
    ears.wait(lambda e: isinstance(e.heard[-1], Nonsense))
    keyboard.unplug()
    ears.wait(lambda e: e.online == [True, False])
    port.stop(2)
    assert keyboard.closed == 1
    assert (ears.taps[0].uid, ears.taps[0].alias) == (b"9357203", "em4100")


@pytest.mark.parametrize(
    ("number", "words"), [(errno.EBUSY, "another program"), (errno.EACCES, "group input")]
)
def test_one_that_cannot_be_grabbed_is_told_and_let_go(number: int, words: str) -> None:
    keyboard = Keyboard()
    keyboard.refuses = number
    with pytest.raises(Unreachable, match=words):
        WedgeReader("/dev/input/x", "hex", lambda _: keyboard)
    assert keyboard.closed == 1


def test_one_that_is_not_there_is_told_by_evdev_itself() -> None:
    with pytest.raises(Unreachable, match="not plugged in"):
        WedgeReader("/dev/input/by-id/nothing", "hex")
    [port] = open_ports([fitting("wedge", path="/dev/input/by-id/nothing")], Habits(0.0, 0.01))
    ears = Ears()
    port.start(ears)
    ears.wait(lambda e: e.online == [False])
    port.stop(2)


def test_numbers_that_came_together_are_found_one_by_one() -> None:
    keyboard = Keyboard()
    reader = WedgeReader("/dev/input/x", "hex", lambda _: keyboard)
    keyboard.types("04A224B1C35880\nDEADBEEF\n")
    seen = [reader.look() for _ in range(3)]
    assert [each.uid.hex() for each in seen if isinstance(each, Found)] == [
        "04a224b1c35880", "deadbeef"
    ]  # fmt: skip
    reader.close()
    reader.close()
