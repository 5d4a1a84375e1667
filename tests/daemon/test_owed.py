"""Between a tap's two commits: whatever happens there, the same message has had its one answer."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from daemon.settling import Settling
from daemon.store.answers import is_known, own_key
from daemon.store.book import book_of, reading_book
from daemon.store.journal import Entry, Kind, append
from daemon.store.tables import AnswerRow, GrantRow, SiteRow
from devices.contract import Signal
from tests.daemon.porch import ANNA, BEA, Porch, locked, press, tap
from tests.daemon.store.building import NOON, SECOND, SITE


def commits_once(porch: Porch, signal: Signal) -> None:
    """Write what is written before the unlock, and nothing of what is written after it."""
    doorman = porch.doorman
    settling = Settling(porch.house, porch.desk, porch.clock)
    with porch.desk.open() as book:
        doorman._judge(book, signal)
        settling.put_off(book)


def written(porch: Porch) -> tuple[int | None, int | None, bool]:
    """Return how many answers and last grants have rows, and whether any are still owed."""
    with porch.store.reading() as session:
        answers, grants = (
            session.scalar(select(func.count()).select_from(table))
            for table in (AnswerRow, GrantRow)
        )
        return answers, grants, session.get_one(SiteRow, SITE).owed is not None


def reasons(porch: Porch) -> list[str | None]:
    return [entry[3] for entry in porch.journal()]


def said(porch: Porch) -> list[tuple[bool, str]]:
    given = [json.loads(text) for text in porch.answers()]
    return [(each["granted"], each["reason"]) for each in given]


def test_before_the_unlock_only_the_journal_and_the_site_are_written(porch: Porch) -> None:
    commits_once(porch, tap(ANNA))
    assert reasons(porch) == ["plan"]
    assert written(porch) == (0, 0, True)


def test_after_the_unlock_nothing_is_owed_any_more(porch: Porch) -> None:
    porch.takes(tap(ANNA))
    assert written(porch) == (1, 1, False)


def test_several_that_come_together_owe_nothing(porch: Porch) -> None:
    porch.takes(tap(ANNA), tap(BEA, "t2", packet=2))
    assert written(porch) == (2, 2, False)


Next = Callable[[Porch, Path], Porch]


def same(porch: Porch, _: Path) -> Porch:
    """Let him go on whose second commit has failed."""
    return porch


def successor(porch: Porch, folder: Path) -> Porch:
    """Kill him, and let another begin."""
    porch.leaves()
    return Porch(porch.store, porch.house, folder)


@pytest.mark.parametrize("then", [same, successor])
def test_the_same_message_has_the_same_answer_and_no_second_entry(
    porch: Porch, tmp_path: Path, then: Next
) -> None:
    commits_once(porch, tap(ANNA))
    next_one = then(porch, tmp_path)
    next_one.takes(tap(ANNA, packet=2))
    assert said(next_one) == [(True, "plan")]
    assert reasons(next_one) == ["plan"]
    assert next_one.wires.released == []
    assert written(next_one) == (1, 1, False)
    next_one.leaves()


def test_what_the_broker_hands_over_again_opens_though_its_answer_was_only_owed(
    porch: Porch, tmp_path: Path
) -> None:
    commits_once(porch, tap(ANNA))
    next_one = successor(porch, tmp_path)
    next_one.takes(tap(ANNA, again=True))
    next_one.takes(tap(ANNA, again=True))
    assert [command.tap for command in next_one.wires.released] == ["t1"]
    assert reasons(next_one) == ["plan"]
    next_one.leaves()


def test_another_doorman_beside_him_finds_the_answer(porch: Porch, tmp_path: Path) -> None:
    other = Porch(porch.store, porch.house, tmp_path)
    commits_once(porch, tap(ANNA))
    other.takes(tap(ANNA, packet=7))
    assert said(other) == [(True, "plan")]
    assert reasons(other) == ["plan"]
    other.leaves()


@pytest.mark.parametrize("then", [same, successor])
def test_the_same_id_with_another_badge_is_a_replay(
    porch: Porch, tmp_path: Path, then: Next
) -> None:
    commits_once(porch, tap(ANNA))
    next_one = then(porch, tmp_path)
    next_one.takes(tap(BEA, packet=2))
    assert said(next_one) == [(False, "replay")]
    assert reasons(next_one) == ["plan", "replay"]
    next_one.leaves()


def test_the_last_grant_is_known_to_the_next_tap(porch: Porch, tmp_path: Path) -> None:
    commits_once(porch, tap(ANNA))
    next_one = successor(porch, tmp_path)
    next_one.takes(tap(ANNA, "t2", NOON + SECOND))
    assert reasons(next_one) == ["plan", "repeat"]
    next_one.leaves()


def test_whoever_writes_next_writes_what_is_owed(porch: Porch) -> None:
    commits_once(porch, tap(ANNA))
    with book_of(porch.store, SITE) as book:
        append(book, Entry(Kind.STAFF, NOON, NOON, reason="note"))
    assert written(porch) == (1, 1, False)
    porch.takes(tap(ANNA, packet=2))
    assert reasons(porch) == ["plan", "note"]


def test_while_nobody_can_write_what_is_owed_is_read(porch: Porch) -> None:
    commits_once(porch, tap(ANNA))
    with locked(porch.store):
        porch.takes(tap(ANNA, packet=2))
        porch.takes(tap(BEA, packet=3))
        porch.takes(tap(ANNA, "t2", NOON + SECOND, packet=4))
        assert written(porch) == (0, 0, True)
    porch.rests()
    assert said(porch) == [(True, "plan"), (False, "replay"), (True, "repeat")]
    assert reasons(porch) == ["plan", "replay", "repeat"]
    assert porch.wires.released == []


def pressed(porch: Porch, at: datetime) -> bool:
    with reading_book(porch.store, SITE) as book:
        return is_known(book, "entrance", own_key("exit", "p1"), at)


def test_an_exit_press_opens_once_though_its_answer_was_only_owed(porch: Porch) -> None:
    commits_once(porch, press())
    assert written(porch) == (0, 0, True)
    assert pressed(porch, NOON)
    with locked(porch.store):
        porch.takes(press(packet=2))
    porch.takes(press(packet=3))
    assert porch.wires.released == []
    assert reasons(porch) == ["exit"]
