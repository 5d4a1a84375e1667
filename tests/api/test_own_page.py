"""What members do at their own page: be seen or not, book a room, invite a visitor."""

from collections.abc import Iterator

import pytest

from tests.api.house import House
from tests.api.test_sign_in import Browser

ROOM = {"room": "sala", "day": "2026-11-24", "from": "09:00", "to": "10:00"}
GUEST = {"name": "Vito Visitatore", "until_day": "2026-11-24", "access": "code"}


@pytest.fixture
def anna(house: House) -> str:
    member = house.member("Anna Bianchi", email="anna@example.org")
    house.tokens["anna"] = house.member_token(member)
    return member


@pytest.fixture
def browser(house: House, anna: str) -> Iterator[Browser]:  # noqa: ARG001 - who signs in
    browser = Browser(house)
    browser.send("/login", token=house.tokens["anna"])
    yield browser
    browser.client.close()


@pytest.mark.parametrize("seen", ["hidden", "members", "count"])
def test_a_member_says_who_may_see_them(
    house: House, browser: Browser, anna: str, seen: str
) -> None:
    answer = browser.send("/me/visibility", "/me", visibility=seen)
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    assert house.get(f"members/{anna}")["visibility"] == seen
    assert f'value="{seen}" selected' in browser.open("/me").text


def test_nothing_else_is_changed_by_that_form(house: House, browser: Browser, anna: str) -> None:
    before = house.get(f"members/{anna}")
    fields = {"visibility": "hidden", "role": "admin", "plan": "gold", "valid_until": "2030-01-01"}
    browser.send("/me/visibility", "/me", **fields)
    assert house.get(f"members/{anna}") == before | {"visibility": "hidden"}
    assert house.last()["detail"]["by"]["name"] != "porter"
    assert browser.send("/me/visibility", "/me", visibility="everybody").status_code == 422


def test_a_member_books_a_room_and_gives_it_back(house: House, browser: Browser, anna: str) -> None:
    said = {**ROOM, "title": "Colloqui", "guests": "Gil Ospite; gil@example.org"}
    assert browser.send("/me/bookings", "/me/bookings/new", **said).status_code == 303
    [booking] = house.get("bookings")["items"]
    assert (booking["member"], booking["title"]) == (anna, "Colloqui")
    assert (booking["start"], booking["end"]) == ("2026-11-24T08:00:00Z", "2026-11-24T09:00:00Z")
    assert [guest["name"] for guest in booking["guests"]] == ["Gil Ospite"]
    page = browser.open("/me").text
    assert "martedì 24 novembre 2026, 09:00\N{EN DASH}10:00" in page
    path = f"/me/bookings/{booking['id']}/cancel"
    assert browser.send(path, "/me").status_code == 303
    assert house.get(f"bookings/{booking['id']}")["status"] == "cancelled"
    assert "Nessuna prenotazione in arrivo" in browser.open("/me").text


def test_what_is_taken_is_shown_but_not_whose_it_is(
    house: House, browser: Browser, anna: str
) -> None:
    assert anna
    bruno = house.member("Bruno Neri")
    span = {"start": "2026-11-24T09:30:00+01:00", "end": "2026-11-24T11:00:00+01:00"}
    theirs = house.post("bookings", {**span, "room": "sala", "title": "Segreto", "member": bruno})
    page = browser.open("/me/bookings/new?day=2026-11-24").text
    assert "09:30\N{EN DASH}11:00" in page
    for secret in ("Segreto", "Bruno", "Neri"):
        assert secret not in page
    assert "libera tutto il giorno" in browser.open("/me/bookings/new?day=2026-11-25").text
    assert "lunedì 23 novembre" in browser.open("/me/bookings/new?day=x").text
    answer = browser.send("/me/bookings", "/me/bookings/new", **ROOM)
    assert (answer.status_code, "09:30\N{EN DASH}11:00" in answer.text) == (409, True)
    answer = browser.send(f"/me/bookings/{theirs['id']}/cancel", "/me")
    assert answer.status_code in {403, 404}
    assert house.get(f"bookings/{theirs['id']}")["status"] == "booked"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"room": "attic"}, "Questa sala"),
        ({"from": "9"}, "ora"),
        ({"day": "2026-11-20"}, "passato"),
        ({"day": "2026-13-01"}, "giorno"),
    ],
)
def test_what_cannot_be_booked_is_said(
    house: House, browser: Browser, said: dict[str, str], sentence: str
) -> None:
    answer = browser.send("/me/bookings", "/me/bookings/new", **(ROOM | said))
    assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)
    assert sentence in answer.text
    assert house.get("bookings")["items"] == []


