"""What is on in rooms and what is listed, on both databases."""

from datetime import UTC, datetime

from sqlalchemy import update

from daemon.store.agenda import Agenda, agendas
from daemon.store.asker import STAFF, Asker
from daemon.store.booking_views import Wanted, bookings
from daemon.store.cancellations import Reach, cancel, cancel_series, give_up
from daemon.store.engine import Store
from daemon.store.people import page_of
from daemon.store.tables import BookingRow
from tests.daemon.store.bookable import JANUARY, act, booked, passes
from tests.daemon.store.building import HOUR, MINUTE, SITE, member

NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
ROOMS = ["lab", "hall", "open-space"]


def on(store: Store, now: datetime) -> dict[str, Agenda]:
    with store.reading() as session:
        return dict(agendas(session, SITE, ROOMS, now))


def test_what_runs_and_what_comes_next_is_known_of_every_room(store: Store) -> None:
    booked(store, NINE, NINE + HOUR)
    booked(store, NINE + HOUR, NINE + 2 * HOUR)
    booked(store, NINE + 3 * HOUR, NINE + 4 * HOUR, room="hall")
    assert on(store, NINE - MINUTE) == {
        "lab": Agenda(next=NINE),
        "hall": Agenda(next=NINE + 3 * HOUR),
    }
    assert on(store, NINE)["lab"] == Agenda(NINE + HOUR, next=NINE + HOUR)
    assert on(store, NINE + HOUR)["lab"] == Agenda(NINE + 2 * HOUR)
    with store.writing() as session:
        session.execute(update(BookingRow).values(status="checked-in"))
    assert on(store, NINE + HOUR)["lab"] == Agenda(NINE + 2 * HOUR, checked_in=True)
    assert on(store, NINE + 4 * HOUR) == {}


def test_nothing_is_asked_where_no_room_can_be_booked(store: Store) -> None:
    with store.reading() as session:
        assert agendas(session, SITE, [], NINE) == {}


def test_lists_go_on_where_they_stopped_and_hide_what_is_others(store: Store) -> None:
    with store.writing() as session:
        session.add(member("anna", plan=None))
    made = booked(store, NINE, NINE + HOUR, rrule="FREQ=DAILY;COUNT=5", member="anna", title="A")
    cancel(act(store), STAFF, made[1].id)
    after = (made[1].start, made[1].id)
    with store.reading() as session:
        wanted = Wanted(2, "lab", None, NINE, made[4].start, after)
        found = bookings(session, SITE, wanted, STAFF, JANUARY)
        assert [each.id for each in found] == [made[2].id, made[3].id]
        [stranger, *_] = bookings(session, SITE, Wanted(9), Asker("bea"), JANUARY)
        assert (stranger.id, stranger.title, stranger.member) == (made[0].id, None, None)
        for asker, count in ((Asker("bea"), 4), (Asker("anna"), 5)):
            assert len(bookings(session, SITE, Wanted(9), asker, JANUARY)) == count


def test_a_series_and_a_members_bookings_are_given_up_with_their_passes(store: Store) -> None:
    with store.writing() as session:
        session.add(member("anna", plan=None))
    made = booked(store, NINE, NINE + HOUR, rrule="FREQ=DAILY;COUNT=5", member="anna")
    cancel_series(act(store), STAFF, made[3].id, Reach.FOLLOWING)
    assert {each[1] for each in passes(store)} == {each.id for each in made[:3]}
    with page_of(act(store, made[0].end)) as page:
        assert give_up(page, "anna") == 2
    assert {each[1] for each in passes(store)} == {made[0].id}
