"""The driver `serial`: a port for each reader that the settings name by its line."""

from collections.abc import Sequence

from devices.contract import Fitting, Port
from devices.readers.port import Habits, ReaderPort
from devices.serial.frames import DIALECTS
from devices.serial.line import SerialReader

REST = 0.0
"""Looking waits by itself, and ends at once when something comes."""


def open_ports(fittings: Sequence[Fitting], habits: Habits | None = None) -> Sequence[Port]:
    """Return a port for each fitting."""
    used = habits or Habits(REST)
    return [_port(fitting, used) for fitting in fittings]


def _port(fitting: Fitting, habits: Habits) -> Port:
    path, dialect = str(fitting.options["port"]), DIALECTS[str(fitting.options["format"])]

    def open_reader() -> SerialReader:
        return SerialReader(path, dialect(), fitting.uid_format, habits.steady)

    return ReaderPort(fitting, open_reader, habits)
