"""The driver `osdp`: a port for each RS-485 line that the settings name."""

from collections.abc import Sequence

from devices.contract import Fitting, Port
from devices.osdp.port import REST, OsdpPort
from devices.readers.port import Habits


def open_ports(fittings: Sequence[Fitting], habits: Habits | None = None) -> Sequence[Port]:
    """Return a port for each line, with all that is on it."""
    lines: dict[str, list[Fitting]] = {}
    for fitting in fittings:
        lines.setdefault(str(fitting.options["port"]), []).append(fitting)
    used = habits or Habits(REST)
    return [OsdpPort(path, there, used) for path, there in lines.items()]
