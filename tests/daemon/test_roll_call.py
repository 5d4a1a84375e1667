"""Whom to find when everybody leaves: members, guests, attendees, and those only maybe inside."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from daemon.roll_call import RollCall, roll_call
from daemon.store.engine import Store
from daemon.store.schema import prepare
from daemon.store.tables import VisitRow
from tests.api.house import House

DAY = "2026-11-23T"
NOW = {"start": f"{DAY}11:00:00+01:00", "end": f"{DAY}14:00:00+01:00"}
CARD = "0102030405"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    path = tmp_path / "ready" / "usciere.db"
    path.parent.mkdir()
    store = Store(f"sqlite:///{path}")
    prepare(store, "cooffice")
    store.close()
    made = House(tmp_path, path)
    yield made
    made.close()


def _roll(house: House) -> RollCall:
    with house.store.reading() as session:
        return roll_call(session, house.settings, house.clock())


def _told(house: House) -> tuple[list[str], list[str]]:
    roll = _roll(house)
    return (
        [f"{each.name} {each.why}" for each in roll.inside],
        [f"{each.name} {each.why}" for each in roll.maybe],
    )


def test_who_checked_in_is_inside_by_room_and_name_and_who_left_is_nowhere(house: House) -> None:
    for name, room in (("Zoe", "open-space"), ("Bea", "sala"), ("Anna", "open-space")):
        house.post(f"presence/{house.member(name)}/check-in", {"room": room})
    gone = house.member("Ugo")
    house.post(f"presence/{gone}/check-in", {"at": f"{DAY}09:00:00+01:00"})
    house.post(f"presence/{gone}/check-out", {})
    assert _told(house) == (["Anna member", "Zoe member", "Bea member"], [])


def test_who_is_hidden_is_found_all_the_same(house: House) -> None:
    hidden = house.member("Anna", visibility="hidden")
    house.post(f"presence/{hidden}/check-in", {})
    assert _told(house)[0] == ["Anna member"]


def test_who_was_seen_inside_but_not_at_the_entrance_is_only_maybe_in(house: House) -> None:
    anna = house.member("Anna")
    house.post(f"presence/{anna}/check-in", {})
    with house.store.writing() as session:
        session.execute(update(VisitRow).values(began_by="inferred"))
    assert _told(house) == ([], ["Anna inferred"])


def test_guests_attendees_and_visitors_of_now_are_maybe_in_until_somebody_sees_them(
    house: House,
) -> None:
    anna = house.member("Anna", email="anna@example.org")
    known = {"name": "Anna", "email": "anna@example.org"}
    guests = [{"name": "Gil", "badge": CARD}, {"name": "Ida"}, known]
    house.post("bookings", {"room": "sala", "guests": guests, **NOW})
    house.post("visitors", {"name": "Vito", "host": anna, "until": "2026-11-24"})
    house.clock.passes(hours=3)
    later = {"start": f"{DAY}15:00:00+01:00", "end": f"{DAY}16:00:00+01:00"}
    course = house.post("gatherings", {"title": "Yoga", "room": "sala", **later})
    house.post(f"gatherings/{course['id']}/attendees", {"name": "Lea"})
    house.clock.passes(hours=-2)
    assert sorted(_told(house)[1]) == [
        "Anna expected",
        "Gil expected",
        "Ida expected",
        "Vito expected",
    ]
    gil = next(each.id for each in _roll(house).maybe if each.name == "Gil")
    house.post(f"presence/{gil}/check-in", {})
    house.post(f"presence/{anna}/check-in", {})
    inside, maybe = _told(house)
    assert inside == ["Anna member", "Gil guest"]
    assert sorted(maybe) == ["Ida expected", "Vito expected"]
    house.clock.passes(minutes=10)
    house.post(f"presence/{gil}/check-out", {})
    assert "Gil" not in str(_told(house))
    house.clock.passes(hours=2)
    assert "Lea expected" in _told(house)[1]


def test_a_guest_of_two_bookings_is_looked_for_once(house: House) -> None:
    house.member("Anna", email="anna@example.org")
    guests = [{"name": "Anna", "email": "anna@example.org"}]
    house.post("bookings", {"room": "sala", "guests": guests, **NOW})
    course = house.post("gatherings", {"title": "Yoga", "room": "open-space", **NOW})
    house.post(f"gatherings/{course['id']}/attendees", guests[0])
    assert _told(house) == ([], ["Anna expected"])
