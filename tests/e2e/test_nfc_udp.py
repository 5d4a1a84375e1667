"""nfcpy's own `udp` driver, with a card at the other end of a loopback socket."""

import time
from collections.abc import Iterator

import pytest

from devices.nfc.ports import open_ports
from devices.uid import Uid
from tests.devices.readers.desk import Ears, fitting
from tests.e2e.udp_card import UdpCard

pytestmark = pytest.mark.wire

SETTLES = 0.6


@pytest.fixture
def card() -> Iterator[UdpCard]:
    card = UdpCard()
    yield card
    card.close()


@pytest.mark.parametrize("number", ["DEADBEEF", "04A224B1C35880", "04A1B2C3D4E5F60718AA"])
def test_a_card_over_udp_is_one_tap_each_time_it_comes(card: UdpCard, number: str) -> None:
    uid, ears = Uid(bytes.fromhex(number)), Ears()
    [port] = open_ports([fitting(device=card.device)])
    port.start(ears)
    try:
        ears.wait(lambda e: e.online == [True])
        time.sleep(SETTLES)
        card.lay(uid)
        ears.wait(lambda e: len(e.taps) == 1)
        time.sleep(SETTLES)
        card.take_away()
        time.sleep(SETTLES)
        card.lay(uid)
        ears.wait(lambda e: len(e.taps) == 2)
    finally:
        port.stop(5)
    assert [tap.uid for tap in ears.taps] == [uid, uid]
    assert ears.online == [True]
