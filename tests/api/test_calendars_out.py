"""Feeds: what a key opens and nothing else, with names for nobody but the holder."""

from typing import Any

import pytest
from icalendar import Calendar

from daemon.store.asker import STAFF
from daemon.store.feed_keys import NewFeedKey, add_feed_key
from tests.api.desk import book, change
from tests.api.house import House, slug


@pytest.fixture
def anna(house: House) -> str:
    member = house.member("Anna Bianchi", email="anna@example.org")
    house.tokens["anna"] = house.member_token(member)
    return member


def key(house: House, role: str = "staff", **of: str) -> Any:  # a JSON document
    return house.post("feed-keys", of, role=role)


def feed(house: House, path: str, secret: str, **more: Any) -> Any:  # a response
    return house.ask("GET", f"{path}/calendar.ics?key={secret}", role="public", **more)


def events(answer: Any) -> list[Any]:  # a response; events
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    return list(Calendar.from_ical(answer.content).events)


def test_a_rooms_feed_says_that_it_is_taken_and_nothing_more(house: House, anna: str) -> None:
    guests = [{"name": "Zoe", "email": "zoe@example.org"}]
    made = book(house, "9", "10", member=anna, title="Segreto", guests=guests)
    answer = feed(house, "rooms/sala", key(house, room="sala")["key"])
    [event] = events(answer)
    assert (event["SUMMARY"], event["LOCATION"]) == ("Occupato", "Sala riunioni")
    assert event["UID"] == f"{made['id']}@cooffice"
    assert b"TZID:Europe/Rome" in answer.content
    assert not any(word in answer.text for word in ("Segreto", "Zoe", "zoe", "Anna", anna))


def test_a_members_feed_has_the_own_titles_and_no_other_bookings(house: House, anna: str) -> None:
    book(house, "9", "10", member=anna, title="Colloquio")
    book(house, "10", "11", member=anna)
    book(house, "11", "12", title="Altro")
    made = key(house, "anna", member=anna)
    found = events(feed(house, f"members/{anna}", made["key"]))
    assert [event["SUMMARY"] for event in found] == ["Colloquio", "Sala riunioni"]
    assert made["url"].endswith(f"/api/v1/members/{anna}/calendar.ics?key={made['key']}")
    assert events(house.ask("GET", made["url"].removeprefix("http://testserver"), role="public"))


def test_a_change_goes_up_and_a_cancellation_stays_for_weeks(house: House) -> None:
    secret = key(house, room="sala")["key"]
    made = book(house, "9", "10")
    change(house, made["id"], title="X")
    house.ask("DELETE", f"bookings/{made['id']}")
    [event] = events(feed(house, "rooms/sala", secret))
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 2)
    house.clock.passes(days=28)
    assert len(events(feed(house, "rooms/sala", secret))) == 1
    house.clock.passes(days=2)
    assert events(feed(house, "rooms/sala", secret)) == []


def test_who_has_it_already_is_told_so(house: House) -> None:
    secret = key(house, room="sala")["key"]
    book(house, "9", "10")
    answer = feed(house, "rooms/sala", secret)
    tag = answer.headers["etag"]
    assert answer.headers["cache-control"] == "private, no-cache"
    for said in (tag, f'"x", {tag}', f"W/{tag}"):
        same = feed(house, "rooms/sala", secret, headers={"If-None-Match": said})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    book(house, "10", "11")
    changed = feed(house, "rooms/sala", secret, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


def test_a_key_opens_its_feed_and_nothing_else(house: House, anna: str) -> None:
    secret = key(house, room="sala")["key"]
    own = key(house, member=anna)["key"]
    for path, word in (
        ("rooms/sala", ""),
        ("rooms/sala", "x"),
        ("rooms/sala", own),
        ("rooms/open-space", secret),
        ("rooms/cantina", secret),
        (f"members/{anna}", secret),
        ("members/none-such", own),
        ("rooms/sala", "x" * 900),
    ):
        answer = feed(house, path, word)
        assert (answer.status_code, slug(answer)) == (404, "no-such-calendar")
    for role in (secret, own):
        assert house.ask("GET", "bookings", role=role).status_code == 401
    assert house.ask("GET", f"bookings?key={own}", role="public").status_code == 401


def test_a_revoked_key_and_one_of_who_is_not_welcome_open_nothing(house: House, anna: str) -> None:
    by_staff, own = key(house, room="sala"), key(house, "anna", room="sala")
    mine = key(house, member=anna)
    assert house.ask("DELETE", f"feed-keys/{by_staff['id']}").status_code == 204
    assert house.ask("DELETE", f"feed-keys/{by_staff['id']}").status_code == 204
    assert feed(house, "rooms/sala", by_staff["key"]).status_code == 404
    assert feed(house, "rooms/sala", own["key"]).status_code == 200
    house.ask("PATCH", f"members/{anna}", {"status": "suspended"})
    assert feed(house, "rooms/sala", own["key"]).status_code == 404
    assert feed(house, f"members/{anna}", mine["key"]).status_code == 404
    house.ask("DELETE", f"members/{anna}")
    assert feed(house, f"members/{anna}", mine["key"]).status_code == 404


def test_keys_are_shown_once_and_to_their_own(house: House, anna: str) -> None:
    other, own = key(house, room="sala"), key(house, "anna", room="sala")
    mine = key(house, member=anna)
    listed = house.get("feed-keys")["items"]
    assert {each["id"] for each in listed} == {other["id"], own["id"], mine["id"]}
    seen = house.get("feed-keys", role="anna")["items"]
    assert {each["id"] for each in seen} == {own["id"], mine["id"]}
    assert not any(each["key"] in str(listed) for each in (other, own, mine))
    answer = house.ask("DELETE", f"feed-keys/{other['id']}", role="anna")
    assert (answer.status_code, slug(answer)) == (404, "no-such-feed-key")
    assert house.ask("DELETE", f"feed-keys/{own['id']}", role="anna").status_code == 204
    first = house.get("feed-keys?limit=2")
    rest = house.ask("GET", "feed-keys", params={"after": first["next"]}).json()
    assert [each["id"] for each in (*first["items"], *rest["items"])] == sorted(
        each["id"] for each in (other, own, mine)
    )


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"room": "cantina"}, 422),
        ({"member": "none-such"}, 422),
        ({"room": "sala", "member": "x"}, 422),
    ],
)
def test_a_key_is_to_one_feed_that_is_there(
    house: House, body: dict[str, str], status: int
) -> None:
    assert house.ask("POST", "feed-keys", body).status_code == status


def test_a_member_gets_no_key_to_somebody_elses_bookings(house: House, anna: str) -> None:
    bruno = house.member("Bruno")
    answer = house.ask("POST", "feed-keys", {"member": bruno}, role="anna")
    assert (answer.status_code, slug(answer)) == (403, "forbidden")
    assert house.ask("GET", f"members/{bruno}/calendar.ics", role="anna").status_code == 404
    for path in ("rooms/sala", f"members/{anna}"):
        assert house.ask("GET", f"{path}/calendar.ics", role="anna").status_code == 200
    assert house.ask("GET", f"members/{bruno}/calendar.ics").status_code == 200
    assert house.ask("GET", "rooms/sala/calendar.ics", role="kiosk").status_code == 404


def test_a_key_is_of_its_site_and_the_journal_never_has_it(house: House) -> None:
    made, secret = add_feed_key(house.act(), STAFF, NewFeedKey(room="sala"), {"sala"})
    assert house.last()["reason"] == "feed-key-added"
    assert secret not in str(house.journal())
    assert made.id in str(house.journal())
    assert len(secret) == 43
