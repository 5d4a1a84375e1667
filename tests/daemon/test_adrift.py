import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.adrift import Adrift
from daemon.doorman import LANDED_AT_ONCE
from daemon.landing import read, written_down
from daemon.store.engine import Store
from daemon.store.sight import Sight
from daemon.store.tables import SiteRow
from daemon.store.trouble import Unavailable
from daemon.taps import Doorstep, take_tap
from devices.contract import Level, Nonsense, Nothing, Nudge, Receipt, Signal
from devices.uid import keyed_hash
from tests.daemon.porch import ANNA, BEA, KEY, STRANGER, Porch, level, locked, press, tap
from tests.daemon.store.building import HOUR, NOON, SECOND, SITE


def said(porch: Porch) -> list[tuple[bool, str]]:
    """Return granted and reason of every answer."""
    answers = [json.loads(text) for text in porch.answers()]
    return [(answer["granted"], answer["reason"]) for answer in answers]


def unlocked(porch: Porch) -> list[str | None]:
    """Return the taps that opened a door; None for an exit press."""
    return [command.tap for command in porch.wires.released]


def ruin(store: Store) -> None:
    """Make the database unreadable where it stands."""
    path = Path(str(store.url.database))
    for ending in ("", "-wal", "-shm"):
        beside = path.with_name(path.name + ending)
        with beside.open("r+b") as file:
            file.write(b"?" * beside.stat().st_size)


@contextmanager
def nothing_written(spool: Path, porch: Porch) -> Iterator[None]:
    """Let every write to the spool fail."""
    descriptor = porch.spool._file
    keep = os.dup(descriptor)
    readable = os.open(spool, os.O_RDONLY)
    os.dup2(readable, descriptor)
    yield
    os.dup2(keep, descriptor)
    os.close(keep)
    os.close(readable)


def odd(packet: int = 1, *, again: bool = False) -> Nonsense:
    receipt = Receipt(1, packet, again)
    return Nonsense("malformed", "no uid", "entrance", "x", NOON, f"odd-{packet}", "tap", receipt)


def test_members_come_in_and_strangers_do_not_while_somebody_holds_the_database(
    porch: Porch,
) -> None:
    with locked(porch.store):
        porch.takes(tap(ANNA, "t1"), tap(STRANGER, "t2", packet=2))
        assert said(porch) == [(True, "plan"), (False, "unknown-badge")]
        assert unlocked(porch) == ["t1"]
        assert porch.wires.acknowledged == [1, 2]
        assert porch.journal() == []
    porch.rests()
    assert porch.journal() == [
        ("tap", "t1", True, "plan"),
        ("tap", "t2", False, "unknown-badge"),
    ]
    assert porch.visits() == [("anna", "open-space", None)]
    assert unlocked(porch) == ["t1"]
    assert len(said(porch)) == 2


def test_what_waited_lands_in_order_before_anything_new(porch: Porch) -> None:
    with locked(porch.store):
        for number in range(5):
            porch.takes(tap(BEA, f"t{number}", NOON + number * 10 * SECOND))
    porch.takes(tap(ANNA, "new"))
    assert [entry[1] for entry in porch.journal()] == ["t0", "t1", "t2", "t3", "t4", "new"]
    assert not porch.adrift


def test_the_same_message_gets_the_same_answer_and_opens_once(porch: Porch) -> None:
    with locked(porch.store):
        porch.takes(tap(ANNA), tap(ANNA, packet=2))
        porch.takes(tap(ANNA, packet=3))
        assert len(set(porch.answers())) == 1
        assert len(porch.answers()) == 3
    porch.takes(tap(ANNA, packet=4))
    assert len(set(porch.answers())) == 1
    assert unlocked(porch) == ["t1"]
    assert len(porch.journal()) == 1
    assert porch.wires.acknowledged == [1, 2, 3, 4]


def test_a_message_answered_before_the_trouble_is_not_decided_anew(porch: Porch) -> None:
    porch.takes(tap(ANNA))
    with locked(porch.store):
        porch.takes(tap(ANNA, packet=2))
    porch.rests()
    assert len(set(porch.answers())) == 1
    assert unlocked(porch) == ["t1"]
    assert len(porch.journal()) == 1


