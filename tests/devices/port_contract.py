"""What every reader at this host keeps to, whatever its wire: one suite, a bench for each driver.

A bench is the reader's other end: a chip, a line, a keyboard, a peripheral. Times are generous, the
machine is shared; what is promised stands in the figures of each driver's own tests.
"""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from devices.contract import Action, Command, Feedback, Fitting, Port
from devices.uid import Uid
from tests.devices.readers.desk import Ears

SETTLES = 0.7
"""What lies there as a reader comes up is no tap for so long."""
AWAY = 0.8
NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)


class Bench(Protocol):
    """One reader's other end."""

    @property
    def cards(self) -> Sequence[Uid]:
        """Return two cards that it can show."""

    def fitting(self) -> Fitting:
        """Return the reader as the settings fit it."""

    def ports(self, fittings: Sequence[Fitting]) -> Sequence[Port]:
        """Return the driver's ports, trying again soon."""

    def plug_in(self) -> None:
        """Be there."""

    def unplug(self) -> None:
        """Be gone, at once."""

    def lays(self, card: Uid) -> None:
        """Have a card held to it, until it is taken away."""

    def takes_away(self) -> None:
        """Have it taken away."""

    def says_rubbish(self) -> None:
        """Send what no reader would."""


Made = Callable[[Path], Bench]


def opened(bench: Bench, ears: Ears) -> Port:
    [port] = bench.ports([bench.fitting()])
    port.start(ears)
    ears.wait(lambda e: e.online[-1:] == [True])
    time.sleep(SETTLES)
    return port


def held_to(bench: Bench, card: Uid, seconds: float = 0.4) -> None:
    bench.lays(card)
    time.sleep(seconds)
    bench.takes_away()


def taps(ears: Ears) -> list[tuple[str, str, bytes]]:
    return [(tap.door, tap.reader, tap.uid) for tap in ears.taps]


def one_tap_each_time_it_comes(bench: Bench) -> None:
    """See that the number is right, and each coming of a card one tap, however long it stays."""
    ears, (first, second) = Ears(), bench.cards
    port = opened(bench, ears)
    held_to(bench, first, 1.2)
    ears.wait(lambda e: len(e.taps) >= 1)
    time.sleep(AWAY)
    held_to(bench, second)
    ears.wait(lambda e: len(e.taps) >= 2)
    time.sleep(AWAY)
    held_to(bench, first)
    ears.wait(lambda e: len(e.taps) >= 3)
    port.stop(2)
    name = bench.fitting().name
    assert taps(ears) == [("front", name, each) for each in (first, second, first)]
    for tap in ears.taps:
        assert (tap.id, tap.at, tap.waited, tap.opened) == (None, None, False, False)
    assert len({tap.fingerprint for tap in ears.taps}) == 3


def it_comes_and_goes(bench: Bench) -> None:
    """Unplug it: it is missed at once, comes back by itself, and reads on."""
    ears = Ears()
    port = opened(bench, ears)
    assert port.is_up()
    begun = time.monotonic()
    bench.unplug()
    ears.wait(lambda e: e.online == [True, False])
    assert time.monotonic() - begun < 3
    assert not port.is_up()
    port.answer(_feedback(bench))
    begun = time.monotonic()
    bench.plug_in()
    ears.wait(lambda e: e.online == [True, False, True])
    assert time.monotonic() - begun < 6
    time.sleep(SETTLES)
    held_to(bench, bench.cards[0])
    ears.wait(lambda e: len(e.taps) == 1)
    port.stop(2)


def rubbish_is_no_tap(bench: Bench) -> None:
    """Say what no reader would: that opens nothing, and the next card is read."""
    ears = Ears()
    port = opened(bench, ears)
    bench.says_rubbish()
    time.sleep(0.5)
    assert ears.taps == []
    ears.wait(lambda e: e.online[-1:] == [True])
    time.sleep(SETTLES)
    held_to(bench, bench.cards[0])
    ears.wait(lambda e: len(e.taps) == 1)
    port.stop(2)


def one_that_was_never_there_is_away(bench: Bench) -> None:
    """Begin without it: that is said once, nothing fails, and it is found when it comes."""
    ears = Ears()
    bench.unplug()
    [port] = bench.ports([bench.fitting()])
    port.start(ears)
    ears.wait(lambda e: e.online == [False])
    time.sleep(0.3)
    assert ears.online == [False]
    bench.plug_in()
    ears.wait(lambda e: e.online == [False, True])
    port.stop(2)


def it_ends_in_time_and_leaves_nothing(bench: Bench) -> None:
    """Stop it: that is short, may come twice, and leaves no thread. Nothing here is a lock."""
    before = set(threading.enumerate())
    ears = Ears()
    port = opened(bench, ears)
    there = [each for each in threading.enumerate() if each not in before]
    port.answer(_feedback(bench))
    port.answer(Feedback("another", "{}", "another", granted=True))
    end = NOON + timedelta(seconds=5)
    assert not port.release(Command("front", "c", Action.UNLOCK, 5, NOON, end))
    begun = time.monotonic()
    port.stop(2)
    port.stop(2)
    assert time.monotonic() - begun < 2
    ours = [each for each in there if each.name.startswith(bench.fitting().driver)]
    assert ours
    assert not [each for each in ours if each.is_alive()]
    assert all(getattr(each, "door", "front") == "front" for each in ears.heard)


def _feedback(bench: Bench) -> Feedback:
    return Feedback("front", "{}", bench.fitting().name, granted=True)


PROMISES = (
    one_tap_each_time_it_comes,
    it_comes_and_goes,
    rubbish_is_no_tap,
    one_that_was_never_there_is_away,
    it_ends_in_time_and_leaves_nothing,
)
