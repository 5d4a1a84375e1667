"""Visitors, bookings and attendees as CSV files at the desk: all or nothing, out and in again."""

import html
from collections.abc import Iterator
from typing import Any

import pytest
from httpx2 import Response

from tests.api.house import House
from tests.api.test_sign_in import PAGE, Browser

VISITORS, BOOKINGS = "/staff/visitors", "/staff/bookings"
NINE, TEN = "2026-11-24T09:00:00+01:00", "2026-11-24T10:00:00+01:00"


@pytest.fixture
def browser(house: House) -> Iterator[Browser]:
    browser = Browser(house)
    browser.send("/login", token=house.tokens["staff"])
    yield browser
    browser.client.close()


def send(browser: Browser, path: str, content: str | bytes) -> Response:
    """Choose a file on a page and send it."""
    page = browser.open(path).text
    mark = page.rpartition('name="mark" value="')[2].partition('"')[0]
    file = {"file": ("lista.csv", content, "text/csv")}
    return browser.client.post(path, data={"mark": mark}, files=file, headers=PAGE)


def refused(answer: Response, line: int, column: str, sentence: str) -> None:
    """See that a file was refused for what is wrong in a line."""
    assert answer.status_code == 422
    row = f'<th scope="row">{line}</th><td>{column}</td><td>{sentence}'
    assert row in html.unescape(answer.text)


def items(house: House, path: str) -> list[Any]:  # JSON documents
    return list(house.get(path)["items"])


def test_visitors_come_in_and_go_out_again(house: House, browser: Browser) -> None:
    anna = house.member("Anna", email="anna@example.org")
    content = (
        "name;host;until;doors;uses;while_host_in\n"
        "Vito;anna@example.org;2026-11-24;ingresso porta-sala;3;yes\n"
        f"Vera;{anna};2026-11-25;;;\n"
    )
    answer = send(browser, f"{VISITORS}/import", content)
    assert "<strong>2</strong> visitatori" in answer.text
    vito = next(each for each in items(house, "visitors") if each["name"] == "Vito")
    assert (vito["host"], vito["doors"]) == (anna, ["ingresso", "porta-sala"])
    assert (vito["uses"], vito["while_host_in"]) == (3, True)
    table = browser.open(f"{VISITORS}/export")
    assert table.headers["content-disposition"] == 'attachment; filename="usciere-visitors.csv"'
    before = sorted((each["name"], each["until"]) for each in items(house, "visitors"))
    for each in items(house, "visitors"):
        house.ask("DELETE", f"visitors/{each['id']}")
    assert send(browser, f"{VISITORS}/import", table.content).status_code == 200
    assert sorted((each["name"], each["until"]) for each in items(house, "visitors")) == before


@pytest.mark.parametrize(
    ("line", "column", "sentence"),
    [
        ("Vito;nobody@example.org;2026-11-24;", "host", "Scrivi chi visita"),
        ("Vito;anna@example.org;2026-11-20;", "until", "Il giorno o l'ora di fine"),
        ("Vito;anna@example.org;2026-11-24;attic", "doors", "Questa porta non c'è"),
        (";anna@example.org;2026-11-24;", "name", "Scrivi il nome"),
    ],
)
def test_one_bad_visitor_keeps_all_away(
    house: House, browser: Browser, line: str, column: str, sentence: str
) -> None:
    house.member("Anna", email="anna@example.org")
    good = "Vera;anna@example.org;2026-11-24;"
    answer = send(browser, f"{VISITORS}/import", f"name;host;until;doors\n{good}\n{line}\n")
    refused(answer, 3, column, sentence)
    assert items(house, "visitors") == []


def test_bookings_come_in_and_go_out_again(house: House, browser: Browser) -> None:
    anna = house.member("Anna", email="anna@example.org")
    content = (
        "room;start;end;member;title;rrule\n"
        f"sala;{NINE};{TEN};anna@example.org;Colloqui;\n"
        "sala;2026-11-24T11:00:00+01:00;2026-11-24T12:00:00+01:00;;=1+1;FREQ=DAILY;COUNT=2\n"
    ).replace("FREQ=DAILY;COUNT=2", '"FREQ=DAILY;COUNT=2"')
    answer = send(browser, f"{BOOKINGS}/import", content)
    assert "<strong>2</strong> prenotazioni" in answer.text
    booked = items(house, "bookings?limit=50")
    assert [(each["member"], each["title"]) for each in booked] == [
        (anna, "Colloqui"),
        (None, "=1+1"),
        (None, "=1+1"),
    ]
    table = browser.open(f"{BOOKINGS}/export")
    assert "'=1+1" in table.text
    for each in booked:
        house.ask("DELETE", f"bookings/{each['id']}")
    assert len(browser.open(f"{BOOKINGS}/export").text.splitlines()) == 1
    assert send(browser, f"{BOOKINGS}/import", table.content).status_code == 200
    again = [each for each in items(house, "bookings?limit=50") if each["status"] == "booked"]
    assert [(each["start"], each["title"]) for each in again] == [
        (each["start"], each["title"]) for each in booked
    ]


def test_one_clash_keeps_all_bookings_away(house: House, browser: Browser) -> None:
    house.post("bookings", {"room": "sala", "start": NINE, "end": TEN})
    free = "sala;2026-11-25T09:00:00+01:00;2026-11-25T10:00:00+01:00"
    for line, column, sentence in (
        (f"sala;{NINE};{TEN}", "", "La sala è già di qualcuno"),
        (f"{free.replace('sala', 'attic')}", "room", "Questa sala"),
        (f"{free}\n{free}", "", "La sala è già di qualcuno"),
        (f"sala;{TEN};{NINE}", "end", "La fine"),
    ):
        lines = line.count("\n") + 3
        answer = send(browser, f"{BOOKINGS}/import", f"room;start;end\n{free}\n{line}\n")
        refused(answer, min(lines, 3), column, sentence)
    assert len(items(house, "bookings")) == 1


def test_attendees_are_put_onto_the_list_and_let_in(house: House, browser: Browser) -> None:
    anna = house.member("Anna", email="anna@example.org")
    made = house.post(
        "gatherings", {"title": "Corso", "room": "sala", "start": NINE, "end": TEN, "capacity": 2}
    )
    path = f"/staff/gatherings/{made['id']}/attendees/import"
    answer = send(browser, path, "name;email\nAnna;anna@example.org\nGil;gil@example.org\n")
    assert "<strong>2</strong> partecipanti" in answer.text
    listed = items(house, f"gatherings/{made['id']}/attendees")
    assert {(each["name"], each["member"]) for each in listed} == {("Anna", anna), ("Gil", None)}
    answer = send(browser, path, "name\nTroppo\n")
    assert answer.status_code == 422
    assert len(items(house, f"gatherings/{made['id']}/attendees")) == 2
    assert browser.open("/staff/gatherings/nothing/attendees/import").status_code == 404