@pytest.mark.parametrize("before", [True, False])
def test_the_same_message_with_another_badge_is_a_replay(porch: Porch, *, before: bool) -> None:
    with ExitStack() as trouble:
        if before:
            porch.takes(tap(ANNA))
        trouble.enter_context(locked(porch.store))
        if not before:
            porch.takes(tap(ANNA))
        porch.takes(tap(BEA, packet=2))
        porch.takes(tap(ANNA, packet=3))
    porch.rests()
    assert said(porch) == [(True, "plan"), (False, "replay"), (True, "plan")]
    assert unlocked(porch) == ["t1"]
    assert [entry[3] for entry in porch.journal()] == ["plan", "replay"]


def test_messages_without_an_id_are_each_their_own(porch: Porch) -> None:
    later = NOON + 10 * SECOND
    with locked(porch.store):
        porch.takes(tap(ANNA, None), tap(ANNA, None, later))
        porch.takes(tap(ANNA, None, later + 10 * SECOND))
        porch.takes(tap(ANNA, None, again=True))  # the first, handed over once more
    porch.rests()
    assert len(unlocked(porch)) == 3
    assert len({entry[1] for entry in porch.journal()}) == 3


def test_who_taps_twice_within_seconds_opens_once(porch: Porch) -> None:
    with locked(porch.store):
        porch.takes(tap(ANNA, "t1"))
        porch.takes(tap(ANNA, "t2", NOON + 2 * SECOND))
        porch.takes(tap(ANNA, "t3", NOON + 6 * SECOND))
    porch.rests()
    assert [reason for _, reason in said(porch)] == ["plan", "repeat", "plan"]
    assert unlocked(porch) == ["t1", "t3"]


def test_a_late_tap_opens_nothing(porch: Porch) -> None:
    with locked(porch.store):
        porch.takes(tap(ANNA, late=True))
    porch.rests()
    assert said(porch) == [(False, "late")]
    assert unlocked(porch) == []
    assert porch.visits() == [("anna", "open-space", None)]  # the reader has let her in


def test_the_exit_opens_once_for_each_press(porch: Porch) -> None:
    porch.takes(press("before"))
    with locked(porch.store):
        porch.takes(press("before"), tap(ANNA, "p1"), press("p1"), press("p1"))
        porch.takes(press("p1"), press(None, packet=7), press(None, packet=7))
    porch.rests()
    assert unlocked(porch) == [None, "p1", None, None, None]
    kinds = [entry[0] for entry in porch.journal()]
    assert sorted(kinds) == ["exit"] * 4 + ["tap"]


def test_what_doors_report_lands_at_its_place_and_blocks_nothing(porch: Porch) -> None:
    with locked(porch.store):
        porch.takes(level(is_open=False), odd(2), Nudge(NOON, Receipt(1, 3, again=False)))
        porch.takes(tap(ANNA, packet=4), level(is_open=True, packet=5))
        porch.takes(Nothing(NOON, Receipt(1, 6, again=False)))
        assert porch.wires.acknowledged == [1, 2, 3, 4, 5, 6]
        assert said(porch) == [(False, "malformed"), (True, "plan")]
    porch.rests()
    kinds = [(entry[0], entry[3]) for entry in porch.journal()]
    assert kinds == [
        ("door", "state"),
        ("tap", "malformed"),
        ("tap", "plan"),
        ("door", "state"),
        ("alarm", "door-forced"),
    ]
    assert len(said(porch)) == 2


