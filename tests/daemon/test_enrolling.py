"""Staff wait for a card at a reader: the next unknown one is the member's, and opens nothing."""

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from daemon.house import House
from daemon.store import acts, enrolments
from daemon.store.badges import badges
from daemon.store.engine import Store
from daemon.store.enrolments import Enrolment
from daemon.store.forms import NewEnrolment
from daemon.store.objections import Conflict
from daemon.store.people import Act, Actor
from daemon.store.tables import BadgeRow, EnrolmentRow, JournalRow, MemberRow
from devices.contract import Forged, Proven, Scrutiny, Tap
from devices.uid import Uid, keyed_hash
from tests.daemon.porch import ANNA, KEY, STRANGER, Porch, locked, move_in, tap
from tests.daemon.store.building import NOON, SITE

UGO = Actor("Ugo", "token-1")


@pytest.fixture
def porch(tmp_path: Path, store: Store, house: House) -> Iterator[Porch]:
    """Return a doorman on SQLite and on PostgreSQL."""
    move_in(store, SITE)
    made = Porch(store, house, tmp_path)
    yield made
    made.desk.close()


def wait_for(
    porch: Porch, member: str = "bea", reader: str = "outside", door: str = "entrance"
) -> Enrolment:
    act = Act(porch.store, SITE, UGO, porch.now)
    return enrolments.open_enrolment(
        act, NewEnrolment(member=member, door=door, label="blue"), reader
    )


def now(porch: Porch, enrolment: Enrolment) -> Enrolment:
    with porch.store.reading() as session:
        return enrolments.enrolment_of(session, SITE, enrolment.id, porch.now)


def numbers(porch: Porch) -> int:
    with porch.store.reading() as session:
        return len(badges(session, SITE))


def told(porch: Porch) -> list[tuple[bool, str, str]]:
    said = [json.loads(text) for text in porch.answers()]
    return [(each["granted"], each["reason"], each["message"]) for each in said]


def test_the_next_unknown_card_is_the_members_and_opens_from_then_on(porch: Porch) -> None:
    opened = wait_for(porch)
    porch.takes(tap(STRANGER, "t1"))
    assert porch.wires.released == []
    assert told(porch) == [(False, "unknown-badge", "Badge registrato")]
    found = now(porch, opened)
    assert (found.status, found.tail, found.problem) == ("enrolled", "0909", None)
    porch.passes(1)
    porch.takes(tap(STRANGER, "t2", porch.now, packet=2))
    assert told(porch)[1] == (True, "plan", "Ciao Bea")
    assert len(porch.wires.released) == 1
    with porch.store.reading() as session:
        row = session.scalars(select(BadgeRow).where(BadgeRow.id == found.badge)).one()
        assert (row.member, row.label, row.hash) == ("bea", "blue", keyed_hash(STRANGER, KEY))


def test_the_journal_names_who_waited_and_shows_no_number(porch: Porch) -> None:
    opened = wait_for(porch)
    porch.takes(tap(STRANGER))
    with porch.store.reading() as session:
        rows = session.scalars(select(JournalRow).order_by(JournalRow.seq)).all()
    assert [(row.kind, row.reason) for row in rows] == [
        ("staff", "enrolment-opened"),
        ("change", "badge-added"),
        ("tap", "unknown-badge"),
    ]
    change = json.loads(rows[1].detail or "")
    assert change["by"] == {"name": "Ugo", "token": "token-1"}
    assert change["fields"] == {"enrolment": opened.id, "reader": "entrance/outside"}
    assert (rows[1].member, rows[1].badge) == ("bea", "0909")
    for row in rows:
        assert STRANGER.hex() not in f"{row.detail}{row.id}{row.badge}".lower()


def test_only_the_next_card_is_enrolled(porch: Porch) -> None:
    wait_for(porch)
    porch.takes(tap(STRANGER, "t1"), tap(Uid(bytes(7 * [7])), "t2", packet=2))
    assert [message for *_, message in told(porch)] == ["Badge registrato", "Badge sconosciuto"]
    assert numbers(porch) == 3


def test_a_card_that_asks_again_is_answered_as_before_and_enrolled_once(porch: Porch) -> None:
    wait_for(porch)
    porch.takes(tap(STRANGER, "t1"))
    wait_for(porch, "anna")
    porch.takes(tap(STRANGER, "t1", packet=2, again=True))
    assert told(porch)[0] == told(porch)[1]
    assert numbers(porch) == 3


