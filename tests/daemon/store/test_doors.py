from collections.abc import Mapping

from sqlalchemy import select

from daemon.access.facts import Hold
from daemon.store import doors
from daemon.store.book import book_of
from daemon.store.engine import Store
from daemon.store.schema import prepare
from daemon.store.tables import DoorRow
from devices.clock import micros
from devices.contract import Action, Command
from tests.daemon.store.building import HOUR, NOON, SECOND, SITE

Told = Mapping[str, object]
NOTHING: Told = {"contact": None, "bolt": None, "online": None}
LEVELS: Told = {"contact": "closed", "bolt": "locked", "online": True}


def kept(store: Store, door: str = "lab") -> tuple[object, ...]:
    """Return what is kept of a door: levels, when they were told, the hold."""
    with store.reading() as session:
        row = session.scalars(select(DoorRow).where(DoorRow.id == door)).one()
    return (row.contact, row.bolt, row.online, row.reported, row.hold, row.hold_until)


def test_a_door_tells_of_itself_bit_by_bit(store: Store) -> None:
    for at, told in enumerate([LEVELS, NOTHING, {**NOTHING, "contact": "open"}]):
        with book_of(store, SITE) as book:
            doors.keep_levels(book, "lab", NOON + at * SECOND, told)
    assert kept(store) == ("open", "locked", True, micros(NOON + 2 * SECOND), "normal", None)


def test_a_door_that_goes_offline_is_kept_as_offline(store: Store) -> None:
    for told in (LEVELS, {**NOTHING, "online": False}):
        with book_of(store, SITE) as book:
            doors.keep_levels(book, "lab", NOON, told)
    assert kept(store)[:3] == ("closed", "locked", False)


def test_what_a_door_tells_does_not_touch_what_staff_ordered_nor_the_other_way_round(
    store: Store,
) -> None:
    with book_of(store, SITE) as book:
        doors.order_hold(book, "lab", Hold.LOCKED, NOON + HOUR)
        doors.keep_levels(book, "lab", NOON, LEVELS)
    assert kept(store) == ("closed", "locked", True, micros(NOON), "locked", micros(NOON + HOUR))
    with book_of(store, SITE) as book:
        doors.order_hold(book, "lab", Hold.OPEN, None)
    assert kept(store) == ("closed", "locked", True, micros(NOON), "open", None)


def test_only_doors_that_are_held_are_listed(store: Store) -> None:
    with book_of(store, SITE) as book:
        doors.keep_levels(book, "entrance", NOON, LEVELS)
        doors.order_hold(book, "lab", Hold.OPEN, NOON + HOUR)
        assert list(doors.holds(book)) == [("lab", Hold.OPEN, NOON + HOUR)]
        doors.order_hold(book, "lab", Hold.LOCKED, None)
        assert list(doors.holds(book)) == [("lab", Hold.LOCKED, None)]
        doors.order_hold(book, "lab", Hold.NORMAL, None)
        assert list(doors.holds(book)) == []


def order(name: str, at: int, action: Action = Action.UNLOCK) -> Command:
    issued = NOON + at * SECOND
    return Command("lab", name, action, 5, issued, issued + doors.ORDER_LIFE)


def test_orders_wait_in_the_order_they_were_given_and_are_done_once(store: Store) -> None:
    given = [order("o2", 2), order("o1", 1), order("o3", 3, Action.HOLD_OPEN)]
    with book_of(store, SITE) as book:
        for each in given:
            doors.add_order(book, each)
    with book_of(store, SITE) as book:
        assert [each.id for each in doors.waiting_orders(book)] == ["o1", "o2", "o3"]
        assert doors.waiting_orders(book)[2] == given[2]
        doors.order_done(book, "o1", "sent")
        doors.order_done(book, "o3", "expired")
    with book_of(store, SITE) as book:
        assert list(doors.waiting_orders(book)) == [given[0]]


def test_another_sites_orders_are_not_ours(store: Store) -> None:
    prepare(store, "annex")
    with book_of(store, "annex") as book:
        doors.add_order(book, order("o1", 1))
        doors.order_hold(book, "lab", Hold.OPEN, None)
    with book_of(store, SITE) as book:
        assert list(doors.waiting_orders(book)) == []
        assert list(doors.holds(book)) == []
