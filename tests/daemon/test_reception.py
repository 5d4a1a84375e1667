"""The doorman and whoever comes for a while: visitors, attendees, cards that become badges."""

from datetime import timedelta
from pathlib import Path

import pytest

from daemon.house import House
from daemon.store.asker import STAFF
from daemon.store.attendances import attended
from daemon.store.attendees import add_attendee
from daemon.store.badges import Lab, add_badge
from daemon.store.forms import NewBadge
from daemon.store.gathering_forms import NewAttendee, NewGathering
from daemon.store.gatherings import add_gathering
from daemon.store.people import Act, Actor
from daemon.store.tables import VisitorRow
from daemon.store.visitor_checks import Doorway, Reception
from daemon.store.visitor_forms import NewVisitor
from daemon.store.visitors import add_visitor
from devices import uid
from tests.daemon.porch import ANNA, KEY, Porch
from tests.daemon.store.building import HOUR, NOON, SITE
from tests.daemon.store.letting import letting_house
from tests.daemon.store.reception import ROME
from tests.daemon.test_arrivals import comes, details

CARD = uid.parse("04A224B1C35881")
LAB = Lab(KEY, ROME)
DOORS = {
    "entrance": Doorway("open-space", bookable=False, entrance=True),
    "sala": Doorway("sala", bookable=True, entrance=False),
}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return letting_house(tmp_path)


def act(porch: Porch) -> Act:
    return Act(porch.store, SITE, Actor("porter"), NOON)


def visitor(porch: Porch, **said: object) -> str:
    """Announce Vera with her card, Anna's visitor for an hour from noon on."""
    fields = {"name": "Vera", "host": "anna", "uid": CARD.hex(), "from": "2026-11-03T12:00:00Z"}
    form = NewVisitor.model_validate({**fields, "until": "2026-11-03T13:00:00Z", **said})
    return add_visitor(act(porch), STAFF, form, Reception(DOORS, LAB, 0)).id


def reasons(porch: Porch) -> list[str | None]:
    return [reason for kind, _, _, reason in porch.journal() if kind == "system"]


def test_a_visitor_comes_in_and_the_host_is_told_once(porch: Porch) -> None:
    name = visitor(porch)
    assert comes(porch, "entrance", CARD, -1) == "too-early"
    assert comes(porch, "entrance", CARD) == "visitor"
    assert comes(porch, "entrance", CARD, 5) == "visitor"
    assert comes(porch, "sala", CARD, 6) == "no-booking"
    assert comes(porch, "entrance", CARD, 60) == "badge-expired"
    assert reasons(porch).count("visitor-arrived") == 1
    with porch.store.reading() as session:
        assert session.get_one(VisitorRow, (SITE, name)).arrived is not None
    assert details(porch)[1]["pass"] == {"kind": "visitor", "ref": name, "place": 0}


def test_a_visitor_has_so_many_entries_and_leaving_takes_none(porch: Porch) -> None:
    visitor(porch, uses=2)
    told = [comes(porch, "entrance", CARD, minute) for minute in (0, 2, 4)]
    assert told == ["visitor", "visitor", "no-entries-left"]


def test_a_visitor_of_a_host_who_must_be_in_waits_for_the_host(porch: Porch) -> None:
    visitor(porch, while_host_in=True)
    assert comes(porch, "entrance", CARD) == "too-early"
    assert comes(porch, "entrance", ANNA, 1) == "plan"
    assert comes(porch, "entrance", CARD, 2) == "visitor"


def test_a_course_lets_its_people_in_and_knows_how_long_they_were_there(porch: Porch) -> None:
    form = NewGathering(title="Ceramica", room="sala", start=NOON, end=NOON + HOUR)
    course = add_gathering(act(porch), form, {"sala": True})
    attendee = NewAttendee.model_validate({"name": "Vera", "badge": CARD.hex()})
    add_attendee(act(porch), STAFF, course.id, attendee, LAB)
    assert comes(porch, "entrance", CARD, -1) == "too-early"
    assert comes(porch, "entrance", CARD) == "gathering"
    assert comes(porch, "sala", CARD, 15) == "gathering"
    assert comes(porch, "sala", ANNA, 16) == "booked-by-other"
    with porch.store.reading() as session:
        days = porch.house.days
        [seen] = attended(session, SITE, course, days, NOON + 2 * HOUR)
    assert (seen.there.minutes, seen.there.percent) == (60, 100)


def test_a_course_that_waits_for_its_people_keeps_its_room(porch: Porch) -> None:
    form = NewGathering(title="Ceramica", room="sala", start=NOON, end=NOON + HOUR)
    add_gathering(act(porch), form, {"sala": True})
    porch.now = NOON + timedelta(minutes=30)
    porch.rests()
    assert comes(porch, "sala", ANNA, 31) == "booked-by-other"


def test_a_card_that_is_enrolled_takes_its_visit_along(porch: Porch) -> None:
    visitor(porch, doors=["sala"])
    add_badge(act(porch), "bea", NewBadge(uid=CARD.hex()), LAB)
    assert comes(porch, "sala", CARD) == "visitor"
    assert porch.visits() == [("bea", "sala", None)]