@pytest.mark.parametrize("place", [("entrance", "inside"), ("lab", "main")])
def test_a_card_at_another_reader_stays_unknown(porch: Porch, place: tuple[str, str]) -> None:
    opened = wait_for(porch)
    porch.takes(tap(STRANGER, door=place[0], reader=place[1]))
    assert now(porch, opened).status == "waiting"
    assert numbers(porch) == 2


def test_nobody_is_enrolled_at_the_stroke_of_the_minute(porch: Porch) -> None:
    opened = wait_for(porch)
    porch.passes(60)
    assert now(porch, opened).status == "expired"
    porch.takes(tap(STRANGER, at=porch.now))
    assert told(porch) == [(False, "unknown-badge", "Badge sconosciuto")]
    assert numbers(porch) == 2


def test_a_card_is_enrolled_until_then(porch: Porch) -> None:
    wait_for(porch)
    porch.passes(59.9)
    porch.takes(tap(STRANGER, at=porch.now))
    assert numbers(porch) == 3


def test_a_withdrawn_enrolment_enrols_nobody(porch: Porch) -> None:
    opened = wait_for(porch)
    enrolments.withdraw(Act(porch.store, SITE, UGO, porch.now), opened.id)
    porch.takes(tap(STRANGER))
    assert (now(porch, opened).status, numbers(porch)) == ("withdrawn", 2)


def test_a_tap_that_comes_late_enrols_nobody(porch: Porch) -> None:
    opened = wait_for(porch)
    porch.takes(tap(STRANGER, late=True))
    assert (now(porch, opened).status, numbers(porch)) == ("waiting", 2)


def test_a_known_card_opens_as_ever_and_is_told_to_whoever_waits(porch: Porch) -> None:
    opened = wait_for(porch)
    porch.takes(tap(ANNA))
    assert told(porch) == [(True, "plan", "Ciao Anna")]
    found = now(porch, opened)
    assert (found.status, found.taken) == ("waiting", "1234")


@pytest.mark.parametrize("number", ["08A1B2C3", "88A1B2C3", "00000000"])
def test_a_number_that_is_no_cards_own_is_refused(porch: Porch, number: str) -> None:
    opened = wait_for(porch)
    porch.takes(tap(Uid(bytes.fromhex(number))))
    found = now(porch, opened)
    assert (found.status, found.problem, numbers(porch)) == ("unfit", "number-changes", 2)
    assert told(porch)[0][2] == "Questo badge non si può registrare, senti lo staff"


def test_a_number_told_under_a_key_is_the_one_that_is_enrolled(porch: Porch) -> None:
    opened = wait_for(porch)
    proof = Proven("desfire-ev2", STRANGER)
    porch.takes(tap(Uid(bytes.fromhex("08A1B2C3")))._replace(proof=proof))
    assert now(porch, opened).tail == "0909"


def _forged() -> Tap:
    return tap(STRANGER)._replace(proof=Forged("knows no key of ours"))


def test_a_card_that_fails_is_refused(porch: Porch) -> None:
    opened = wait_for(porch)
    porch.takes(_forged())
    assert (now(porch, opened).problem, numbers(porch)) == ("forged", 2)


def test_a_member_who_left_meanwhile_gets_no_badge_and_costs_no_tap(porch: Porch) -> None:
    opened = wait_for(porch)
    with porch.store.writing() as session:
        session.execute(delete(BadgeRow).where(BadgeRow.member == "bea"))
        session.execute(delete(MemberRow).where(MemberRow.id == "bea"))
    porch.takes(tap(STRANGER))
    assert now(porch, opened).problem == "member-left"
    assert told(porch)[0][:2] == (False, "unknown-badge")


def test_a_throttled_stranger_is_enrolled_all_the_same(porch: Porch) -> None:
    for count in range(5):
        porch.passes(1)
        porch.takes(tap(Uid(bytes(7 * [50 + count])), f"x{count}", porch.now, packet=10 + count))
    wait_for(porch)
    porch.takes(tap(STRANGER, "t9", porch.now, packet=20))
    assert told(porch)[-1] == (False, "throttled", "Badge registrato")
    assert numbers(porch) == 3


