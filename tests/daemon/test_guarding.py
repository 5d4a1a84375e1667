"""Doors that ask for more than a badge, through the doorman's real loop on a real database."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from daemon.access.facts import Hold
from daemon.config import load
from daemon.house import house_of
from daemon.pins import pin_hash
from daemon.store import acts, member_pins
from daemon.store.acts import Wish
from daemon.store.engine import Store
from daemon.store.people import Act, Actor
from daemon.store.tables import FirstBadgeRow, JournalRow, MemberRow, PinRow
from devices.contract import Action, Pin, Tap
from devices.uid import Uid
from tests.daemon.porch import ANNA, BEA, KEY, STRANGER, Porch, locked, move_in
from tests.daemon.store.building import SITE

_SETTINGS = """\
[site]
id = "cooffice"
name = "CoOffice"
[[rooms]]
id = "open-space"
[[doors]]
id = "front"
room = "open-space"
entrance = true
passback = "{passback}"
readers = [{{ id = "outside" }}, {{ id = "inside", role = "exit" }}]
[[doors]]
id = "vault"
room = "open-space"
two_badges = true
readers = [{{ id = "main" }}, {{ id = "inside", role = "exit" }}]
[[doors]]
id = "safe"
room = "open-space"
pin = true
[[doors]]
id = "shop"
room = "open-space"
open = [{{ days = ["tue"], from = "09:00", to = "18:00" }}]
"""
Make = Callable[[str], Porch]


@pytest.fixture
def make(tmp_path: Path, sqlite_ready: Path) -> Iterator[Make]:
    """Return what makes a doorman on duty, in a house with this anti-passback."""
    path, made = tmp_path / "usciere.db", list[Porch]()
    path.write_bytes(sqlite_ready.read_bytes())
    store = Store(f"sqlite:///{path}")
    move_in(store, SITE)

    def porch(passback: str = "off") -> Porch:
        config = tmp_path / f"{passback}.toml"
        config.write_text(_SETTINGS.format(passback=passback))
        folder = tmp_path / f"{passback}-{len(made)}"
        folder.mkdir()
        made.append(Porch(store, house_of(load(config, {})), folder))
        return made[-1]

    yield porch
    for each in made:
        each.leaves()
    store.close()


@pytest.fixture
def porch(make: Make) -> Porch:
    return make("off")


def tapped(  # noqa: PLR0913 - what tells one tap from another
    porch: Porch,
    uid: Uid,
    door: str,
    reader: str = "main",
    *,
    pin: str | None = None,
    later: float = 6,
) -> str:
    """Let somebody tap `later` seconds after the last; return the reason they are told."""
    porch.passes(later)
    number = len(porch.wires.answered)
    typed = None if pin is None else Pin(pin)
    porch.takes(Tap(door, reader, uid, f"t{number}", porch.now, porch.now, f"p{number}", pin=typed))
    return str(json.loads(porch.answers()[-1])["reason"])


def alarms(porch: Porch) -> list[tuple[str, str | None]]:
    with porch.store.reading() as session:
        j = JournalRow
        found = session.execute(select(j.reason, j.member).where(j.kind == "alarm"))
        return [(str(row[0]), row[1]) for row in found]


def act(porch: Porch) -> Act:
    return Act(porch.store, SITE, Actor("porter"), porch.now)


def with_pin(porch: Porch, digits: str = "4711", member: str = "anna") -> None:
    member_pins.set_pin(act(porch), member, pin_hash(member, digits, KEY))


# ---- anti-passback ------------------------------------------------------------------------------


def test_a_badge_that_is_handed_back_out_opens_no_second_time(make: Make) -> None:
    porch = make("enforce")
    assert tapped(porch, ANNA, "front", "outside") == "plan"
    assert tapped(porch, ANNA, "front", "outside") == "passback"
    assert tapped(porch, ANNA, "front", "inside") in {"plan", "exit"}
    assert tapped(porch, ANNA, "front", "outside") == "plan"
    assert [visit[2] for visit in porch.visits()] == ["tap", None]


def test_the_same_tap_twice_in_a_row_is_a_repeat(make: Make) -> None:
    porch = make("enforce")
    assert tapped(porch, ANNA, "front", "outside") == "plan"
    assert tapped(porch, ANNA, "front", "outside", later=2) == "repeat"
    assert alarms(porch) == []


def test_nobody_is_kept_in_by_passback(make: Make) -> None:
    porch = make("enforce")
    for _ in range(3):
        assert tapped(porch, ANNA, "front", "inside") in {"plan", "exit"}


def test_passback_that_alerts_lets_pass_and_tells_staff(make: Make) -> None:
    porch = make("alert")
    assert tapped(porch, ANNA, "front", "outside") == "plan"
    assert alarms(porch) == []
    assert tapped(porch, ANNA, "front", "outside") == "plan"
    assert alarms(porch) == [("passback", "anna")]
    assert [visit[2] for visit in porch.visits()] == ["inferred", None]


def test_a_timed_passback_is_over_after_its_minutes(make: Make) -> None:
    porch = make("timed")
    tapped(porch, ANNA, "front", "outside")
    assert tapped(porch, ANNA, "front", "outside", later=14 * 60) == "passback"
    assert tapped(porch, ANNA, "front", "outside", later=60) == "plan"


def test_who_forgot_to_leave_yesterday_may_enter_today(make: Make) -> None:
    porch = make("enforce")
    tapped(porch, ANNA, "front", "outside")
    assert tapped(porch, ANNA, "front", "outside", later=20 * 3600) == "plan"


def test_staff_who_enter_twice_are_let_in_and_told_of(make: Make) -> None:
    porch = make("enforce")
    with porch.store.writing() as session:
        session.execute(update(MemberRow).where(MemberRow.id == "bea").values(role="staff"))
    assert tapped(porch, BEA, "front", "outside") == "staff"
    assert tapped(porch, BEA, "front", "outside") == "staff"
    assert alarms(porch) == [("passback", "bea")]


# ---- PINs ---------------------------------------------------------------------------------------


def test_badge_and_pin_open_together_and_neither_alone(porch: Porch) -> None:
    with_pin(porch)
    assert tapped(porch, ANNA, "safe") == "pin-needed"
    assert tapped(porch, ANNA, "safe", pin="4712") == "pin-wrong"
    assert tapped(porch, ANNA, "safe", pin="4711") == "plan"
    assert tapped(porch, BEA, "safe", pin="4711") == "pin-wrong"
    assert tapped(porch, STRANGER, "safe", pin="4711") == "unknown-badge"


@pytest.mark.parametrize("typed", ["", "471", "471٤", "4711 ", "4711" * 1000, "\x00"])
def test_what_is_no_pin_is_a_wrong_one(porch: Porch, typed: str) -> None:
    with_pin(porch)
    assert tapped(porch, ANNA, "safe", pin=typed) == "pin-wrong"


def test_after_five_wrong_ones_the_right_one_waits_ten_minutes(porch: Porch) -> None:
    with_pin(porch)
    assert {tapped(porch, ANNA, "safe", pin=f"000{n}") for n in range(5)} == {"pin-wrong"}
    assert tapped(porch, ANNA, "safe", pin="4711") == "pin-wrong"
    assert tapped(porch, ANNA, "safe", pin="4711", later=580) == "pin-wrong"
    assert tapped(porch, ANNA, "safe", pin="4711", later=20) == "plan"
    assert [each[0] for each in alarms(porch)] == ["repeated-refusals"]


def test_the_right_one_and_a_new_one_end_the_count(porch: Porch) -> None:
    with_pin(porch)
    for _ in range(4):
        tapped(porch, ANNA, "safe", pin="0000")
    assert tapped(porch, ANNA, "safe", pin="4711") == "plan"
    for _ in range(5):
        tapped(porch, ANNA, "safe", pin="0000")
    with_pin(porch, "2222")
    assert tapped(porch, ANNA, "safe", pin="2222") == "plan"


def test_a_pin_counts_also_while_the_database_is_locked(porch: Porch) -> None:
    with_pin(porch)
    tapped(porch, ANNA, "safe")
    with locked(porch.store):
        assert tapped(porch, ANNA, "safe", pin="4712") == "pin-wrong"
        assert tapped(porch, ANNA, "safe", pin="4711") == "plan"


def test_a_pin_is_written_nowhere(porch: Porch, tmp_path: Path) -> None:
    with_pin(porch, "73194682")
    tapped(porch, ANNA, "safe", pin="73194682")
    with locked(porch.store):
        tapped(porch, ANNA, "safe", pin="73194683")
    porch.rests()
    for file in tmp_path.rglob("*"):
        assert file.is_dir() or b"7319468" not in file.read_bytes(), file
    with porch.store.reading() as session:
        assert len(session.scalars(select(PinRow.hash)).one()) == 32


def test_the_same_pin_of_two_members_is_kept_differently() -> None:
    assert pin_hash("anna", "4711", KEY) != pin_hash("bea", "4711", KEY)
    assert pin_hash("anna", "4711", KEY) != pin_hash("anna", "4711", bytes([1] * 32))


def test_setting_and_removing_a_pin_is_told_without_it(porch: Porch) -> None:
    with_pin(porch)
    for _ in range(2):
        member_pins.drop_pin(act(porch), "anna")
    assert [entry[3] for entry in porch.journal()] == ["pin-set", "pin-removed"]
    assert tapped(porch, ANNA, "safe", pin="4711") == "pin-wrong"


# ---- two badges ---------------------------------------------------------------------------------


def test_two_people_open_a_door_of_two_badges(porch: Porch) -> None:
    assert tapped(porch, ANNA, "vault") == "second-badge-needed"
    assert tapped(porch, BEA, "vault") == "plan"
    assert len(porch.wires.released) == 1
    with porch.store.reading() as session:
        said = session.scalars(select(JournalRow.detail).order_by(JournalRow.seq.desc())).first()
    assert json.loads(said or "{}")["with"] == "anna"
    assert tapped(porch, BEA, "vault") == "second-badge-needed"  # the next two


def test_one_person_is_not_two(porch: Porch) -> None:
    for _ in range(6):
        assert tapped(porch, ANNA, "vault") == "second-badge-needed"
        assert tapped(porch, ANNA, "safe") == "pin-needed"
    assert alarms(porch) == []  # they have only begun


def test_the_second_must_come_in_time(porch: Porch) -> None:
    tapped(porch, ANNA, "vault")
    assert tapped(porch, BEA, "vault", later=30) == "second-badge-needed"
    assert tapped(porch, ANNA, "vault", later=29) == "plan"


def test_a_stranger_is_no_first_badge(porch: Porch) -> None:
    tapped(porch, STRANGER, "vault")
    assert tapped(porch, ANNA, "vault") == "second-badge-needed"


def test_one_leaves_alone(porch: Porch) -> None:
    assert tapped(porch, ANNA, "vault", "inside") in {"plan", "exit"}


def test_who_tapped_first_is_forgotten_where_nobody_followed(porch: Porch) -> None:
    tapped(porch, ANNA, "vault")
    porch.passes(2 * 3600)
    porch.rests()
    with porch.store.reading() as session:
        assert session.scalars(select(FirstBadgeRow.member)).all() == []


# ---- open schedules -----------------------------------------------------------------------------


def test_the_open_schedule_begins_with_the_first_of_the_staff(porch: Porch) -> None:
    with_staff(porch)
    assert tapped(porch, ANNA, "shop") == "room-closed"
    assert tapped(porch, BEA, "front", "outside") == "staff"
    assert tapped(porch, ANNA, "shop") == "open-schedule"
    assert tapped(porch, ANNA, "shop", later=8 * 3600) == "room-closed"
    assert tapped(porch, ANNA, "shop", later=timedelta(days=7).total_seconds() - 8 * 3600) == (
        "room-closed"  # next Tuesday, before anybody of the staff has come
    )


def with_staff(porch: Porch) -> None:
    """Let Bea be of the staff, and Anna have no right of her own."""
    with porch.store.writing() as session:
        session.execute(update(MemberRow).where(MemberRow.id == "anna").values(plan=None))
        session.execute(update(MemberRow).where(MemberRow.id == "bea").values(role="staff"))


def orders(porch: Porch) -> list[tuple[str, Action]]:
    """Return what locks were told that nobody tapped for."""
    return [(each.door, each.action) for each in porch.wires.released if each.tap is None]


def test_a_door_stands_open_from_the_first_of_the_staff_to_the_end_of_its_hours(
    porch: Porch,
) -> None:
    with_staff(porch)
    porch.rests()
    assert orders(porch) == []
    tapped(porch, BEA, "front", "outside")
    porch.rests()
    assert orders(porch) == [("shop", Action.HOLD_OPEN)]
    porch.passes(3 * 3600)
    porch.rests()
    assert orders(porch) == [("shop", Action.HOLD_OPEN)]
    porch.passes(2 * 3600)  # it is 18:00
    porch.rests()
    assert orders(porch) == [("shop", Action.HOLD_OPEN), ("shop", Action.LOCK)]
    said = [entry[3] for entry in porch.journal() if entry[0] == "system"]
    assert said == ["open-schedule", "hold-ended"]


def test_what_staff_close_by_hand_is_not_opened_again_by_the_clock(
    porch: Porch, make: Make
) -> None:
    with_staff(porch)
    tapped(porch, BEA, "front", "outside")
    porch.rests()
    acts.order_hold(act(porch), Wish("shop", "quiet"), Hold.NORMAL, None)
    porch.rests()
    assert orders(porch)[1:] == [("shop", Action.LOCK)]
    successor = make("off")
    successor.passes(3600)
    successor.rests()
    assert orders(successor) == []


def test_a_door_that_staff_hold_locked_stays_so(porch: Porch) -> None:
    with_staff(porch)
    acts.order_hold(act(porch), Wish("shop", "painted"), Hold.LOCKED, None)
    porch.rests()
    tapped(porch, BEA, "front", "outside")
    porch.rests()
    assert orders(porch) == [("shop", Action.LOCK)]


def test_while_the_wire_is_down_the_hours_wait(porch: Porch) -> None:
    with_staff(porch)
    porch.wires.up = False
    tapped(porch, BEA, "front", "outside")
    for _ in range(5):  # longer than any order lives
        porch.rests()
    assert orders(porch) == []
    porch.wires.up = True
    porch.rests()
    assert orders(porch) == [("shop", Action.HOLD_OPEN)]


def test_a_lockdown_ends_what_is_held_open_and_opens_nothing(porch: Porch) -> None:
    with_staff(porch)
    tapped(porch, BEA, "front", "outside")
    porch.rests()
    acts.order_hold(act(porch), Wish("safe", "delivery"), Hold.OPEN, None)
    porch.rests()
    acts.order_lockdown(act(porch), Wish("", "alarm"), active=True)
    porch.rests()
    assert sorted(orders(porch)[2:]) == [("safe", Action.LOCK), ("shop", Action.LOCK)]
    assert tapped(porch, ANNA, "shop") == "lockdown"
    acts.order_lockdown(act(porch), Wish("", "over"), active=False)
    porch.rests()
    assert len(orders(porch)) == 4
