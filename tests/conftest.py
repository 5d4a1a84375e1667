"""For all tests: who may use the network, and that CI leaves nothing out."""

import gc
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path

import hypothesis
import pytest

from tests.faults.sizes import size
from tests.services import is_ci

pytest_plugins = ["tests.postgresql"]

# How long an example takes says nothing on a machine that others use as well.
EXAMPLES = size("USCIERE_EXAMPLES", 100)
hypothesis.settings.register_profile("usciere", deadline=None, max_examples=EXAMPLES)
hypothesis.settings.load_profile("usciere")

_ONLINE = {"e2e", "faults", "browser"}
_TESTS = Path(__file__).parent
_ASKED = frozenset({"socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo"})
_MARKED = {
    "slow": ("browser/", "daemon/store/", "e2e/", "faults/"),
    "wire": ("devices/", "e2e/"),
}
"""Where `scripts/test` looks for the tests with a mark."""
_SERVICES = ("mosquitto", "postgresql", "browser")


class SocketsRefused(Exception):
    """A test that stays in the house reached for the network."""


class _Watch:
    """An audit hook: it cannot be taken off, only told to look away."""

    def __init__(self) -> None:
        self.awake = False

    def __call__(self, event: str, args: tuple[object, ...]) -> None:
        if self.awake and event in _ASKED and not _is_unix(args):
            raise SocketsRefused(f"{event}{args[1:]}: sockets are for tests in {sorted(_ONLINE)}")


def _is_unix(args: tuple[object, ...]) -> bool:
    """Tell whether this is a socket in the file system, which reaches nobody else."""
    return getattr(getattr(args[0], "family", None), "name", "") == "AF_UNIX"


_watch = _Watch()
sys.addaudithook(_watch)


@pytest.fixture(autouse=True)
def _stay_in_the_house(request: pytest.FixtureRequest) -> Iterator[None]:
    folder = request.path.relative_to(_TESTS).parts[0]
    _watch.awake = folder not in _ONLINE
    yield
    _watch.awake = False


gc.disable()


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Refuse a test with a mark where `scripts/test` doesn't look for that mark."""
    for item in items:
        where = item.path.relative_to(_TESTS).as_posix()
        for mark, folders in _MARKED.items():
            if item.get_closest_marker(mark) and not where.startswith(folders):
                raise pytest.UsageError(
                    f"{item.nodeid} is {mark}: scripts/test runs those in {folders}"
                )


def pytest_collection_finish() -> None:
    """Spare the collector of garbage the thousands of tests: they stay to the end."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Count a left-out test as failed where CI is set and it was a service that was missing."""
    report = yield
    if is_ci() and report.skipped and any(item.get_closest_marker(each) for each in _SERVICES):
        report.outcome = "failed"
    return report


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Return what keeps a figure for the end, whether the test succeeds or not."""
    return lambda line: record_property("figure", line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures of every test that told some."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            told = [line for name, line in report.user_properties if name == "figure"]
            if told and report.when == "call":
                terminalreporter.section(report.nodeid.rsplit("::", 1)[-1], sep="-")
                terminalreporter.write_line("\n".join(str(line) for line in told))