def test_a_building_in_lockdown_enrols_nobody(porch: Porch) -> None:
    act = Act(porch.store, SITE, UGO, porch.now)
    acts.order_lockdown(act, acts.Wish("", "drill"), active=True)
    wait_for(porch)
    porch.takes(tap(STRANGER))
    assert numbers(porch) == 2


def test_two_wait_at_two_readers_not_at_one(porch: Porch) -> None:
    wait_for(porch)
    wait_for(porch, reader="inside")
    with pytest.raises(Conflict, match="a card is awaited at this reader until"):
        wait_for(porch, "anna")
    porch.passes(60)
    wait_for(porch, "anna")


def test_what_is_over_is_forgotten_within_the_day(porch: Porch) -> None:
    opened = wait_for(porch)
    porch.passes(3700)
    porch.doorman.turn()
    porch.rests()
    with porch.store.reading() as session:
        assert session.get(EnrolmentRow, (SITE, opened.id)) is None
    assert porch.now - NOON > timedelta(hours=1)


def test_without_the_database_a_card_stays_unknown(
    tmp_path: Path, sqlite_ready: Path, house: House
) -> None:
    shutil.copy(sqlite_ready, tmp_path / "usciere.db")
    store = Store(f"sqlite:///{tmp_path}/usciere.db")
    move_in(store, SITE)
    porch = Porch(store, house, tmp_path)
    opened = wait_for(porch)
    with locked(store):
        porch.takes(tap(STRANGER))
        assert told(porch)[0][1:] == ("unknown-badge", "Badge sconosciuto")
    porch.passes(2)
    porch.rests()
    assert (now(porch, opened).status, numbers(porch)) == ("waiting", 2)
    porch.desk.close()
    store.close()


def looked(
    originality: str = "signed", *, delivered: bool = False, uid: Uid = STRANGER
) -> Scrutiny:
    return Scrutiny("entrance", "outside", uid, originality, delivered, NOON)


def test_the_reader_is_asked_to_look_at_a_new_badge_and_at_no_other(porch: Porch) -> None:
    wait_for(porch)
    porch.takes(tap(STRANGER))
    porch.takes(tap(STRANGER, "t2", packet=2), tap(ANNA, "t3", packet=3))
    assert [each.scrutinise for each in porch.wires.answered] == [True, False, False]


def test_what_the_makers_signature_says_is_kept_for_staff(porch: Porch) -> None:
    opened = wait_for(porch)
    porch.takes(tap(STRANGER))
    porch.takes(looked("not-signed"))
    ended = now(porch, opened)
    assert (ended.status, ended.originality) == ("enrolled", "not-signed")
    porch.takes(tap(STRANGER, "t2", packet=2))
    assert told(porch)[-1][:2] == (True, "plan")


def test_a_card_with_its_factorys_key_is_taken_back(porch: Porch) -> None:
    opened = wait_for(porch)
    porch.takes(tap(STRANGER))
    porch.takes(tap(STRANGER, "t2", packet=2))
    porch.takes(looked(delivered=True))
    ended = now(porch, opened)
    assert (ended.status, ended.problem, numbers(porch)) == ("unfit", "delivered-key", 2)
    porch.takes(tap(STRANGER, "t3", packet=3))
    assert told(porch)[-1][:2] == (False, "unknown-badge")
    assert [row[3] for row in porch.journal() if row[0] == "change"][-2:] == [
        "badge-added", "badge-removed"
    ]  # fmt: skip


@pytest.mark.parametrize("uid", [ANNA, Uid(b"\x05" * 7)])
def test_a_look_at_any_other_card_changes_nothing(porch: Porch, uid: Uid) -> None:
    opened = wait_for(porch)
    porch.takes(tap(STRANGER))
    porch.takes(looked(delivered=True, uid=uid))
    assert (now(porch, opened).status, numbers(porch)) == ("enrolled", 3)
    assert now(porch, opened).originality is None


def test_a_look_that_comes_late_changes_nothing(porch: Porch) -> None:
    opened = wait_for(porch)
    porch.takes(tap(STRANGER))
    porch.takes(looked(delivered=True)._replace(received=NOON + timedelta(minutes=2)))
    assert now(porch, opened).status == "enrolled"