def test_killed_between_landing_and_forgetting_nothing_lands_twice(
    porch: Porch, tmp_path: Path
) -> None:
    everything: list[Signal] = [
        tap(ANNA),
        tap(BEA, packet=2),  # a replay
        tap(BEA, None, packet=3),
        press(None, packet=4),
        level(is_open=False, packet=5),
        odd(6),
        odd(6),
    ]
    with locked(porch.store):
        porch.takes(*everything)
    before = (tmp_path / "spool").read_bytes()
    porch.rests()
    landed = porch.journal()
    assert len(landed) == len(everything)
    porch.leaves()
    (tmp_path / "spool").write_bytes(before)
    successor = Porch(porch.store, porch.house, tmp_path)
    assert len(successor.adrift) == len(everything)
    successor.rests()
    assert not successor.adrift
    assert successor.journal() == landed
    assert successor.wires.released == []
    successor.leaves()


def test_killed_before_landing_all_lands_with_the_successor(porch: Porch, tmp_path: Path) -> None:
    with locked(porch.store):
        porch.takes(tap(ANNA), press(), level(is_open=True))
        porch.leaves()
    successor = Porch(porch.store, porch.house, tmp_path)
    with locked(porch.store):
        successor.takes(tap(ANNA, packet=7))
    successor.rests()
    assert [entry[0] for entry in successor.journal()] == ["tap", "exit", "door"]
    assert successor.wires.released == []
    assert len(successor.answers()) == 1
    successor.leaves()


def test_who_begins_while_the_database_is_held_serves_and_takes_up_the_work_later(
    porch: Porch, tmp_path: Path
) -> None:
    porch.takes(tap(ANNA, "t1"))
    porch.leaves()
    with locked(porch.store):
        successor = Porch(porch.store, porch.house, tmp_path)
        successor.takes(tap(BEA, "t2"), press(packet=2))
        successor.takes(tap(ANNA, "t1", packet=3))
        successor.rests()
        assert unlocked(successor) == ["t2", None]
        assert said(successor) == [(True, "plan"), (True, "plan")]
        assert successor.wires.acknowledged == [1, 2, 3]
        assert [entry[1] for entry in successor.journal()] == ["t1"]
    successor.rests()
    successor.takes(tap(ANNA, "t3", successor.now, reader="inside"))
    assert [entry[1] for entry in successor.journal()] == ["t1", "t2", "p1", "t3"]
    assert unlocked(successor) == ["t2", None, "t3"]
    assert successor.visits() == [("anna", "open-space", "tap"), ("bea", "open-space", None)]
    successor.leaves()


def test_a_damaged_database_is_none_to_begin_beside(porch: Porch, tmp_path: Path) -> None:
    porch.takes(tap(ANNA))
    porch.leaves()
    ruin(porch.store)
    with pytest.raises(Unavailable):
        Porch(porch.store, porch.house, tmp_path)


def test_who_was_seen_before_comes_in_though_the_database_cannot_be_read(porch: Porch) -> None:
    porch.takes(tap(ANNA, "t1"))
    ruin(porch.store)
    porch.takes(tap(ANNA, "t2", NOON + 10 * SECOND))
    porch.takes(tap(BEA, "t3"))
    assert unlocked(porch) == ["t1", "t2"]
    assert said(porch)[1:] == [(True, "plan"), (False, "broken-facts")]


def test_what_is_recalled_of_a_badge_is_not_what_its_last_message_was_like(porch: Porch) -> None:
    porch.takes(tap(ANNA, "t1", late=True))
    porch.takes(tap(BEA, "t2"))
    porch.takes(tap(BEA, "t3", NOON + SECOND))
    assert [reason for _, reason in said(porch)] == ["late", "plan", "repeat"]
    ruin(porch.store)
    soon = NOON + 30 * SECOND
    porch.takes(tap(ANNA, "t4", soon), tap(BEA, "t5", soon), tap(BEA, "t6", soon, late=True))
    assert [reason for _, reason in said(porch)][3:] == ["plan", "plan", "late"]
    assert unlocked(porch) == ["t2", "t4", "t5"]


def test_a_lockdown_that_anybody_met_is_recalled_for_all(porch: Porch) -> None:
    porch.takes(tap(ANNA, "t1"), tap(BEA, "t2"))
    with porch.store.writing() as session:
        session.get_one(SiteRow, SITE).lockdown = True
    porch.takes(tap(STRANGER, "t3"))
    ruin(porch.store)
    later = NOON + 10 * SECOND
    porch.takes(tap(ANNA, "t4", later), tap(ANNA, "t5", later, door="lab"), press())
    assert [reason for _, reason in said(porch)][2:] == ["lockdown"] * 3
    assert unlocked(porch) == ["t1", "t2", None]


