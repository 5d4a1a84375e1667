"""The driver `pcsc`: a port for each reader; `device` is a part of its name in PC/SC."""

from collections.abc import Sequence
from functools import partial

from devices.contract import Fitting, Port
from devices.pcsc.reader import open_reader
from devices.readers.port import NOBODY, Experts, Habits, ReaderPort

REST = 0.0
"""Looking waits by itself, and ends at once when a card comes."""


def open_ports(
    fittings: Sequence[Fitting], experts: Experts = NOBODY, habits: Habits | None = None
) -> Sequence[Port]:
    """Return a port for each fitting; without a `device` it is the first reader there is."""
    used = habits or Habits(REST)
    return [
        ReaderPort(
            fitting, partial(open_reader, str(fitting.options.get("device", ""))), used, experts
        )
        for fitting in fittings
    ]
