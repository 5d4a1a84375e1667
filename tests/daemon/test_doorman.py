"""The doorman's rounds without a wire: batches, poison, what one tap means for the next."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from daemon.alarms.flood import MOST
from daemon.store.engine import Store
from daemon.store.tables import EntryRow, JournalRow, MemberRow, PlanRow, VisitRow
from devices.clock import micros, moment
from devices.contract import Command, Feedback, Nonsense, Nothing, Nudge, Receipt, Tap
from devices.uid import Uid, keyed_hash
from tests.daemon.porch import ANNA, BEA, KEY, STRANGER, ListedWires, Porch, press, tap
from tests.daemon.store.building import HOUR, MINUTE, NOON, SECOND, SITE, badge, member, plan

FOB, CARLA, DARIO = (Uid(bytes([number] * 7)) for number in (3, 4, 5))


def join(porch: Porch, uid: Uid, name: str, **said: object) -> None:
    """Let somebody join, with a badge."""
    with porch.store.writing() as session:
        session.add(member(name, **said))
        session.flush()
        session.add(badge(keyed_hash(uid, KEY), name))


def reasons(porch: Porch) -> list[str | None]:
    """Return the reasons of all entries but those of the day's end."""
    return [reason for _, _, _, reason in porch.journal() if reason != "day-ended"]


def opened(porch: Porch) -> list[str | None]:
    """Return the taps for which a door was opened."""
    return [command.tap for command in porch.wires.released]


def stays(porch: Porch) -> list[tuple[str, datetime, datetime | None]]:
    """Return member, beginning and end of all visits, in order."""
    with porch.store.reading() as session:
        rows = session.query(VisitRow).order_by(VisitRow.began).all()
        return [
            (r.member, moment(r.began), None if r.ended is None else moment(r.ended)) for r in rows
        ]


# ---- first written, then done -------------------------------------------------------------------


class Witness(ListedWires):
    """Wires that look into the journal, from outside, whenever something leaves."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self.seen: list[tuple[str, int]] = []

    def release(self, command: Command) -> bool:
        self._look("release")
        return super().release(command)

    def answer(self, feedback: Feedback) -> None:
        self._look("answer")
        super().answer(feedback)

    def acknowledge(self, receipt: Receipt) -> None:
        self._look("acknowledge")
        super().acknowledge(receipt)

    def _look(self, what: str) -> None:
        with self._store.reading() as session:
            self.seen.append((what, session.query(JournalRow).count()))


@pytest.mark.parametrize("count", [1, 2])
def test_nothing_leaves_before_all_of_it_is_written(
    porch: Porch, tmp_path: Path, count: int
) -> None:
    porch.leaves()
    witness = Witness(porch.store)
    doorman = Porch(porch.store, porch.house, tmp_path, witness)
    doorman.takes(*[tap(ANNA, "t1"), tap(BEA, "t2", packet=2)][:count])
    words = [word for word in ("release", "acknowledge", "answer") for _ in range(count)]
    assert witness.seen == [(word, count) for word in words]
    doorman.leaves()


# ---- several at once ----------------------------------------------------------------------------


def test_taps_that_come_together_are_served_in_their_order(porch: Porch) -> None:
    porch.takes(
        tap(ANNA, "t1"), tap(STRANGER, "t2", packet=2), tap(BEA, "t3", packet=3), press(packet=4)
    )
    assert [entry[1:] for entry in porch.journal()] == [
        ("t1", True, "plan"),
        ("t2", False, "unknown-badge"),
        ("t3", True, "plan"),
        ("p1", True, "exit"),
    ]
    assert opened(porch) == ["t1", "t3", None]
    assert [json.loads(text)["tap"] for text in porch.answers()] == ["t1", "t2", "t3"]
    assert porch.wires.acknowledged == [1, 2, 3, 4]


def test_a_taps_id_cannot_mute_the_exit_button(porch: Porch) -> None:
    porch.takes(tap(ANNA, "exit/p1"), press(packet=2))
    assert opened(porch) == ["exit/p1", None]


def test_the_same_id_twice_in_one_batch_opens_once(porch: Porch) -> None:
    porch.takes(tap(), tap(packet=2, again=True), tap(packet=3))
    assert reasons(porch) == ["plan"]
    assert opened(porch) == ["t1"]
    assert len(porch.answers()) == 3
    assert len(set(porch.answers())) == 1


def test_the_same_id_with_another_badge_in_one_batch_is_a_replay(porch: Porch) -> None:
    porch.takes(tap(ANNA), tap(BEA, packet=2))
    assert reasons(porch) == ["plan", "replay"]
    assert opened(porch) == ["t1"]


def test_who_comes_and_goes_within_one_batch_is_out(porch: Porch) -> None:
    porch.takes(tap(name="in"), tap(name="out", at=NOON + SECOND, reader="inside", packet=2))
    assert porch.visits() == [("anna", "open-space", "tap")]


@pytest.mark.parametrize("seen", [False, True], ids=["a stranger so far", "seen before"])
def test_two_badges_of_one_member_in_one_batch_are_one_person(porch: Porch, *, seen: bool) -> None:
    with porch.store.writing() as session:
        session.add(badge(keyed_hash(FOB, KEY), "anna", id="fob"))
    if seen:
        porch.takes(tap(ANNA, "t0"))
        porch.takes(tap(FOB, "t1", NOON + MINUTE))
    at = NOON + HOUR
    porch.takes(
        tap(ANNA, "t2", at),
        tap(FOB, "t3", at + SECOND, packet=2),
        tap(ANNA, "t4", at + MINUTE, reader="inside", packet=3),
    )
    assert [how for *_, how in porch.visits()][-2:] == ["inferred", "tap"]
    assert {who for who, *_ in porch.visits()} == {"anna"}


def test_a_room_that_enforces_its_capacity_fills_within_one_batch(porch: Porch) -> None:
    join(porch, CARLA, "carla")
    porch.takes(
        tap(ANNA, "t1", door="lab"),
        tap(BEA, "t2", packet=2, door="lab"),
        tap(CARLA, "t3", packet=3, door="lab"),
    )
    assert reasons(porch) == ["plan", "plan", "capacity"]
    porch.takes(
        tap(ANNA, "t4", NOON + MINUTE, reader="inside"),
        tap(CARLA, "t5", NOON + MINUTE, packet=2, door="lab"),
    )
    assert reasons(porch)[3:] == ["plan", "plan"]


def test_what_is_nobodys_business_is_only_acknowledged(porch: Porch) -> None:
    porch.takes(Nothing(NOON, Receipt(1, 7, again=False)), Nudge(NOON, Receipt(1, 8, again=False)))
    assert porch.journal() == []
    assert porch.wires.acknowledged == [7, 8]


def test_a_message_that_makes_no_sense_is_written_once(porch: Porch) -> None:
    odd = Nonsense("malformed", "no JSON", "lab", None, NOON, "print", "tap", Receipt(1, 1, False))  # noqa: FBT003 - a receipt's field
    porch.takes(odd, odd._replace(receipt=Receipt(1, 1, again=True)))
    porch.takes(odd)
    assert reasons(porch) == ["malformed", "malformed"]
    assert [json.loads(text)["reason"] for text in porch.answers()] == ["malformed"] * 3


# ---- poison -------------------------------------------------------------------------------------


@pytest.fixture
def poisoned(porch: Porch) -> Porch:
    """Give a house where Carla's plan cannot be read: nobody knows what to do about her taps."""
    with porch.store.writing() as session:
        session.add(plan("torn", rooms="[half a list"))
    join(porch, CARLA, "carla", plan="torn")
    return porch


