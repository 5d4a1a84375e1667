"""Visits at the desk: a day of them, one set right, somebody who forgot their badge."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.api.house import House
from tests.api.test_sign_in import Browser

VISITS = "/staff/visits"


@pytest.fixture
def browser(house: House) -> Iterator[Browser]:
    browser = Browser(house)
    browser.send("/login", token=house.tokens["staff"])
    yield browser
    browser.client.close()


def came(house: House, member: str, at: str, left: str | None = None) -> str:
    """Return the visit of somebody who came at an hour UTC, and left."""
    made = house.post(f"presence/{member}/check-in", {"at": at})
    if left is not None:
        house.post(f"presence/{member}/check-out", {"at": left})
    return str(made["id"])


def test_the_visits_of_a_day_are_listed_and_no_others(house: House, browser: Browser) -> None:
    anna, bruno = house.member("Anna Bianchi"), house.member("Bruno Neri")
    came(house, anna, "2026-11-23T08:00:00Z")
    came(house, bruno, "2026-11-22T08:00:00Z", "2026-11-22T17:30:00Z")
    page = browser.open(VISITS).text
    assert "lunedì 23 novembre 2026" in page
    assert "Anna Bianchi" in page
    assert "Bruno Neri</a>" not in page
    assert "ancora in sede" in page
    page = browser.open(f"{VISITS}?day=2026-11-22").text
    assert "Bruno Neri</a>" in page
    assert "09:00–18:30" in page  # noqa: RUF001 - from until
    assert "Nessuna visita" in browser.open(f"{VISITS}?day=2026-11-21").text
    assert "lunedì 23 novembre 2026" in browser.open(f"{VISITS}?day=yesterday").text


def test_a_visit_is_set_right_and_the_journal_keeps_the_first_word(
    house: House, browser: Browser
) -> None:
    anna = house.member("Anna")
    visit = came(house, anna, "2026-11-23T08:00:17Z", "2026-11-23T10:00:00Z")
    page = browser.open(f"{VISITS}/{visit}").text
    assert 'value="09:00"' in page
    said = {"from": "09:00", "to": "11:30", "note": "uscita dal retro"}
    answer = browser.send(f"{VISITS}/{visit}", **said)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{VISITS}?day=2026-11-23"
    found = house.get(f"visits/{visit}")
    assert found["began"] == "2026-11-23T08:00:17Z"  # left as it was shown, to the second
    assert found["ended"] == "2026-11-23T10:30:00Z"
    last = house.last()
    assert last["reason"] == "visit-corrected"
    assert last["detail"]["was"]["ended"] == "2026-11-23T10:00:00Z"
    assert last["detail"]["note"] == "uscita dal retro"
    assert last["detail"]["began"] is None


def test_a_form_sent_as_it_was_changes_nothing(house: House, browser: Browser) -> None:
    visit = came(house, house.member("Anna"), "2026-11-23T08:00:17Z", "2026-11-23T10:00:41Z")
    before = house.last()["seq"]
    said = {"from": "09:00", "to": "11:00", "note": ""}
    assert browser.send(f"{VISITS}/{visit}", **said).status_code == 303
    assert house.last()["seq"] == before


@pytest.mark.parametrize(
    ("said", "status", "sentence"),
    [
        ({"from": "11:45"}, 422, "L&#39;arrivo non va bene"),
        ({"to": "23:00"}, 422, "L&#39;uscita non va bene"),
        ({"to": "03:00"}, 422, "L&#39;uscita non va bene"),
        ({"from": "9"}, 422, "Scrivi l&#39;ora come 09:30"),
        ({"note": "x" * 201}, 422, "Scrivi il perché"),
        ({"from": "07:15"}, 409, "Si sovrapporrebbe"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_changed(
    house: House, browser: Browser, said: dict[str, str], status: int, sentence: str
) -> None:
    anna = house.member("Anna")
    came(house, anna, "2026-11-23T06:00:00Z", "2026-11-23T07:00:00Z")
    visit = came(house, anna, "2026-11-23T08:00:00Z", "2026-11-23T10:30:00Z")
    before = house.get(f"visits/{visit}")
    written = {"from": "09:00", "to": "11:30", "note": ""} | said
    answer = browser.send(f"{VISITS}/{visit}", **written)
    assert (answer.status_code, sentence in answer.text) == (status, True)
    assert house.get(f"visits/{visit}") == before


def test_the_hours_after_midnight_are_of_the_day_before(house: House, browser: Browser) -> None:
    """The own day of the house ends at four in the morning."""
    visit = came(house, house.member("Anna"), "2026-11-21T20:00:00Z", "2026-11-21T22:00:00Z")
    said = {"from": "21:00", "to": "01:15", "note": ""}
    assert browser.send(f"{VISITS}/{visit}", **said).status_code == 303
    assert house.get(f"visits/{visit}")["ended"] == "2026-11-22T00:15:00Z"
    assert "Anna" in browser.open(f"{VISITS}?day=2026-11-21").text


def test_of_an_hour_that_comes_twice_the_form_says_which(house: House, browser: Browser) -> None:
    """In the night before the 25th of October two o'clock comes twice."""
    visit = came(house, house.member("Anna"), "2026-10-24T20:00:00Z", "2026-10-24T22:00:00Z")
    said = {"from": "22:00", "to": "02:30", "note": ""}
    answer = browser.send(f"{VISITS}/{visit}", **said)
    assert (answer.status_code, "c&#39;è due volte" in answer.text) == (422, True)
    for turn, ended in (("first", "2026-10-25T00:30:00Z"), ("second", "2026-10-25T01:30:00Z")):
        assert browser.send(f"{VISITS}/{visit}", **said, to_turn=turn).status_code == 303
        assert house.get(f"visits/{visit}")["ended"] == ended


