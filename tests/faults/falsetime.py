"""A clock of one program's own, which can be put while the program runs (libfaketime).

Time limits of the program go by the steady clock, which stays true.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from devices.clock import now
from tests.faults.house import Program
from tests.services import missing

_PLACES = ("/usr/lib/*/faketime", "/usr/lib/faketime", "/usr/lib64/faketime")
_LIBRARY = "libfaketimeMT.so.1"


class FalseClock:
    """Shows the true time and `off`. Give it to a program before that starts."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self.off = timedelta()
        self.put(self.off)

    def put(self, off: timedelta) -> None:
        """Put it, at once and also in programs that run."""
        self.off = off
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{off.total_seconds():+.3f}\n")
        fresh.replace(self._file)

    def put_to(self, moment: datetime) -> None:
        """Put it to a moment; from there it goes on."""
        self.put(moment - now())

    def hang_in(self, program: Program) -> None:
        """Let the program go by this clock from its next start on."""
        settings = {
            "LD_PRELOAD": next(_libraries(), None)
            or missing("libfaketime", "faketime", optional=True),
            "FAKETIME_TIMESTAMP_FILE": self._file,
            "FAKETIME_NO_CACHE": 1,
            "FAKETIME_DONT_FAKE_MONOTONIC": 1,
        }
        program.command[:0] = ["env", *(f"{name}={each}" for name, each in settings.items())]


def _libraries() -> Iterator[Path]:
    return chain.from_iterable(Path("/").glob(f"{place[1:]}/{_LIBRARY}") for place in _PLACES)
