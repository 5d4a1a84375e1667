"""The doorman and bookings: he checks in, gives back, books for who walks in, knows guests."""

import json
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select, update

from daemon.config import load
from daemon.house import House
from daemon.occupancy import who_is_in
from daemon.store.tables import BookingRow, JournalRow, PassRow, PlanRow
from devices.clock import micros
from devices.contract import Tap
from devices.uid import Uid, keyed_hash
from tests.daemon.porch import ANNA, BEA, KEY, Porch, locked, tap
from tests.daemon.store.building import NOON, SITE
from tests.daemon.store.letting import (
    MINUTE,
    booking,
    cancel,
    guest_of,
    let,
    letting_house,
    pass_of,
)

GINA = Uid(bytes([7] * 7))
HASH = keyed_hash(GINA, KEY)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return letting_house(tmp_path)


def at_door(door: str, uid: Uid = ANNA, minute: float = 0, *, late: bool = False) -> Tap:
    at = NOON + minute * MINUTE
    reader = "outside" if door == "entrance" else "main"
    made = tap(uid, f"{door}-{minute}-{uid.hex()}", at, door=door, reader=reader)
    return made._replace(received=at + 3 * MINUTE) if late else made


def comes(porch: Porch, door: str, uid: Uid = ANNA, minute: float = 0) -> str:
    """Let somebody tap at that many minutes past noon; return the reason they were told."""
    porch.now = NOON + minute * MINUTE
    porch.takes(at_door(door, uid, minute))
    return str(json.loads(porch.answers()[-1])["reason"])


def state(porch: Porch, name: str = "k") -> tuple[str, int | None, int]:
    with porch.store.reading() as session:
        row = session.get(BookingRow, (SITE, name))
        assert row is not None
        return row.status, row.checked_in, row.sequence


def details(porch: Porch, kind: str = "tap") -> list[dict[str, object]]:
    query = select(JournalRow.detail).where(JournalRow.kind == kind).order_by(JournalRow.seq)
    with porch.store.reading() as session:
        return [json.loads(each or "{}") for each in session.scalars(query)]


def passes(porch: Porch) -> list[str]:
    with porch.store.reading() as session:
        return list(session.scalars(select(PassRow.ref).order_by(PassRow.ref)))


def at_minute(porch: Porch, minute: float) -> None:
    """Let it be that many minutes past noon, and a quiet moment with it."""
    porch.seconds += 2
    porch.now = NOON + minute * MINUTE
    porch.doorman.turn()


# ---- checking in --------------------------------------------------------------------------------


@pytest.mark.parametrize("minute", [-10, 0, 14])
def test_the_first_granted_tap_checks_in(porch: Porch, minute: int) -> None:
    let(porch.store, booking("k", NOON))
    assert comes(porch, "sala", minute=minute) == "booking"
    assert state(porch) == ("checked-in", micros(NOON + minute * MINUTE), 0)
    assert details(porch)[-1]["checked_in"] == ["k"]
    assert comes(porch, "sala", minute=minute + 1) == "booking"
    assert "checked_in" not in details(porch)[-1]
    assert state(porch) == ("checked-in", micros(NOON + minute * MINUTE), 0)


def test_a_refused_tap_or_one_elsewhere_checks_nothing_in(porch: Porch) -> None:
    let(porch.store, booking("k", NOON))
    assert comes(porch, "sala", minute=-11) == "too-early"
    assert comes(porch, "sala", BEA) == "booked-by-other"
    assert comes(porch, "entrance") == "plan"
    assert state(porch)[0] == "booked"


def test_who_leaves_has_not_come(porch: Porch) -> None:
    let(porch.store, booking("k", NOON))
    porch.takes(tap(ANNA, "out", door="sala", reader="inside"))
    assert porch.journal()[-1][2] is True
    assert state(porch)[0] == "booked"


def test_whatever_right_grants_the_holder_checks_in(porch: Porch) -> None:
    let(porch.store, booking("k", NOON))
    with porch.store.writing() as session:
        session.execute(update(PlanRow).values(rooms='["sala"]'))
    assert comes(porch, "sala", BEA) == "plan"
    assert state(porch)[0] == "booked"
    assert comes(porch, "sala") == "plan"
    assert state(porch)[0] == "checked-in"


def test_a_fact_that_came_late_checks_in_at_its_own_time(porch: Porch) -> None:
    let(porch.store, booking("k", NOON))
    porch.now = NOON + 3 * MINUTE
    porch.takes(at_door("sala", late=True))
    assert porch.journal()[-1][3] == "late"
    assert state(porch)[:2] == ("checked-in", micros(NOON))


