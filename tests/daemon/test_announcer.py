import json
from collections.abc import Callable
from contextlib import suppress

import pytest

from daemon.announcer import A_FEW, AT_ONCE, Announcer
from daemon.store import journal
from tests.daemon.porch import Breaks, ListedWires, Porch
from tests.daemon.store.building import something


class Town:
    """An announcer over a porch's book; `full` is what the occupancy says."""

    def __init__(self, porch: Porch) -> None:
        self.porch = porch
        self.wires = ListedWires()
        self.full: Callable[[], str] = lambda: '{"at":"noon","present":1}'
        self.announcer = Announcer(porch.desk, self.wires, self.occupancy, porch.steady)

    def occupancy(self) -> str:
        return self.full()

    def writes(self, count: int) -> None:
        """Write that many entries, and tell the announcer as the chores do."""
        with self.porch.desk.open() as book:
            for number in range(count):
                journal.append(book, something(number))
            self.announcer.written = book.head.seq

    def heard(self, word: str) -> list[str]:
        return [text for told, text, _ in self.wires.announced if told == word]

    def numbers(self) -> list[int]:
        return [json.loads(text)["seq"] for text in self.heard("journal")]


@pytest.fixture
def town(porch: Porch) -> Town:
    return Town(porch)


def test_every_entry_is_announced_once_and_in_order(town: Town) -> None:
    town.writes(2 * AT_ONCE + 3)
    turns = 0
    while town.announcer.has_more():
        town.announcer.entries(quiet=True)
        turns += 1
    assert town.numbers() == list(range(1, 2 * AT_ONCE + 4))
    assert turns == 3


def test_while_taps_keep_coming_few_are_announced_but_never_none(town: Town) -> None:
    town.writes(AT_ONCE)
    town.announcer.entries(quiet=False)
    assert len(town.numbers()) == A_FEW
    town.writes(20 * AT_ONCE)
    town.announcer.entries(quiet=False)
    assert len(town.numbers()) == A_FEW + 2 * AT_ONCE


def test_without_a_wire_nothing_is_announced_and_nothing_skipped(town: Town) -> None:
    town.wires.up = False
    town.writes(3)
    assert not town.announcer.has_more()
    town.announcer.entries(quiet=True)
    town.announcer.occupancy(afresh=True)
    assert town.wires.announced == []
    town.wires.up = True
    town.announcer.entries(quiet=True)
    assert town.numbers() == [1, 2, 3]


def test_an_announcement_has_no_badge_number_but_what_http_shows(town: Town) -> None:
    town.writes(1)
    town.announcer.entries(quiet=True)
    [said] = [json.loads(text) for text in town.heard("journal")]
    assert set(said) == {
        "seq", "id", "at", "received_at", "kind", "door", "reader", "member", "badge",
        "granted", "reason", "late", "detail", "hash",
    }  # fmt: skip
    assert [keep for _, _, keep in town.wires.announced] == [False]


def test_the_occupancy_is_kept_for_who_comes_late_and_told_when_it_changes(town: Town) -> None:
    town.writes(1)
    town.announcer.occupancy()
    assert town.wires.announced == [("occupancy", town.full(), True)]
    town.porch.passes(1)
    town.announcer.occupancy()  # nothing was written
    town.writes(1)
    town.announcer.occupancy()  # nothing has changed
    assert len(town.heard("occupancy")) == 1
    town.full = lambda: '{"at":"noon","present":2}'
    town.writes(1)
    town.porch.passes(1)
    town.announcer.occupancy()
    assert len(town.heard("occupancy")) == 2


def test_the_occupancy_is_told_five_times_a_second_at_most(town: Town) -> None:
    for number in range(20):
        town.full = lambda number=number: f'{{"present":{number}}}'  # type: ignore[misc]  # binds the number
        town.writes(1)
        town.announcer.occupancy()
        town.porch.passes(0.05)
    assert 4 <= len(town.heard("occupancy")) <= 5


def test_to_a_broker_that_is_back_the_occupancy_is_told_afresh(town: Town) -> None:
    town.writes(1)
    town.announcer.occupancy()
    town.announcer.occupancy(afresh=True)
    assert len(town.heard("occupancy")) == 2


def test_an_occupancy_that_could_not_be_read_is_told_later(town: Town) -> None:
    def broken() -> str:
        raise Breaks

    full, town.full = town.full, broken
    town.writes(1)
    with suppress(Breaks):
        town.announcer.occupancy()
    town.full = full
    town.porch.passes(1)
    town.announcer.occupancy()
    assert len(town.heard("occupancy")) == 1