def test_a_tap_that_cannot_be_served_is_set_aside_and_the_others_are_served(
    poisoned: Porch, caplog: pytest.LogCaptureFixture
) -> None:
    poisoned.takes(tap(ANNA, "t1"), tap(CARLA, "t2", packet=2), tap(BEA, "t3", packet=3))
    assert reasons(poisoned) == ["plan", "set-aside", "plan"]
    assert opened(poisoned) == ["t1", "t3"]
    assert poisoned.wires.acknowledged == [1, 2, 3]
    assert "set aside" in caplog.text


def test_after_poison_the_next_one_is_served(poisoned: Porch) -> None:
    poisoned.takes(tap(CARLA, "t1"))
    poisoned.takes(tap(ANNA, "t2", NOON + SECOND, packet=2))
    assert reasons(poisoned) == ["set-aside", "plan"]
    assert poisoned.visits() == [("anna", "open-space", None)]


def test_once_the_poison_is_gone_the_same_tap_is_served(poisoned: Porch) -> None:
    poisoned.takes(tap(CARLA, "t1"))
    with poisoned.store.writing() as session:
        session.execute(update(PlanRow).where(PlanRow.id == "torn").values(rooms=None))
    poisoned.takes(tap(CARLA, "t1", packet=2))
    assert reasons(poisoned) == ["set-aside", "plan"]


def test_strangers_beside_poison_are_not_counted_twice(poisoned: Porch) -> None:
    poisoned.takes(*(tap(STRANGER, f"s{n}", packet=n) for n in range(5)))
    flood = [tap(STRANGER, f"t{n}", packet=n) for n in range(MOST)]
    poisoned.takes(*flood, tap(CARLA, "bad", packet=900))
    assert reasons(poisoned).count("throttled") == MOST


# ---- what one tap means for the next ------------------------------------------------------------


def test_a_reader_that_saw_five_strangers_rests_but_lets_members_in(porch: Porch) -> None:
    porch.takes(*(tap(STRANGER, f"s{n}", NOON + n * SECOND, packet=n) for n in range(1, 8)))
    porch.takes(tap(ANNA, "t1", NOON + 8 * SECOND))
    told = ["unknown-badge"] * 5 + ["repeated-refusals"] + ["throttled"] * 2 + ["plan"]
    assert reasons(porch) == told
    porch.takes(tap(STRANGER, "s8", NOON + 9 * SECOND, door="lab"))
    porch.takes(tap(STRANGER, "s9", NOON + 36 * SECOND))
    assert reasons(porch)[-2:] == ["unknown-badge"] * 2


