"""Gatherings and their lists: places, doubles, moving, and the passes of all at once."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from daemon.store.asker import STAFF, Asker
from daemon.store.attendees import add_attendee, change_attendee, remove_attendee
from daemon.store.badges import add_badge
from daemon.store.engine import Store
from daemon.store.forms import NewBadge
from daemon.store.gathering_forms import (
    AttendeeChange,
    GatheringChange,
    NewAttendee,
    NewGathering,
)
from daemon.store.gathering_views import (
    Attendee,
    Gathering,
    Wanted,
    attendees,
    gathering_of,
    gatherings,
)
from daemon.store.gatherings import add_gathering, change_gathering, remove_gathering
from daemon.store.objections import Conflict, Forbidden, Invalid, Overlap, Unknown
from devices.clock import micros
from tests.daemon.store.building import HOUR, NOON, SITE
from tests.daemon.store.reception import CARD, OTHER_CARD, act, passes_in, people, reception

LAB = reception().lab
ROOMS = {"open-space": False, "lab": False, "sala": True}
ANNA, BRUNO = Asker("anna"), Asker("bruno")


@pytest.fixture
def house(store: Store) -> Store:
    people(store)
    add_badge(act(store), "bruno", NewBadge(uid=OTHER_CARD), LAB)
    return store


def course(store: Store, start: datetime = NOON, **said: Any) -> Gathering:  # pydantic checks
    fields = {"title": "Ceramica", "room": "sala", "start": start, "end": start + 2 * HOUR}
    return add_gathering(act(store), NewGathering.model_validate(fields | said), ROOMS)


def join(store: Store, gathering: Gathering, asker: Asker = STAFF, **said: str | None) -> Attendee:
    form = NewAttendee.model_validate({"name": "Vera"} | said)
    return add_attendee(act(store), asker, gathering.id, form, LAB)


def change(store: Store, gathering: Gathering, **said: Any) -> Gathering:  # pydantic checks them
    form = GatheringChange.model_validate(said)
    return change_gathering(act(store), gathering.id, form, ROOMS)


def whose(store: Store) -> list[tuple[int, str | None, str | None]]:
    return [(each.place, each.member, each.tail) for each in passes_in(store)]


def test_who_a_door_can_know_has_a_pass_in_its_own_place(house: Store) -> None:
    made = course(house)
    join(house, made)  # a name only
    join(house, made, name="Anna", email="ANNA@example.org")
    join(house, made, name="Bruno", badge=OTHER_CARD)
    join(house, made, name="Carla", badge=CARD)
    assert whose(house) == [(1, "anna", None), (2, "bruno", None), (3, None, "5881")]
    for each in passes_in(house):
        assert (each.kind, each.ref, each.room, each.doors) == ("gathering", made.id, "sala", None)
        assert (each.starts, each.ends) == (micros(NOON), micros(NOON + 2 * HOUR))


def test_a_place_is_never_given_twice(house: Store) -> None:
    made = course(house)
    first = join(house, made, badge=CARD)
    join(house, made, name="Anna", email="anna@example.org")
    remove_attendee(act(house), STAFF, made.id, first.id)
    join(house, made, badge=CARD)
    assert whose(house) == [(1, "anna", None), (2, None, "5881")]


def test_moving_a_gathering_moves_everybody_and_calling_it_off_lets_nobody_in(
    house: Store,
) -> None:
    made = course(house)
    join(house, made, badge=CARD)
    join(house, made, name="Anna", email="anna@example.org")
    moved = change(house, made, start=NOON + HOUR, end=NOON + 3 * HOUR, room="lab")
    assert moved.attendees == 2
    for each in passes_in(house):
        assert (each.room, each.starts) == ("lab", micros(NOON + HOUR))
    remove_gathering(act(house), made.id)
    assert passes_in(house) == []
    with house.reading() as session:
        assert list(attendees(session, SITE, made.id)) == []
        with pytest.raises(Unknown):
            gathering_of(session, SITE, made.id)


def test_one_too_many_is_refused(house: Store) -> None:
    made = course(house, capacity=1)
    join(house, made)
    with pytest.raises(Conflict) as caught:
        join(house, made, name="Anna")
    assert caught.value.slug == "gathering-full"
    change(house, made, capacity=2)
    join(house, made, name="Anna")
    with pytest.raises(Conflict, match="1 places"):
        change(house, made, capacity=1)


@pytest.mark.parametrize(
    "again",
    [
        {"email": "Carla@example.org"},
        {"badge": CARD},
        {"email": "anna@example.org"},
        {"badge": OTHER_CARD},
    ],
)
def test_nobody_is_on_one_list_twice(house: Store, again: dict[str, str]) -> None:
    made, other = course(house), course(house, NOON + 2 * HOUR)
    join(house, made, name="Carla", email="carla@example.org", badge=CARD)
    join(house, made, name="Anna", email="anna@example.org")
    join(house, made, name="Bruno", badge=OTHER_CARD)
    with pytest.raises(Conflict) as caught:
        join(house, made, STAFF, name="again", **again)
    assert caught.value.slug == "already-attending"
    join(house, other, STAFF, name="elsewhere", **again)
    join(house, made)
    join(house, made)  # two of one name are two people


def test_a_change_of_badge_changes_the_pass_and_a_name_does_not(house: Store) -> None:
    made = course(house)
    carla = join(house, made, name="Carla", badge=CARD)
    for said, passes in (
        ({"name": "Carla B"}, [(0, None, "5881")]),
        ({"email": "c@example.org"}, [(0, None, "5881")]),
        ({"badge": OTHER_CARD}, [(0, "bruno", None)]),
        ({"badge": None}, []),
        ({"email": "anna@example.org"}, [(0, "anna", None)]),
    ):
        form = AttendeeChange.model_validate(said)
        change_attendee(act(house), STAFF, made.id, carla.id, form, LAB)
        assert whose(house) == passes


def test_the_list_is_for_staff_and_the_organiser(house: Store) -> None:
    made = course(house, organiser="anna")
    vera = join(house, made, ANNA)
    with pytest.raises(Forbidden):
        join(house, made, BRUNO)
    with pytest.raises(Forbidden):
        remove_attendee(act(house), BRUNO, made.id, vera.id)
    other = course(house, NOON + 2 * HOUR, organiser="anna")
    with pytest.raises(Unknown):
        remove_attendee(act(house), ANNA, other.id, vera.id)
    remove_attendee(act(house), ANNA, made.id, vera.id)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"room": "gym"}, "room"),
        ({"end": NOON}, "end"),
        ({"end": NOON + timedelta(days=31, seconds=1)}, "end"),
        ({"organiser": "nobody"}, "organiser"),
    ],
)
def test_what_cannot_be_is_refused(house: Store, said: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        course(house, NOON, **said)
    assert caught.value.field == field
    made = course(house)
    with pytest.raises(Invalid):
        change(house, made, **said)
    with house.reading() as session:
        assert gatherings(session, SITE, Wanted()) == [made]


def test_a_gathering_has_its_room_for_itself(house: Store) -> None:
    first = course(house)
    with pytest.raises(Overlap):
        course(house, NOON + HOUR)
    course(house, NOON + 2 * HOUR)
    with pytest.raises(Overlap):
        change(house, first, end=NOON + 3 * HOUR)
    remove_gathering(act(house), first.id)
    course(house, NOON + HOUR / 2, end=NOON + HOUR)


def test_a_gathering_that_moves_takes_its_room_along(house: Store) -> None:
    first = course(house)
    change(house, first, start=NOON + 4 * HOUR, end=NOON + 5 * HOUR)
    course(house)
    change(house, first, room="lab")
    course(house, NOON + 4 * HOUR)


def test_the_organiser_is_let_in_as_to_a_booking(house: Store) -> None:
    course(house, organiser="anna")
    assert whose(house) == [(0, "anna", None)]


def test_gatherings_are_listed_by_time_room_and_page_by_page(house: Store) -> None:
    made = [course(house, NOON + n * 2 * HOUR, room=list(ROOMS)[n]) for n in range(3)]
    with house.reading() as session:

        def found(**said: Any) -> list[Gathering]:  # the fields of Wanted
            return list(gatherings(session, SITE, Wanted(**said)))

        assert found() == made
        assert found(most=1) == made[:1]
        assert found(after=(made[0].start, made[0].id)) == made[1:]
        assert found(since=made[0].end) == made[1:]
        assert found(until=made[1].start) == made[:1]
        assert found(room="sala") == made[2:]
