"""People and badges at the desk: found, added, changed, blocked, enrolled; never a number shown."""

from collections.abc import Iterator

import pytest

from tests.api.house import CARD, FOB, House
from tests.api.test_enrolments import hold
from tests.api.test_sign_in import Browser

PEOPLE = "/staff/people"
ANNA = {"name": "Anna Bianchi", "role": "member", "status": "active", "visibility": "count"}


@pytest.fixture
def browser(house: House) -> Iterator[Browser]:
    browser = Browser(house)
    browser.send("/login", token=house.tokens["staff"])
    yield browser
    browser.client.close()


def test_people_are_found_by_a_part_of_the_name_or_the_address(
    house: House, browser: Browser
) -> None:
    house.member("Anna Bianchi", email="anna@example.org")
    house.member("Bruno 50% Neri")
    assert "Bruno" in browser.open(PEOPLE).text
    for wanted, found in (("BIAN", True), ("anna@ex", True), ("50%25", False), ("%25", False)):
        assert ("Anna Bianchi" in browser.open(f"{PEOPLE}?q={wanted}").text) is found
    assert "Bruno" in browser.open(f"{PEOPLE}?q=50%25").text
    assert "Nessuno corrisponde" in browser.open(f"{PEOPLE}?q=zzz").text


def test_who_is_many_is_not_listed_to_the_last(house: House, browser: Browser) -> None:
    for number in range(51):
        house.member(f"Persona {number:02}")
    page = browser.open(PEOPLE).text
    assert "Persona 49" in page
    assert "Persona 50" not in page
    assert "Ce ne sono altri" in page


def test_a_person_is_added_as_the_api_adds_them(house: House, browser: Browser) -> None:
    answer = browser.send(PEOPLE, f"{PEOPLE}/new", **ANNA, email="Anna@Example.org")
    assert answer.status_code == 303
    [anna] = house.get("members")["items"]
    assert answer.headers["location"] == f"{PEOPLE}/{anna['id']}"
    assert (anna["name"], anna["email"], anna["plan"]) == ("Anna Bianchi", "anna@example.org", None)
    assert house.last()["reason"] == "member-added"
    assert house.last()["detail"]["by"]["name"] == "staff token"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "", (422, "Scrivi il nome")),
        ("email", "x", (422, "L&#39;indirizzo e-mail non va bene")),
        ("plan", "nope", (422, "Questo piano non c&#39;è")),
        ("valid_until", "yesterday", (422, "La data di fine")),
        ("role", "king", (422, "Controlla quello che hai scritto")),
        ("email", "bruno@example.org", (409, "ha già questo indirizzo")),
    ],
)
def test_what_cannot_be_is_said_and_what_was_written_is_still_there(
    house: House, browser: Browser, field: str, value: str, told: tuple[int, str]
) -> None:
    status, sentence = told
    house.member("Bruno", email="bruno@example.org")
    answer = browser.send(PEOPLE, f"{PEOPLE}/new", **(ANNA | {"plan": ""} | {field: value}))
    assert (answer.status_code, sentence in answer.text) == (status, True)
    assert field == "name" or 'value="Anna Bianchi"' in answer.text
    anna = house.member("Anna")
    answer = browser.send(f"{PEOPLE}/{anna}", **(ANNA | {field: value}))
    assert (answer.status_code, sentence in answer.text) == (status, True)
    assert house.get(f"members/{anna}")["name"] == "Anna"


def test_a_change_changes_what_became_different_and_clears_what_is_empty(
    house: House, browser: Browser
) -> None:
    anna = house.member("Anna", email="anna@example.org", language="en")
    said = ANNA | {"name": "Anna Verdi", "email": "", "language": ""}
    assert browser.send(f"{PEOPLE}/{anna}", **said).status_code == 303
    member = house.get(f"members/{anna}")
    assert (member["name"], member["email"], member["language"]) == ("Anna Verdi", None, None)
    assert house.last()["detail"]["fields"].keys() == {"name", "email", "language"}


def test_a_badge_is_blocked_with_two_clicks_and_shown_by_its_end(
    house: House, browser: Browser
) -> None:
    anna = house.member("Anna")
    badge = house.badge(anna)
    page = browser.open(f"{PEOPLE}/{anna}").text  # the first click, on the name
    assert "…5880" in page
    path = f"{PEOPLE}/{anna}/badges/{badge}"
    for status, reason in (
        ("blocked", "badge-blocked"),
        ("active", "badge-active"),
        ("lost", "badge-lost"),
    ):
        assert browser.send(path, f"{PEOPLE}/{anna}", status=status).status_code == 303
        assert house.get(f"badges/{badge}")["status"] == status
        assert house.last()["kind"] == "change", reason
    assert browser.send(path, f"{PEOPLE}/{anna}", status="eaten").status_code == 422
    bruno = house.member("Bruno")
    other = f"{PEOPLE}/{bruno}/badges/{badge}"
    assert browser.send(other, f"{PEOPLE}/{bruno}", status="blocked").status_code == 404
    assert house.get(f"badges/{badge}")["status"] == "lost"


def test_a_badge_is_given_by_its_number_once(house: House, browser: Browser) -> None:
    anna, bruno = house.member("Anna"), house.member("Bruno")
    path = f"{PEOPLE}/{anna}/badges"
    for wrong in ("", "xyz", "00000000"):
        answer = browser.send(path, f"{PEOPLE}/{anna}", uid=wrong)
        assert (answer.status_code, "non è di un badge" in answer.text) == (422, True)
    assert browser.send(path, f"{PEOPLE}/{anna}", uid=FOB).status_code == 303
    answer = browser.send(f"{PEOPLE}/{bruno}/badges", f"{PEOPLE}/{bruno}", uid=FOB)
    assert (answer.status_code, "già di qualcuno" in answer.text) == (409, True)


def test_a_badge_is_enrolled_by_a_tap_and_the_page_says_so(house: House, browser: Browser) -> None:
    anna = house.member("Anna")
    page, path = f"{PEOPLE}/{anna}", f"{PEOPLE}/{anna}/enrolments"
    answer = browser.send(path, page, place="ingresso/main")
    assert answer.status_code == 303
    waiting = browser.open(answer.headers["location"])
    assert "In attesa di una tessera" in waiting.text
    again = browser.send(path, page, place="ingresso/main")
    assert (again.status_code, "si aspetta già una tessera" in again.text) == (409, True)
    hold(house)
    told = browser.open(answer.headers["location"]).text
    assert "Badge registrato, finisce per 5880" in told
    assert CARD not in told
    assert browser.send(path, page, place="nowhere/main").status_code == 404


def test_a_person_that_is_none_is_not_found(house: House, browser: Browser) -> None:
    assert browser.open(f"{PEOPLE}/nobody").status_code == 404
    anna = house.member("<b>Anna")
    assert "<b>" not in browser.open(f"{PEOPLE}/{anna}").text
