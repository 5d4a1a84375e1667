"""When a door's own hours are to be opened and ended, on every database."""

from dataclasses import replace
from datetime import datetime

import pytest

from daemon.access.facts import Hold, Window
from daemon.house import House
from daemon.schedules import Schedules
from daemon.store import doors
from daemon.store.book import book_of
from daemon.store.desk import Desk
from daemon.store.engine import Store
from daemon.store.tables import SiteRow, VisitRow
from devices.clock import micros
from tests.daemon.porch import ListedWires
from tests.daemon.store.building import HOUR, NOON, SITE, member, plan

HOURS = (Window(frozenset(range(7)), NOON.time(), NOON.time().replace(hour=18)),)
NINE = NOON - 3 * HOUR


@pytest.fixture
def shop(house: House) -> House:
    """Return the house with hours at its entrance, 12 to 18 on the wall."""
    entrance = house.doors["entrance"]
    places = {name: replace(each, open_hours=HOURS) for name, each in entrance.places.items()}
    return replace(house, doors=dict(house.doors) | {"entrance": replace(entrance, places=places)})


def came(store: Store, who: str, at: datetime) -> None:
    with store.writing() as session:
        session.add(plan("full"))
        session.flush()
        session.add(member(who, role="staff"))
        session.add(
            VisitRow(site=SITE, id="v1", member=who, room="lab", began=micros(at), began_by="tap")
        )


def test_a_door_is_due_once_in_its_hours_when_staff_have_come(store: Store, shop: House) -> None:
    schedules = Schedules(shop, Desk(store.engine, SITE), ListedWires())
    assert not schedules.is_due(NOON)
    came(store, "bea", NINE)
    assert not schedules.is_due(NOON - 2 * HOUR)
    assert schedules.is_due(NOON)
    with book_of(store, SITE) as book:
        schedules.order(book, NOON)
        [order] = doors.waiting_orders(book)
        assert doors.holds(book) == [("entrance", Hold.OPEN, NOON + 5 * HOUR)]
    assert (order.door, order.action.value) == ("entrance", "hold-open")
    assert not schedules.is_due(NOON + HOUR)
    schedules.desk.close()


def test_a_lockdown_is_due_as_long_as_a_door_is_held_open(store: Store, shop: House) -> None:
    schedules = Schedules(shop, Desk(store.engine, SITE), ListedWires())
    with book_of(store, SITE) as book:
        doors.order_hold(book, "lab", Hold.OPEN, None)
        assert book.session is not None
        book.session.get_one(SiteRow, SITE).lockdown = True
    assert schedules.is_due(NOON)
    with book_of(store, SITE) as book:
        schedules.order(book, NOON)
        assert [(each.door, each.action.value) for each in doors.waiting_orders(book)] == [
            ("lab", "lock")
        ]
    assert not schedules.is_due(NOON)
    schedules.desk.close()