def test_a_reader_that_dates_all_alike_rests_as_well(porch: Porch) -> None:
    porch.takes(*(tap(STRANGER, f"s{n}", packet=n) for n in range(1, 8)))
    assert reasons(porch).count("unknown-badge") == 5


def test_a_repeat_opens_nothing_until_its_seconds_are_over(porch: Porch) -> None:
    for number, seconds in enumerate((0, 4, 5, 6)):
        porch.takes(tap(name=f"t{number}", at=NOON + seconds * SECOND))
    assert reasons(porch) == ["plan", "repeat", "plan", "repeat"]
    assert opened(porch) == ["t0", "t2"]


def test_a_repeat_that_is_now_refused_is_refused(porch: Porch) -> None:
    porch.takes(tap(name="t1"))
    with porch.store.writing() as session:
        session.execute(update(MemberRow).where(MemberRow.id == "anna").values(status="suspended"))
    porch.takes(tap(name="t2", at=NOON + SECOND))
    assert reasons(porch) == ["plan", "member-suspended"]


def test_entries_of_the_month_are_days_and_run_out(porch: Porch) -> None:
    with porch.store.writing() as session:
        session.add(plan("two", entries_per_month=2))
    join(porch, DARIO, "dario", plan="two")
    day = timedelta(days=1)
    moments = (0 * day, HOUR, day, day + HOUR, 2 * day, 40 * day)
    for number, after in enumerate(moments):
        porch.takes(tap(DARIO, f"t{number}", NOON + after))
    assert reasons(porch) == ["plan"] * 4 + ["no-entries-left", "plan"]
    with porch.store.reading() as session:
        assert session.query(EntryRow).count() == 3


def test_entries_run_out_within_one_batch_too(porch: Porch) -> None:
    with porch.store.writing() as session:
        session.add(plan("two", entries_per_month=2))
    join(porch, DARIO, "dario", plan="two")
    days = (NOON + timedelta(days=number) for number in range(3))
    porch.now = NOON + timedelta(days=3)
    porch.takes(*(tap(DARIO, f"t{n}", at, packet=n) for n, at in enumerate(days)))
    assert reasons(porch) == ["plan", "plan", "no-entries-left"]


# ---- late facts and the end of the day ----------------------------------------------------------


def late(name: str, minutes: int, reader: str = "outside", now: datetime = NOON) -> Tap:
    """Return a tap of Anna's that was `minutes` on its way."""
    said = now - minutes * MINUTE
    return tap(ANNA, name, now, reader=reader)._replace(at=said)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
@pytest.mark.parametrize("together", [False, True])
def test_late_facts_land_at_their_own_time_in_whatever_order(
    porch: Porch, order: tuple[int, ...], *, together: bool
) -> None:
    facts = [
        late("t0", 100),
        late("t1", 80, "inside"),
        late("t2", 60),
        late("t3", 30, "inside"),
    ]
    arriving = [facts[number] for number in order]
    for batch in [arriving] if together else [[each] for each in arriving]:
        porch.takes(*batch)
    assert stays(porch) == [
        ("anna", NOON - 100 * MINUTE, NOON - 80 * MINUTE),
        ("anna", NOON - 60 * MINUTE, NOON - 30 * MINUTE),
    ]
    assert opened(porch) == []
    assert reasons(porch) == ["late"] * 4


def test_a_fact_from_the_future_moves_nobody(porch: Porch) -> None:
    porch.takes(tap(name="t1")._replace(at=NOON + timedelta(days=365)))
    porch.takes(tap(name="t2", at=NOON + SECOND))
    assert reasons(porch) == ["late", "plan"]
    assert stays(porch) == [("anna", NOON + SECOND, None)]


def test_who_is_still_in_when_the_day_ends_is_closed_without_a_made_up_hour(porch: Porch) -> None:
    porch.takes(tap())
    porch.passes(15 * 3600 - 1)  # 04:00 in Rome is 03:00 in UTC
    porch.doorman.turn()
    assert porch.visits() == [("anna", "open-space", None)]
    porch.passes(1)
    porch.doorman.turn()
    assert porch.visits() == [("anna", "open-space", "auto")]
    assert stays(porch) == [("anna", NOON, None)]
    assert porch.journal()[-1][3] == "day-ended"


def test_a_day_that_ended_while_nobody_was_on_duty_is_closed_at_the_start(
    porch: Porch, tmp_path: Path
) -> None:
    with porch.store.writing() as session:
        began = micros(NOON - timedelta(days=2))
        session.add(
            VisitRow(site=SITE, id="v0", member="anna", room="lab", began=began, began_by="tap")
        )
    porch.leaves()
    successor = Porch(porch.store, porch.house, tmp_path)
    assert successor.visits() == [("anna", "lab", "auto")]
    successor.leaves()