def test_a_member_invites_a_visitor_and_takes_them_off_the_list(
    house: House, browser: Browser, anna: str
) -> None:
    answer = browser.send("/me/visitors", "/me/visitors/new", **GUEST)
    assert answer.status_code == 200
    [visitor] = house.get("visitors")["items"]
    assert (visitor["name"], visitor["host"]) == ("Vito Visitatore", anna)
    assert "Si vede solo adesso" in answer.text
    page = browser.open("/me").text
    assert "Vito Visitatore" in page
    path = f"/me/visitors/{visitor['id']}/end"
    assert browser.send(path, "/me").status_code == 303
    assert "Nessun visitatore atteso" in browser.open("/me").text


def test_a_visitor_only_by_name_needs_no_code(house: House, browser: Browser, anna: str) -> None:
    by_name = GUEST | {"access": "name"}
    assert browser.send("/me/visitors", "/me/visitors/new", **by_name).status_code == 303
    [visitor] = house.get("visitors")["items"]
    assert (visitor["host"], visitor["tail"]) == (anna, None)


def test_what_cannot_be_of_a_visitor_is_said(house: House, browser: Browser) -> None:
    for said, sentence in (
        ({"name": ""}, "Scrivi il nome"),
        ({"until_day": "2026-11-20"}, "di fine non va bene"),
        ({"email": "x"}, "e-mail non va bene"),
    ):
        answer = browser.send("/me/visitors", "/me/visitors/new", **(GUEST | said))
        assert (answer.status_code, sentence in answer.text) == (422, True), sentence
    assert house.get("visitors")["items"] == []


def test_staff_book_here_for_themselves_and_not_for_the_house(house: House) -> None:
    chiara = house.member("Chiara Conti", role="staff")
    browser = Browser(house)
    browser.send("/login", token=house.member_token(chiara, "staff"))
    assert browser.send("/me/bookings", "/me/bookings/new", **ROOM).status_code == 303
    assert browser.send("/me/visitors", "/me/visitors/new", **GUEST).status_code == 200
    assert [each["member"] for each in house.get("bookings")["items"]] == [chiara]
    assert [each["host"] for each in house.get("visitors")["items"]] == [chiara]
    browser.client.close()


def test_a_token_of_nobody_has_no_room_to_book(house: House) -> None:
    for path in ("/me/bookings/new", "/me/visitors/new"):
        answer = house.ask("GET", path, role="staff", headers={"Accept": "text/html"})
        assert answer.status_code == 404


def test_a_personal_link_is_shown_once_for_a_token_of_a_member(house: House, anna: str) -> None:
    admin = Browser(house)
    admin.send("/login", token=house.tokens["admin"])
    said = {"name": "telefono di Anna", "role": "member", "member": "anna@example.org"}
    page = admin.send("/staff/tokens", **said).text
    link = page.partition("<code>https://testserver/login#")[2].partition("</code>")[0]
    assert link.startswith("usc_")
    assert "login#" not in admin.open("/staff/tokens").text
    assert "login#" not in admin.send("/staff/tokens", name="x", role="kiosk", member="").text
    phone = Browser(house)
    assert phone.send("/login", token=link).headers["location"] == "/me"
    assert anna
    admin.client.close()
    phone.client.close()
