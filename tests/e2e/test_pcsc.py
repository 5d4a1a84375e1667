"""The driver `pcsc` against the real pcscd with a virtual reader."""

import importlib.util
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from devices.cards.contract import Examiner
from devices.cards.examiner import examiner
from devices.contract import Fitting, Port, Proven
from devices.readers.port import Experts, Habits
from devices.uid import Uid
from tests.devices.cards.test_examiner import KEYS, desfire
from tests.devices.port_contract import PROMISES, Bench
from tests.devices.readers.desk import Ears, fitting
from tests.e2e.pcsc import READER, Pcscd, VirtualCard
from tests.services import missing

pytestmark = [pytest.mark.pcsc, pytest.mark.slow]  # one pcscd a machine
CARD = Uid(bytes.fromhex("04A1B2C3D4E5F6"))
SETTLES = 0.7


@pytest.fixture
def pcscd(tmp_path: Path) -> Iterator[Pcscd]:
    if importlib.util.find_spec("smartcard") is None:
        missing("pyscard", "swig libpcsclite-dev gcc python3-dev", optional=True)
    daemon = Pcscd(tmp_path)
    try:
        daemon.start()
        yield daemon
    finally:
        daemon.stop()


@pytest.fixture
def ears() -> Ears:
    return Ears()


def _connect(ears: Ears, device: str = "usciere", examine: Examiner | None = None) -> Port:
    from devices.pcsc.ports import open_ports  # noqa: PLC0415 - pyscard is not everywhere

    [port] = open_ports([fitting("pcsc", device=device)], Experts(examine))
    port.start(ears)
    return port


@pytest.fixture
def port(pcscd: Pcscd, ears: Ears) -> Iterator[Port]:  # noqa: ARG001 - must run before
    port = _connect(ears)
    ears.wait(lambda e: e.online == [True])
    time.sleep(SETTLES)
    yield port
    port.stop(5)


@pytest.mark.usefixtures("port")
def test_a_card_is_one_tap_each_time_it_comes(pcscd: Pcscd, ears: Ears) -> None:
    card = VirtualCard(pcscd, CARD)
    ears.wait(lambda e: len(e.taps) == 1)
    time.sleep(SETTLES)
    card.take_away()
    time.sleep(SETTLES)
    again = VirtualCard(pcscd, CARD)
    ears.wait(lambda e: len(e.taps) == 2)
    again.take_away()
    assert [tap.uid for tap in ears.taps] == [CARD, CARD]


@pytest.mark.usefixtures("port")
def test_a_card_without_a_number_is_no_tap(pcscd: Pcscd, ears: Ears) -> None:
    mute = VirtualCard(pcscd, None, lambda _: bytes.fromhex("010203046300"))
    time.sleep(SETTLES)
    mute.take_away()
    time.sleep(SETTLES)
    card = VirtualCard(pcscd, CARD)
    ears.wait(lambda e: bool(e.taps))
    card.take_away()
    assert [tap.uid for tap in ears.taps] == [CARD]


def test_a_genuine_card_proves_itself_through_pcsc(pcscd: Pcscd, ears: Ears) -> None:
    card = desfire()
    port = _connect(ears, examine=examiner(KEYS))
    try:
        ears.wait(lambda e: e.online == [True])
        time.sleep(SETTLES)
        there = VirtualCard(pcscd, card.uid, card.transceive)
        ears.wait(lambda e: bool(e.taps))
        there.take_away()
    finally:
        port.stop(5)
    assert isinstance(ears.taps[0].proof, Proven), ears.taps


def test_a_daemon_that_ends_is_a_reader_that_is_away_and_comes_back(
    pcscd: Pcscd, ears: Ears, port: Port
) -> None:
    pcscd.stop()
    ears.wait(lambda e: e.online == [True, False])
    assert not port.is_up()
    pcscd.start()
    ears.wait(lambda e: e.online == [True, False, True])
    time.sleep(SETTLES)
    card = VirtualCard(pcscd, CARD)
    ears.wait(lambda e: bool(e.taps))
    card.take_away()


@pytest.mark.usefixtures("pcscd")
def test_a_reader_that_is_not_there_is_named_with_those_that_are(
    ears: Ears, caplog: pytest.LogCaptureFixture
) -> None:
    port = _connect(ears, device="ACR122")
    ears.wait(lambda e: e.online == [False])
    port.stop(5)
    assert f"no reader of PC/SC is called 'ACR122'; there: {READER}" in caplog.text


@pytest.mark.usefixtures("pcscd")
def test_a_port_stops_in_time(ears: Ears) -> None:
    port = _connect(ears)
    ears.wait(lambda e: e.online == [True])
    begun = time.monotonic()
    port.stop(5)
    assert time.monotonic() - begun < 3


class PcscBench:
    """The virtual reader; its plug is the daemon."""

    cards = (CARD, Uid(bytes.fromhex("DEADBEEF")))

    def __init__(self, pcscd: Pcscd) -> None:
        self._pcscd = pcscd
        self._card: VirtualCard | None = None
        self._runs = True

    def fitting(self) -> Fitting:
        return fitting("pcsc", device="usciere")

    def ports(self, fittings: Sequence[Fitting]) -> Sequence[Port]:
        from devices.pcsc.ports import open_ports  # noqa: PLC0415 - pyscard is not everywhere

        return open_ports(fittings, habits=Habits(0.0, 0.1))

    def plug_in(self) -> None:
        if not self._runs:
            self._pcscd.start()
            self._runs = True

    def unplug(self) -> None:
        self._pcscd.stop()
        self._runs = False

    def lays(self, card: Uid) -> None:
        self._card = VirtualCard(self._pcscd, card)

    def takes_away(self) -> None:
        assert self._card is not None
        time.sleep(SETTLES)  # pcscd looks at its reader some times a second
        self._card.take_away()
        time.sleep(SETTLES)

    def says_rubbish(self) -> None:
        silent = VirtualCard(self._pcscd, None)
        time.sleep(SETTLES)
        silent.take_away()
        time.sleep(SETTLES)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_a_port_keeps_its_promises(pcscd: Pcscd, promise: Callable[[Bench], None]) -> None:
    bench = PcscBench(pcscd)
    promise(bench)
    bench.plug_in()
