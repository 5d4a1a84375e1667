"""The driver `nfc`: a port for each reader that the settings name by its `device`."""

from collections.abc import Sequence

from devices.contract import Fitting, Port
from devices.nfc.front import open_front
from devices.nfc.reader import NfcReader
from devices.readers.port import NOBODY, Experts, Habits, ReaderPort

REST = 0.045
"""Seconds between two looks: a card waits half of that, and little of the processor is used."""


def open_ports(
    fittings: Sequence[Fitting], experts: Experts = NOBODY, habits: Habits | None = None
) -> Sequence[Port]:
    """Return a port for each fitting; cards are asked for proofs only by `experts`."""
    used = habits or Habits(REST)
    return [_port(fitting, experts, used) for fitting in fittings]


def _port(fitting: Fitting, experts: Experts, habits: Habits) -> Port:
    device = str(fitting.options["device"])

    def open_reader() -> NfcReader:
        return NfcReader(open_front(device), device)

    return ReaderPort(fitting, open_reader, habits, experts)
