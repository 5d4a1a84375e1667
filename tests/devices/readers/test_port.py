import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from devices.cards.contract import Examiner, Transceiver
from devices.contract import (
    Action,
    Command,
    Feedback,
    Level,
    Proof,
    Proven,
    Tap,
    Unreachable,
)
from devices.readers.port import Experts, Found, Habits, ReaderPort
from devices.uid import Uid
from tests.devices.readers.desk import Ears, MemoryReader, fitting, until

ANNA = Uid(bytes.fromhex("04A224B1C35880"))
SETTLED = 0.6
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


class Steady:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def steady() -> Steady:
    return Steady()


@pytest.fixture
def reader() -> MemoryReader:
    return MemoryReader()


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
def port(reader: MemoryReader, steady: Steady) -> Iterator[ReaderPort]:
    port = ReaderPort(fitting(), reader.open, Habits(0.001, 0.001, steady=steady))
    yield port
    port.stop(5)


def _open(port: ReaderPort, ears: Ears, steady: Steady) -> None:
    port.start(ears)
    ears.wait(lambda e: e.online == [True])
    steady.at += SETTLED


def test_a_card_becomes_one_tap(
    port: ReaderPort, reader: MemoryReader, ears: Ears, steady: Steady
) -> None:
    _open(port, ears, steady)
    reader.there = Found(ANNA)
    ears.wait(lambda e: bool(e.taps))
    [tap] = ears.taps
    assert (tap.door, tap.reader, tap.uid, tap.id, tap.at) == ("front", "main", ANNA, None, None)
    assert not tap.waited
    assert tap.proof is None


def test_no_two_taps_have_the_same_fingerprint(
    port: ReaderPort, reader: MemoryReader, ears: Ears, steady: Steady
) -> None:
    _open(port, ears, steady)
    reader.there = Found(ANNA)
    ears.wait(lambda e: len(e.taps) == 1)
    reader.there = None
    reader.be_looked_at()
    steady.at += 1
    reader.there = Found(ANNA)
    ears.wait(lambda e: len(e.taps) == 2)
    assert ears.taps[0].fingerprint != ears.taps[1].fingerprint
    assert ANNA.hex() not in ears.taps[0].fingerprint


def test_a_number_of_an_odd_length_is_no_tap(
    port: ReaderPort, reader: MemoryReader, ears: Ears, steady: Steady
) -> None:
    _open(port, ears, steady)
    reader.there = Found(Uid(b"\x04\x01\x02"))
    reader.be_looked_at()
    reader.there = Found(ANNA)
    ears.wait(lambda e: bool(e.taps))
    assert [tap.uid for tap in ears.taps] == [ANNA]


def test_a_reader_that_is_not_there_is_offline_once_and_tried_again(
    port: ReaderPort, reader: MemoryReader, ears: Ears, caplog: pytest.LogCaptureFixture
) -> None:
    reader.plugged = False
    with caplog.at_level(logging.WARNING):
        port.start(ears)
        ears.wait(lambda e: e.online == [False])
        assert not port.is_up()
        until(lambda: reader.tries > 3)
        reader.plugged = True
        ears.wait(lambda e: e.online == [False, True])
    assert port.is_up()
    assert len(caplog.records) == 1
    assert "the reader is not plugged in" in caplog.text


def test_a_lost_reader_is_closed_said_to_be_away_and_opened_again(
    port: ReaderPort, reader: MemoryReader, ears: Ears, steady: Steady
) -> None:
    _open(port, ears, steady)
    reader.plugged = False
    ears.wait(lambda e: e.online == [True, False])
    assert reader.closed == 1
    reader.plugged = True
    ears.wait(lambda e: e.online == [True, False, True])
    assert reader.opened == 2
    levels = [each for each in ears.heard if isinstance(each, Level)]
    assert {(each.door, each.device) for each in levels} == {("front", "main")}