def test_what_was_decided_without_the_database_checks_in_when_it_lands(porch: Porch) -> None:
    let(porch.store, booking("k", NOON))
    with locked(porch.store):
        assert comes(porch, "sala") == "booking"
    assert state(porch)[0] == "booked"
    porch.rests()
    assert state(porch)[:2] == ("checked-in", micros(NOON))
    assert details(porch)[-1] == {
        "move": "room",
        "room": "sala",
        "spooled": True,
        "checked_in": ["k"],
        "pass": {"kind": "booking", "ref": "k", "place": 0},
    }


# ---- giving back --------------------------------------------------------------------------------


def test_a_room_nobody_came_to_is_given_back_once(porch: Porch) -> None:
    row = booking("k", NOON)
    let(porch.store, row, guest_of(row, HASH))
    at_minute(porch, 14.9)
    assert state(porch)[0] == "booked"
    at_minute(porch, 15.9)
    assert state(porch) == ("released", None, 1)
    assert passes(porch) == []
    at_minute(porch, 17)
    at_minute(porch, 18)
    entries = [entry for entry in porch.journal() if entry[3] == "booking-released"]
    assert [entry[0] for entry in entries] == ["change"]
    detail = details(porch, "change")[-1]
    assert (detail["what"], detail["by"]) == ("k", {"name": "usciere"})
    assert comes(porch, "sala", minute=18.5) == "no-booking"
    let(porch.store, booking("k2", NOON + 19 * MINUTE, member="bea"))
    assert comes(porch, "sala", BEA, minute=19) == "booking"


@pytest.mark.parametrize("uid", [ANNA, GINA])
def test_a_room_somebody_came_to_is_kept(porch: Porch, uid: Uid) -> None:
    row = booking("k", NOON)
    let(porch.store, row, guest_of(row, HASH))
    comes(porch, "sala", uid, minute=14)
    at_minute(porch, 30)
    assert state(porch)[0] == "checked-in"


def test_only_what_is_due_is_given_back(porch: Porch) -> None:
    for name, minute in (("due", 0), ("later", 60), ("ancient", -3000)):
        let(porch.store, booking(name, NOON + minute * MINUTE))
    at_minute(porch, 16)
    assert [state(porch, name)[0] for name in ("due", "later", "ancient")] == [
        "released", "booked", "booked"
    ]  # fmt: skip


def test_a_doorman_who_was_away_gives_back_what_is_due(porch: Porch, tmp_path: Path) -> None:
    let(porch.store, booking("k", NOON))
    porch.leaves()
    successor = Porch(porch.store, porch.house, tmp_path)
    successor.now = NOON + 40 * MINUTE
    successor.doorman.begin()
    successor.doorman.turn()
    assert state(successor)[0] == "booked"  # what waited in the broker comes in first
    successor.passes(6)
    successor.doorman.turn()
    assert state(successor)[0] == "released"
    successor.leaves()


