from datetime import datetime, timedelta
from typing import cast

import pytest

from daemon.house import House
from daemon.levels import Doors
from daemon.releases import Releases
from daemon.shift import Shift
from daemon.taps import COMMAND_LIFE, Deed
from devices.contract import Action, Command, Feedback, Receipt
from tests.daemon.porch import Breaks, ListedWires, Porch
from tests.daemon.store.building import NOON, SECOND

BEFORE, FIRST_OF_OURS = 10, 11


def deed(seq: int, *, again: bool = False, handed: bool = False, packet: int = 1) -> Deed:
    """Return a granted tap that entry `seq` tells of."""
    name = f"cooffice-{seq}"
    command = Command("entrance", name, Action.UNLOCK, 5, NOON, NOON + COMMAND_LIFE, f"t{seq}")
    said = Feedback("entrance", f"answer {seq}")
    return Deed(Receipt(1, packet, again), seq, command, said, again=again, handed_again=handed)


@pytest.fixture
def wires() -> ListedWires:
    return ListedWires()


@pytest.fixture
def releases(porch: Porch, house: House, wires: ListedWires) -> Releases:
    """Return those of a doorman whose predecessor wrote ten entries and sent all of seven."""
    made = Releases(wires, Doors(house))
    with porch.desk.open() as book:
        book.head.seq, book.head.released = BEFORE, 7
        made.begin(book)
    return made


def opened(wires: ListedWires) -> list[str]:
    return [command.id for command in wires.released]


def test_a_grant_opens_and_is_acknowledged_and_answered(
    releases: Releases, wires: ListedWires
) -> None:
    releases.open_doors([deed(11, packet=1), deed(12, packet=2)], NOON)
    assert opened(wires) == ["cooffice-11", "cooffice-12"]
    assert wires.acknowledged == [1, 2]
    assert wires.answered == []
    releases.answer([deed(11), deed(12)])
    assert [feedback.text for feedback in wires.answered] == ["answer 11", "answer 12"]


def test_doors_open_before_anything_is_acknowledged(releases: Releases, wires: ListedWires) -> None:
    wires.breaks_at_release = True
    with pytest.raises(Breaks):
        releases.open_doors([deed(11)], NOON)
    assert wires.acknowledged == []


def test_an_answer_given_again_does_not_open_again(releases: Releases, wires: ListedWires) -> None:
    releases.open_doors([deed(11)], NOON)
    for handed in (False, True):
        releases.open_doors([deed(11, again=True, handed=handed)], NOON)
    assert opened(wires) == ["cooffice-11"]


def test_what_the_dead_doorman_had_not_acknowledged_opens_once(
    releases: Releases, wires: ListedWires
) -> None:
    for _ in range(2):
        releases.open_doors([deed(9, again=True, handed=True)], NOON + SECOND)
    assert opened(wires) == ["cooffice-9"]


def test_it_does_not_open_late(releases: Releases, wires: ListedWires) -> None:
    releases.open_doors([deed(9, again=True, handed=True)], NOON + COMMAND_LIFE)
    assert opened(wires) == []
    releases.open_doors(
        [deed(9, again=True, handed=True)], NOON + COMMAND_LIFE - timedelta(microseconds=1)
    )
    assert opened(wires) == ["cooffice-9"]


def test_a_reader_that_asks_again_is_no_witness_where_the_broker_is_one(
    releases: Releases, wires: ListedWires
) -> None:
    releases.open_doors([deed(9, again=True)], NOON)
    assert opened(wires) == []


def test_where_the_broker_has_forgotten_the_mark_tells(
    releases: Releases, wires: ListedWires
) -> None:
    wires.kept = False
    releases.open_doors([deed(seq, again=True) for seq in (6, 7, 8, 9)], NOON)
    assert opened(wires) == ["cooffice-8", "cooffice-9"]


def test_the_mark_moves_once_all_has_left(
    releases: Releases, wires: ListedWires, porch: Porch
) -> None:
    wires.leaves = False
    releases.open_doors([deed(11)], NOON)
    releases.send()
    assert releases.left == 7
    wires.leaves = True
    releases.send()
    assert releases.left == FIRST_OF_OURS
    with porch.desk.open() as book:
        book.head.seq, book.head.released = FIRST_OF_OURS, 7
        releases.note(book)
        assert book.head.released == FIRST_OF_OURS


def test_the_mark_never_moves_back(releases: Releases, porch: Porch) -> None:
    with porch.desk.open() as book:
        book.head.moved, book.head.released = False, 9
        releases.note(book)
        assert book.head.released == 9
        assert not book.head.moved


class Among:
    """A shift of several, one of whom may just have gone."""

    is_shared = True

    def __init__(self, *, died: bool) -> None:
        self.died = died

    def may_have_died(self, at: datetime, now: datetime) -> bool:
        return self.died and at <= now


@pytest.mark.parametrize("died", [False, True])
def test_the_unlock_of_a_doorman_who_has_gone_is_sent_for_him_once(
    porch: Porch, house: House, wires: ListedWires, *, died: bool
) -> None:
    releases = Releases(wires, Doors(house), cast("Shift", Among(died=died)))
    with porch.desk.open() as book:
        releases.begin(book)
    releases.open_doors([deed(FIRST_OF_OURS)], NOON)
    for _ in range(2):
        releases.open_doors([deed(FIRST_OF_OURS, again=True)], NOON + SECOND)  # his own
        releases.open_doors([deed(20, again=True)], NOON + SECOND)
    assert opened(wires) == ["cooffice-11", *(["cooffice-20"] if died else [])]
