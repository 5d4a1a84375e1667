"""The driver `wedge`: a port for each reader that the settings name by its path."""

from collections.abc import Sequence
from functools import partial

from devices.contract import Fitting, Port
from devices.readers.port import Habits, ReaderPort
from devices.wedge.reader import WedgeReader

REST = 0.0
"""Looking waits by itself, and ends at once when a key comes."""


def open_ports(fittings: Sequence[Fitting], habits: Habits | None = None) -> Sequence[Port]:
    """Return a port for each fitting."""
    used = habits or Habits(REST)
    return [
        ReaderPort(
            fitting, partial(WedgeReader, str(fitting.options["path"]), fitting.uid_format), used
        )
        for fitting in fittings
    ]
