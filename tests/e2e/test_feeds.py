"""Feeds on their way into bookings: from a real server, over HTTP, to whether doors honour them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from api.feeder import Feeder
from daemon.feed_age import dishonour_stale
from daemon.store.engine import Store
from daemon.store.schema import prepare
from daemon.store.tables import PassRow
from tests.api.house import TOML, House
from tests.api.test_calendars import HEAD, TAIL, event
from tests.e2e.feeds import FeedServer, feed_server, says

CORSO = event(
    "a", "20261127T090000", "20261127T100000", "SUMMARY:Corso", "ORGANIZER:mailto:anna@example.org"
)
SITE = "cooffice"
HERE = '[calendars]\nallow_hosts = ["127.0.0.1"]\n'


def calendar(*events: str) -> bytes:
    return (HEAD + "".join(events) + TAIL).encode()


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with feed_server() as running:
        running.pages["/feed.ics"] = says(calendar(CORSO), ETag='"v1"')
        yield running


@pytest.fixture
def ready(tmp_path: Path) -> Path:
    path = tmp_path / "ready" / "usciere.db"
    path.parent.mkdir()
    store = Store(f"sqlite:///{path}")
    prepare(store, "cooffice")
    store.close()
    return path


@pytest.fixture
def house(tmp_path: Path, ready: Path) -> Iterator[House]:
    house = House(tmp_path, ready, HERE + TOML)
    yield house
    house.close()


def subscribed(house: House, server: FeedServer) -> str:
    """Let Anna be a member, and her calendar book the meeting room; return her id."""
    anna = house.member("Anna", email="anna@example.org")
    house.post("calendars", {"id": "feed", "room": "sala", "url": server.url()})
    return anna


def let_in(house: House) -> list[str | None]:
    with house.store.reading() as session:
        return list(session.scalars(select(PassRow.member)))


def test_a_feed_books_the_room(house: House, server: FeedServer) -> None:
    anna = subscribed(house, server)
    assert house.post("calendars/feed/sync", {}) == {"bookings": 1, "problems": []}
    assert let_in(house) == [anna]
    shown = house.get("calendars/feed")
    assert (shown["problem"], shown["stale"], shown["honoured"]) == (None, False, True)


def test_a_feed_that_has_not_changed_keeps_what_it_booked(house: House, server: FeedServer) -> None:
    subscribed(house, server)
    house.post("calendars/feed/sync", {})
    server.pages["/feed.ics"] = says(b"", 304)
    house.clock.passes(hours=1)
    assert house.post("calendars/feed/sync", {}) == {"bookings": 1, "problems": []}
    assert server.asked[-1][2]["If-None-Match"] == '"v1"'
    assert house.get("calendars/feed")["copied"] == "2026-11-23T12:00:00Z"


def test_after_half_a_day_it_is_read_in_full_for_the_window_has_moved(
    house: House, server: FeedServer
) -> None:
    subscribed(house, server)
    house.post("calendars/feed/sync", {})
    house.clock.passes(hours=12)
    house.post("calendars/feed/sync", {})
    assert "If-None-Match" not in server.asked[-1][2]


@pytest.mark.parametrize(
    ("body", "status"), [(b"<html>log in</html>", 200), (b"", 200), (b"", 500), (b"", 404)]
)
def test_what_is_no_calendar_changes_nothing_and_is_reported(
    house: House, server: FeedServer, body: bytes, status: int
) -> None:
    anna = subscribed(house, server)
    house.post("calendars/feed/sync", {})
    server.pages["/feed.ics"] = says(body, status)
    found = house.post("calendars/feed/sync", {})
    assert found["bookings"] == 1
    [problem] = found["problems"]
    assert house.get("calendars/feed")["problem"] == problem["problem"]
    assert let_in(house) == [anna]


def test_a_private_address_is_reported_and_never_asked(
    tmp_path: Path, ready: Path, server: FeedServer
) -> None:
    house = House(tmp_path, ready)
    subscribed(house, server)
    found = house.post("calendars/feed/sync", {})
    assert (found["bookings"], len(found["problems"])) == (0, 1)
    assert server.asked == []
    assert "feed.ics" not in str(house.get("calendars/feed"))
    house.close()


def test_feeds_are_read_when_they_are_due(house: House, server: FeedServer) -> None:
    subscribed(house, server)
    feeder = Feeder(house.app.state.parts)
    feeder.look()
    feeder.look()
    assert len(server.asked) == 1
    house.clock.passes(minutes=15)
    feeder.look()
    assert len(server.asked) == 2


def test_a_feed_that_cannot_be_read_for_a_day_opens_no_door_until_it_can(
    house: House, server: FeedServer
) -> None:
    anna = subscribed(house, server)
    feeder = Feeder(house.app.state.parts)
    feeder.look()
    server.pages["/feed.ics"] = says(b"", 500)
    house.clock.passes(hours=23, minutes=59)
    feeder.look()
    dishonour_stale(house.store, SITE, house.clock())
    assert let_in(house) == [anna]
    assert house.get("calendars/feed")["stale"]
    house.clock.passes(minutes=1)
    for _ in range(2):
        dishonour_stale(house.store, SITE, house.clock())
    assert let_in(house) == []
    assert not house.get("calendars/feed")["honoured"]
    assert [e["reason"] for e in house.journal() if e["kind"] == "alarm"] == ["feed-stale"]
    server.pages["/feed.ics"] = says(calendar(CORSO))
    house.post("calendars/feed/sync", {})
    assert let_in(house) == [anna]
    assert house.get("calendars/feed")["honoured"]