def test_of_an_hour_left_out_the_form_says_so(house: House, browser: Browser) -> None:
    house.clock.now = datetime(2027, 3, 28, 12, tzinfo=UTC)
    browser.send("/login", token=house.tokens["staff"])
    visit = came(house, house.member("Anna"), "2027-03-27T20:00:00Z", "2027-03-27T22:00:00Z")
    answer = browser.send(f"{VISITS}/{visit}", **{"from": "21:00", "to": "02:30", "note": ""})
    assert (answer.status_code, "non c&#39;è in questa notte" in answer.text) == (422, True)


def test_who_forgot_the_badge_is_written_in_and_out(house: House, browser: Browser) -> None:
    anna = house.member("Anna Bianchi", email="anna@example.org")
    said = {"member": "anna@example.org", "move": "check-in", "room": "sala"}
    when = {"at_day": "2026-11-23", "at_clock": "09:30", "reason": "badge a casa"}
    answer = browser.send(VISITS, **said, **when)
    assert answer.headers["location"] == f"{VISITS}?day=2026-11-23"
    [inside] = house.get("presence")["items"]
    assert (inside["member"], inside["since"]) == (anna, "2026-11-23T08:30:00Z")
    assert (inside["room"], inside["began_by"]) == ("sala", "staff")
    assert house.last()["detail"]["reason"] == "badge a casa"
    said |= {"move": "check-out", "at_day": "2026-11-23", "at_clock": "", "reason": ""}
    assert browser.send(VISITS, **said).status_code == 303
    [visit] = house.get("visits")["items"]
    assert visit["ended"] == "2026-11-23T11:00:00Z"  # now


@pytest.mark.parametrize(
    ("said", "status", "sentence"),
    [
        ({"member": ""}, 422, "Scrivi chi"),
        ({"member": "Nessuno"}, 422, "Scrivi chi"),
        ({"move": "fly"}, 422, "Controlla quello"),
        ({"room": "attic"}, 422, "Questa sala non c&#39;è"),
        ({"at_clock": "13:00"}, 422, "Il momento non va bene"),
        ({"at_day": "tomorrow", "at_clock": "09:00"}, 422, "Questo giorno non c&#39;è"),
        ({"reason": "x" * 201}, 422, "Scrivi il perché"),
        ({"move": "check-out"}, 409, "In quel momento non era in sede"),
    ],
)
def test_what_cannot_be_said_of_somebody_is_told(
    house: House, browser: Browser, said: dict[str, str], status: int, sentence: str
) -> None:
    house.member("Anna")
    before = house.last()["seq"]
    fields = {"member": "Anna", "move": "check-in", "room": "sala", "at_day": "2026-11-23"}
    answer = browser.send(VISITS, **(fields | {"at_clock": "", "reason": ""} | said))
    assert (answer.status_code, sentence in answer.text) == (status, True)
    assert house.last()["seq"] == before


def test_who_is_still_in_is_checked_out_by_one_button(house: House, browser: Browser) -> None:
    visit = came(house, house.member("Anna"), "2026-11-23T08:00:00Z")
    path = f"{VISITS}/{visit}/leave"
    assert browser.send(path, VISITS).status_code == 303
    assert house.get(f"visits/{visit}")["ended"] == "2026-11-23T11:00:00Z"
    answer = browser.send(path, VISITS)
    assert (answer.status_code, "non era in sede" in answer.text) == (409, True)
    assert browser.open(f"{VISITS}/nothing").status_code == 404