def test_two_doormen_give_back_once(porch: Porch, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Porch(porch.store, porch.house, tmp_path / "other")
    let(porch.store, booking("k", NOON))
    for each in (porch, other):
        at_minute(each, 16)
    assert len([entry for entry in porch.journal() if entry[3] == "booking-released"]) == 1
    other.leaves()


@pytest.mark.parametrize(("inside", "status"), [(True, "released"), (False, "booked")])
def test_a_holder_in_the_building_keeps_the_room_if_so_configured(
    tmp_path: Path,
    porch: Porch,
    inside: bool,  # noqa: FBT001 - drawn
    status: str,
) -> None:
    porch.leaves()
    other = Porch(porch.store, letting_house(tmp_path, release_while_inside=inside), tmp_path)
    let(porch.store, booking("k", NOON))
    comes(other, "entrance", minute=1)
    at_minute(other, 16)
    assert state(other)[0] == status
    left = tap(ANNA, "out", NOON + 17 * MINUTE, reader="inside")
    other.now = NOON + 17 * MINUTE
    other.takes(left)
    at_minute(other, 19)
    assert state(other)[0] == "released"
    other.leaves()


def test_never_means_never(tmp_path: Path, porch: Porch) -> None:
    porch.leaves()
    other = Porch(porch.store, letting_house(tmp_path, release=0 * MINUTE), tmp_path)
    let(porch.store, booking("k", NOON))
    at_minute(other, 50)
    assert state(other)[0] == "booked"
    other.leaves()


# ---- walking in ---------------------------------------------------------------------------------


def test_who_walks_in_has_the_room_up_to_the_next_booking(porch: Porch) -> None:
    let(porch.store, booking("k", NOON + 45 * MINUTE, room="den"))
    assert comes(porch, "den", BEA) == "walk-in"
    said = details(porch)[-1]
    with porch.store.reading() as session:
        row = session.get(BookingRow, (SITE, str(said["booking"])))
        assert row is not None
        assert (row.member, row.starts, row.ends) == (
            "bea", micros(NOON), micros(NOON + 45 * MINUTE)
        )  # fmt: skip
        assert (row.status, row.source, row.title) == ("checked-in", "usciere", None)
        assert row.checked_in == micros(NOON)
    assert comes(porch, "den", minute=1) == "booked-by-other"
    assert comes(porch, "den", BEA, minute=2) == "booking"
    assert comes(porch, "den", minute=44) == "booked-by-other"
    assert comes(porch, "den", minute=45) == "booking"
    assert comes(porch, "den", BEA, minute=45) == "booked-by-other"


def test_two_who_walk_in_at_once_do_not_both_get_the_room(porch: Porch) -> None:
    porch.takes(at_door("den"), at_door("den", BEA))
    assert [json.loads(each)["reason"] for each in porch.answers()] == [
        "walk-in",
        "booked-by-other",
    ]


def test_a_room_that_is_taken_after_all_loses_no_tap(porch: Porch) -> None:
    """The database's own word against an overlap, met by a row that no tap can see coming."""
    with porch.store.writing() as session:
        session.connection().exec_driver_sql(
            "create trigger strict before insert on booking"
            " begin select raise(abort, 'booking_overlap'); end"
        )
    assert comes(porch, "den") == "walk-in"
    assert "booking" not in details(porch)[-1]
    assert porch.visits() == [("anna", "den", None)]
    assert passes(porch) == []


def test_nobody_walks_in_while_nothing_can_be_read(porch: Porch) -> None:
    assert comes(porch, "den") == "walk-in"
    cancel(porch.store, passes(porch)[0])
    comes(porch, "den", BEA, minute=1)
    broken = sqlite3.OperationalError("gone")
    porch.adrift._recollection._store = _Gone(broken)  # type: ignore[assignment]
    with locked(porch.store):
        assert comes(porch, "den", minute=2) in {"no-booking", "booked-by-other"}


class _Gone:
    """A store that cannot be read."""

    def __init__(self, problem: Exception) -> None:
        self._problem = problem

    def reading(self) -> object:
        raise self._problem


def test_without_a_database_a_holder_gets_in_during_the_slot_alone(porch: Porch) -> None:
    let(porch.store, booking("k", NOON))
    comes(porch, "sala", minute=-20)
    porch.adrift._recollection._store = _Gone(sqlite3.OperationalError("gone"))  # type: ignore[assignment]
    with locked(porch.store):
        told = [comes(porch, "sala", minute=minute) for minute in (-1, 0, 59, 60)]
    assert told == ["too-early", "booking", "booking", "no-booking"]


# ---- guests -------------------------------------------------------------------------------------


def test_a_guest_with_a_card_is_somebody_inside(porch: Porch, tmp_path: Path) -> None:
    row = booking("k", NOON)
    let(porch.store, row, guest_of(row, HASH))
    assert comes(porch, "entrance", GINA, minute=-5) == "guest"
    assert json.loads(porch.answers()[-1])["message"] == "Ti diamo il benvenuto Gina"
    assert porch.visits() == [("guest:k:1", "open-space", None)]
    settings = load(tmp_path / "letting.toml", {})
    with porch.store.reading() as session:
        [inside] = who_is_in(session, settings, porch.now)
    assert (inside.member, inside.name, inside.room) == ("guest:k:1", "Gina", "open-space")
    assert comes(porch, "sala", GINA, minute=1) == "guest"
    assert state(porch)[0] == "checked-in"
    porch.now = NOON + 300 * MINUTE
    porch.takes(tap(GINA, "out", porch.now, reader="inside"))
    assert json.loads(porch.answers()[-1])["reason"] == "exit"
    assert [visit[2] for visit in porch.visits()] == ["tap"]


def test_a_card_taken_off_the_list_is_unknown(porch: Porch) -> None:
    row = booking("k", NOON)
    let(porch.store, row, guest_of(row, HASH))
    assert comes(porch, "sala", GINA) == "guest"
    with porch.store.writing() as session:
        session.delete(session.get(PassRow, (SITE, "guest", "k", 1)))
    assert comes(porch, "sala", GINA, minute=1) == "unknown-badge"


def test_a_member_who_is_a_guest_gets_in_as_one(porch: Porch) -> None:
    row = booking("k", NOON)
    let(porch.store, row, pass_of(row, kind="guest", place=1, member="bea", host="anna"))
    assert comes(porch, "sala", BEA) == "guest"
    assert state(porch)[0] == "checked-in"
