"""One card, one badge, whatever reader saw it; a text that two cards give opens for neither."""

import json
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from daemon.config import load
from daemon.house import House
from daemon.privacy import retention
from daemon.store import badges, enrolments
from daemon.store.badges import Badge, Lab, add_badge
from daemon.store.engine import Store
from daemon.store.forms import NewBadge, NewEnrolment
from daemon.store.objections import Conflict, Invalid
from daemon.store.people import Act, Actor
from daemon.store.tables import AliasRow, JournalRow
from devices import uid_formats
from devices.contract import Tap
from tests.daemon.porch import KEY, Porch, move_in, tap
from tests.daemon.store.building import NOON, SITE, house_in
from tests.daemon.test_adrift import said

UGO = Actor("Ugo", "token-1")
LAB = Lab(KEY, ZoneInfo("Europe/Rome"))
CARD, FOB = "04A224B1C35880", "14008EC793"
# Alike in Wiegand's 24 bits with CARD, and in nothing else.
TWIN = "04A22400000001"


@pytest.fixture
def porch(tmp_path: Path, store: Store, house: House) -> Iterator[Porch]:
    """Return a doorman on SQLite and on PostgreSQL."""
    move_in(store, SITE)
    made = Porch(store, house, tmp_path)
    yield made
    made.desk.close()


def give(porch: Porch, number: str, uid_format: str = "hex", member: str = "bea") -> Badge:
    form = NewBadge(uid=number, uid_format=uid_format)
    return add_badge(Act(porch.store, SITE, UGO, porch.now), member, form, LAB)


def shows(text: str, uid_format: str, name: str | None = "t1", packet: int = 1) -> Tap:
    number = uid_formats.read(text, uid_format)
    return tap(number.uid, name, packet=packet)._replace(alias=number.alias)


def entries(porch: Porch) -> list[tuple[str | None, str | None, dict[str, object]]]:
    j = JournalRow
    with porch.store.reading() as session:
        found = session.execute(select(j.member, j.badge, j.detail).where(j.kind == "tap"))
        return [(row[0], row[1], json.loads(row[2] or "{}")) for row in found]


@pytest.mark.parametrize(
    ("uid_format", "text"),
    [
        ("hex", CARD),
        ("hex-reversed", "8058C3B124A204"),
        ("hex-unpadded", "4a224b1c35880"),
        ("decimal", "1304178391734400"),
        ("decimal-reversed", "36126394532798980"),
        ("wiegand26", "2400772"),
        ("wiegand34", "614597768"),
    ],
)
def test_a_badge_by_its_whole_number_is_known_at_every_reader(
    porch: Porch, uid_format: str, text: str
) -> None:
    give(porch, CARD)
    porch.takes(shows(text, uid_format))
    assert said(porch) == [(True, "plan")]
    assert entries(porch)[0][:2] == ("bea", "5880")


@pytest.mark.parametrize(
    ("uid_format", "text"),
    [
        ("hex", FOB),
        ("em4100", "0009357203"),
        ("em4100", "142,51091"),
        ("em4100", "85908703123"),
        ("wiegand26", "142,51091"),
        ("wiegand34", "9357203"),
    ],
)
def test_so_is_a_fob_of_125_kilohertz(porch: Porch, uid_format: str, text: str) -> None:
    give(porch, FOB)
    porch.takes(shows(text, uid_format))
    assert said(porch) == [(True, "plan")]


def test_a_badge_by_a_shortened_number_is_known_where_the_whole_one_is_read(porch: Porch) -> None:
    badge = give(porch, "2400772", "wiegand26")
    assert badge.tail == "0772"
    porch.takes(shows("2400772", "wiegand26", "t1"), shows(CARD, "hex", "t2", 2))
    assert said(porch) == [(True, "plan"), (True, "repeat")]
    assert [entry[:2] for entry in entries(porch)] == [("bea", "0772"), ("bea", "0772")]


def test_a_text_of_two_cards_opens_for_neither_and_says_so(porch: Porch) -> None:
    assert give(porch, CARD).alike == 0
    assert give(porch, TWIN, member="anna").alike == 1
    porch.takes(shows("2400772", "wiegand26", "t1"))
    porch.takes(shows(CARD, "hex", "t2", 2))
    assert said(porch) == [(False, "unknown-badge"), (True, "plan")]
    assert entries(porch)[0] == (None, "0772", {"alike": 2})
    with porch.store.reading() as session:
        shown = badges.badges(session, SITE)
    assert sorted(each.alike for each in shown if each.tail in {"5880", "0001"}) == [1, 1]


def test_a_text_is_of_one_card_again_once_the_other_was_taken_back(porch: Porch) -> None:
    give(porch, CARD)
    other = give(porch, TWIN, member="anna")
    badges.remove_badge(Act(porch.store, SITE, UGO, porch.now), other.id)
    porch.takes(shows("2400772", "wiegand26"))
    assert said(porch) == [(True, "plan")]


def test_a_card_known_by_less_cannot_be_given_out_twice(porch: Porch) -> None:
    give(porch, "2400772", "wiegand26")
    with pytest.raises(Conflict, match="shortened number"):
        give(porch, CARD, member="anna")
    with pytest.raises(Conflict, match="enrolled already"):
        give(porch, "36,41476", "wiegand26", member="anna")


def test_a_shortened_number_that_a_badge_gives_already_is_refused(porch: Porch) -> None:
    give(porch, CARD)
    with pytest.raises(Conflict, match="gives this number too"):
        give(porch, "2400772", "wiegand26", member="anna")


@pytest.mark.parametrize(
    ("text", "uid_format"), [("DEADBEEF", "decimal"), ("0", "decimal"), ("134744072", "decimal")]
)
def test_what_can_be_no_badge_is_refused_at_once(porch: Porch, text: str, uid_format: str) -> None:
    with pytest.raises(Invalid) as refused:
        give(porch, text, uid_format)
    assert refused.value.field == "uid"


def test_a_card_is_enrolled_at_a_reader_that_loses_digits(porch: Porch) -> None:
    form = NewEnrolment(member="bea", door="entrance")
    enrolments.open_enrolment(Act(porch.store, SITE, UGO, porch.now), form, "outside")
    porch.takes(shows("2400772", "wiegand26", "t1"))
    porch.takes(shows("2400772", "wiegand26", "t2", 2))
    assert said(porch) == [(False, "unknown-badge"), (True, "plan")]


def test_no_more_than_a_part_of_two_cards_is_enrolled(porch: Porch) -> None:
    give(porch, CARD)
    give(porch, TWIN, member="anna")
    form = NewEnrolment(member="bea", door="entrance")
    act = Act(porch.store, SITE, UGO, porch.now)
    opened = enrolments.open_enrolment(act, form, "outside")
    porch.takes(shows("2400772", "wiegand26"))
    with porch.store.reading() as session:
        now = enrolments.enrolment_of(session, SITE, opened.id, porch.now)
    assert (now.status, now.problem) == ("unfit", "digits-lost")


def test_what_was_kept_for_a_card_goes_once_it_is_nobodys(porch: Porch, tmp_path: Path) -> None:
    badge = give(porch, CARD)
    badges.remove_badge(Act(porch.store, SITE, UGO, porch.now), badge.id)
    house_in(tmp_path)
    settings = load(tmp_path / "usciere.toml", {})
    told = retention.forget_old(porch.store, settings, NOON, lambda _what, _count: None)
    assert told["aliases"] == 5
    with porch.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(AliasRow)) == 0