def test_a_card_that_lies_on_a_reader_while_it_comes_back_opens_nothing(
    port: ReaderPort, reader: MemoryReader, ears: Ears, steady: Steady
) -> None:
    _open(port, ears, steady)
    reader.there = Found(ANNA)
    ears.wait(lambda e: len(e.taps) == 1)
    reader.plugged = False
    ears.wait(lambda e: e.online == [True, False])
    steady.at += 10
    reader.plugged = True
    ears.wait(lambda e: e.online == [True, False, True])
    other = Uid(bytes.fromhex("04112233445566"))
    for _ in range(20):  # it is seen all the time, long after the reader has settled
        steady.at += 0.1
        reader.be_looked_at()
    reader.there = Found(other)
    ears.wait(lambda e: len(e.taps) == 2)
    assert [tap.uid for tap in ears.taps] == [ANNA, other]


def test_what_nobody_expects_costs_an_opening_not_the_thread(
    port: ReaderPort, reader: MemoryReader, ears: Ears, steady: Steady
) -> None:
    _open(port, ears, steady)
    reader.nonsense = ZeroDivisionError("nobody expects it")
    ears.wait(lambda e: e.online[:2] == [True, False])  # and so on, as fast as it fails
    reader.nonsense = None
    ears.wait(lambda e: e.online[-1] is True)


def test_only_its_own_feedback_is_shown(
    port: ReaderPort, reader: MemoryReader, ears: Ears, steady: Steady
) -> None:
    _open(port, ears, steady)
    port.answer(Feedback("back", "{}", "main", granted=True))
    port.answer(Feedback("front", "{}", "other", granted=True))
    port.answer(Feedback("front", "{}", "main", granted=False))
    until(lambda: bool(reader.shown))
    assert reader.shown == [False]


def test_an_answer_that_the_lost_reader_did_not_show_is_not_shown_later(
    port: ReaderPort, reader: MemoryReader, ears: Ears, steady: Steady
) -> None:
    def answered_and_pulled_out() -> None:
        port.answer(Feedback("front", "{}", "main", granted=True))
        reader.plugged = False

    _open(port, ears, steady)
    reader.meanwhile = answered_and_pulled_out
    ears.wait(lambda e: e.online == [True, False])
    port.answer(Feedback("front", "{}", "main", granted=True))
    reader.meanwhile = lambda: None
    reader.plugged = True
    ears.wait(lambda e: e.online == [True, False, True])
    reader.be_looked_at()
    assert reader.shown == []


class SilentCard:
    """A card that has a number, and nothing to say."""

    uid = ANNA

    def transceive(self, _: bytes) -> bytes:
        """Be gone."""
        raise Unreachable("the card has gone")


def _tap_with(reader: MemoryReader, examine: Examiner, ears: Ears, steady: Steady) -> Tap:
    port = ReaderPort(fitting(), reader.open, Habits(0.001, 0.001, steady=steady), Experts(examine))
    try:
        _open(port, ears, steady)
        reader.there = Found(ANNA, SilentCard())
        ears.wait(lambda e: bool(e.taps))
        reader.be_looked_at()
    finally:
        port.stop(5)
    [tap] = ears.taps
    return tap


def test_a_card_that_can_be_asked_is_examined_before_the_tap_is_told(
    reader: MemoryReader, ears: Ears, steady: Steady
) -> None:
    def examine(card: Transceiver) -> Proof:
        steady.at += 5  # slow cards take their time, and have not gone meanwhile
        return Proven(f"knows {card.uid.hex()}")

    assert _tap_with(reader, examine, ears, steady).proof == Proven("knows 04a224b1c35880")


def test_a_card_taken_away_while_it_is_examined_is_its_number_alone(
    reader: MemoryReader, ears: Ears, steady: Steady
) -> None:
    def examine(card: Transceiver) -> Proof:
        return Proven(card.transceive(b"who are you").hex())

    assert _tap_with(reader, examine, ears, steady).proof is None
    assert ears.online == [True]


def test_a_port_that_has_stopped_has_closed_its_reader_and_may_be_stopped_again(
    port: ReaderPort, reader: MemoryReader, ears: Ears, steady: Steady
) -> None:
    _open(port, ears, steady)
    port.stop(5)
    assert (reader.opened, reader.closed) == (1, 1)
    assert not port.is_up()
    port.stop(5)


def test_there_is_no_lock_on_a_readers_wire(port: ReaderPort) -> None:
    assert not port.release(Command("front", "1", Action.UNLOCK, 5, NOON, NOON))
