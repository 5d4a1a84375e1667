"""The driver `wedge`: a port for each reader that the settings name by its path."""

from collections.abc import Callable, Sequence
from functools import partial

from devices.contract import Fitting, Port
from devices.readers.port import Habits, ReaderPort
from devices.wedge.reader import Keyboard, WedgeReader, input_device

REST = 0.0
"""Looking waits by itself, and ends at once when a key comes."""


def open_ports(
    fittings: Sequence[Fitting],
    habits: Habits | None = None,
    find: Callable[[str], Keyboard] = input_device,
) -> Sequence[Port]:
    """Return a port for each fitting; `find` opens an input device by its path."""
    used = habits or Habits(REST)

    def open_reader(fitting: Fitting) -> WedgeReader:
        return WedgeReader(str(fitting.options["path"]), fitting.uid_format, find)

    return [ReaderPort(fitting, partial(open_reader, fitting), used) for fitting in fittings]