def test_strangers_do_not_drive_members_out_of_memory(porch: Porch) -> None:
    seen: dict[bytes, Sight] = {}
    adrift = Adrift(Doorstep(porch.house, KEY), porch.store, porch.spool)
    step = Doorstep(porch.house, KEY, seen.__setitem__)
    with porch.desk.open() as book:
        take_tap(book, step, tap(ANNA), guarded=False)
        take_tap(book, step, tap(STRANGER, "t2"), guarded=False)
    member, stranger = (seen[keyed_hash(uid, KEY)] for uid in (ANNA, STRANGER))
    adrift.remember(keyed_hash(ANNA, KEY), member)
    for number in range(6000):
        adrift.remember(number.to_bytes(4), stranger)
    ruin(porch.store)
    [deed] = adrift.serve([tap(ANNA, "t3", NOON + HOUR)])
    assert deed.command is not None


@pytest.mark.parametrize(
    "waiting",
    [
        Level("lab", NOON, open=None, locked=True, online=False),
        Level("lab", NOON, open=True, receipt=Receipt(0, 0, again=True)),
        odd()._replace(receipt=None),
        odd()._replace(door=None, id=None, receipt=Receipt(0, 0, again=True)),
    ],
)
def test_what_is_written_down_is_read_as_it_was(waiting: Level | Nonsense) -> None:
    assert read(written_down(waiting)) == waiting


def test_when_nothing_can_be_written_doors_stay_shut_until_it_can(
    porch: Porch, tmp_path: Path
) -> None:
    with locked(porch.store), nothing_written(tmp_path / "spool", porch):
        porch.takes(tap(ANNA), tap(BEA, "t2", packet=2))
        porch.takes(tap(ANNA, packet=3))
        assert porch.wires.released == []
        assert porch.wires.acknowledged == []
        assert porch.answers() == []
    porch.takes()
    assert unlocked(porch) == ["t1", "t2"]
    assert porch.wires.acknowledged == [1, 2, 3]
    assert len(porch.journal()) == 2


def test_what_could_not_be_spooled_is_decided_anew_once_it_can(
    porch: Porch, tmp_path: Path
) -> None:
    with locked(porch.store):
        with nothing_written(tmp_path / "spool", porch):
            porch.takes(tap(ANNA))
            assert porch.wires.released == []
        porch.takes()
        assert unlocked(porch) == ["t1"]
        assert said(porch) == [(True, "plan")]
        assert porch.wires.acknowledged == [1]
    porch.rests()
    assert len(porch.journal()) == 1


def test_what_can_never_land_is_set_aside_alone(porch: Porch, tmp_path: Path) -> None:
    with locked(porch.store):
        porch.takes(tap(ANNA), level(is_open=False), tap(BEA, "t2"))
    porch.leaves()
    doors = {"entrance": porch.house.doors["entrance"]}  # the lab's was taken out meanwhile
    successor = Porch(porch.store, replace(porch.house, doors=doors), tmp_path)
    successor.takes(tap(ANNA, "t3", NOON + HOUR))
    assert [entry[1] for entry in successor.journal()] == ["t1", "t2", "t3"]
    aside = (tmp_path / "spool.set-aside").read_text().splitlines()
    assert [json.loads(line[9:])["door"] for line in aside] == ["lab"]
    successor.leaves()


def test_what_waited_for_long_lands_in_pieces_with_a_sign_of_life_after_each(porch: Porch) -> None:
    count = 2 * LANDED_AT_ONCE + 1
    with locked(porch.store):
        porch.takes(*(level(NOON + n * SECOND, is_open=n % 2 == 0) for n in range(count)))
    assert porch.signs_of_life == 0
    porch.rests()
    assert porch.signs_of_life == 3
    assert [entry[3] for entry in porch.journal()].count("state") == count
